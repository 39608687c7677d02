// Whether package.json and the lock file take only what is pinned, hashed and allowed: `npm run check -- packages`.
import { readFileSync } from 'node:fs';
import { type Lock, type Manifest, packageProblems } from './lib/packages.ts';

function read(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
}

const manifest: Manifest = JSON.parse(read('package.json'));
const lock: Lock = JSON.parse(read('package-lock.json'));
const problems = packageProblems(manifest, lock);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
