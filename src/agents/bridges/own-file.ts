import { fileURLToPath } from 'node:url';

/** Path of a program of ours beside a module: built code lies there under the name that its own kind has. */
export function ownFile(name: string, module: string): string {
  return fileURLToPath(new URL(`./${name}.${module.endsWith('.ts') ? 'ts' : 'js'}`, module));
}
