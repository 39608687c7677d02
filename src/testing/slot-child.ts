/** Prepares slots in a process of its own: `slot-child.ts <checkout> <run> <how many> [stay]`, a slot's name on each line. */

import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { inspectRepository } from '../git/base/repository.ts';
import { createGit } from '../git/base/runner.ts';
import { SlotPool } from '../git/slots/slot-pool.ts';
import { branchOf } from './worktree-bench.ts';

const [checkout = '', run = '', count = '0', stay] = process.argv.slice(2);
const git = createGit({ host: process.env });
const repository = await inspectRepository(git, checkout);
if (!repository.ok) throw new Error(repository.error.detail);
const poolFolder = join(dirname(checkout), 'pool');
const pool = new SlotPool({
  git,
  repository: repository.value,
  poolFolder,
  host: process.env,
  archiveFolder: () => poolFolder,
});
for (let number = 0; number < Number(count); number += 1) {
  const prepared = await pool.prepare({
    holder: { run, key: `attempt/${number}/1`, task: String(number) },
    commit: repository.value.head ?? '',
    branch: run === 'run-1' && stay === 'stay' ? branchOf(String(number)) : `cox/${run}/${number}`,
  });
  process.stdout.write(`${prepared.ok ? prepared.value.name : prepared.error.detail}\n`);
}
if (stay === 'stay') await sleep(60_000);
await pool.close();
