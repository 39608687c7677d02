/** Where a package of JavaScript is that Coxswain does not bring itself: in a project, or installed for all of them. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { err, ok, type Result } from '../core/result.ts';

export interface ModuleSearch {
  readonly name: string;
  /** The package's own folder, or one whose packages it is among. Where it is named, nowhere else is looked. */
  readonly folder?: string | undefined;
  readonly cwd: string;
  /** As PATH has it: npm installs packages beside the folder of its programs. */
  readonly searchPath: string;
}

/** Absolute path of its main file. The error is for people. */
export function findModule({ name, folder, cwd, searchPath }: ModuleSearch): Result<string, string> {
  const places = folder === undefined ? [cwd, ...installedFor(searchPath)] : [resolve(cwd, folder)];
  for (const place of places) {
    const main = mainOf(name, place);
    if (main !== null) return ok(main);
  }
  return err(
    folder === undefined
      ? `the package ${name} was not found; install it with npm install --global ${name}`
      : `the package ${name} was not found in ${resolve(cwd, folder)}`,
  );
}

/** Where `npm install --global` puts packages, seen from where it puts programs. */
function installedFor(searchPath: string): readonly string[] {
  const folders = searchPath.split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => join(dirname(folder), 'lib'));
}

/** As Node.js finds it, from a file in the folder; a package finds itself by its name. */
function mainOf(name: string, folder: string): string | null {
  // Node.js would look around a folder that is not there.
  if (!existsSync(folder)) return null;
  try {
    return createRequire(join(folder, 'package.json')).resolve(name);
  } catch {
    return null;
  }
}
