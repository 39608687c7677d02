// Builds the published form: dist/ from src/, with the files that are not TypeScript copied beside it.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const src = `${root}/src`;
const dist = `${root}/dist`;

// What was deleted from src must not live on in a package.
rmSync(dist, { recursive: true, force: true });

const compiled = spawnSync(`${root}/node_modules/.bin/tsc`, ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

// Modes are kept by the copy: shell scripts stay executable.
cpSync(src, dist, { recursive: true, filter: isAsset });

/** What is under a folder `sample` is copied whole, TypeScript too: it is data of the program, not a part of it. */
function isAsset(path: string): boolean {
  const parts = relative(src, path).split(sep);
  if (parts[0] === 'testing' || parts.includes('fixtures')) return false;
  return parts.includes('sample') || statSync(path).isDirectory() || !/\.tsx?$/.test(path);
}
