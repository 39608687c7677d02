/** `npm run bench [name…]`: runs the benchmarks of bench/, or the named ones, one after another. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
/** As `bin/cox` has them. */
const V8_FLAGS = readFileSync(join(ROOT, 'bin/v8-flags'), 'utf8').split('\n', 1).join('').split(' ');
const ALL = [
  'decide',
  'makespan',
  'store',
  'spawn',
  'slots',
  'task',
  'start',
  'agents',
  'sandbox',
  'validate',
  'merge-queue',
  'radar',
  'parse',
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !ALL.includes(name));
if (unknown.length > 0) {
  console.error(`No such benchmark: ${unknown.join(', ')}. There are: ${ALL.join(', ')}.`);
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : ALL) {
  console.log(`\n== ${name}\n`);
  const { status } = spawnSync(process.execPath, [...V8_FLAGS, join(ROOT, 'bench', `${name}.ts`)], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
