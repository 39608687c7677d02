/** `npm run bench [name…]`: runs the benchmarks of bench/, or the named ones, one after another. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', 'bench');
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
  const { status } = spawnSync(process.execPath, [join(FOLDER, `${name}.ts`)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
