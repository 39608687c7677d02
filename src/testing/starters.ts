/** The helper that starts processes for this one, for tests that take it away. Needs /proc. */

import { readFileSync } from 'node:fs';
import { DEFAULT_PATH } from '../process/find-program.ts';
import { runCommand } from '../process/run-command.ts';

/** After so many starts this process has a helper for them. */
export async function startMany(): Promise<void> {
  const spec = { argv: ['true'], cwd: '/', env: { PATH: DEFAULT_PATH }, timeoutMs: 20_000, maxBytes: 100 };
  for (let count = 0; count < 30; count += 1) {
    const ran = await runCommand(spec);
    if (!ran.ok) throw new Error(ran.error.reason);
  }
}

export function killStarters(): void {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  const starters = children.filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('starter-main'),
  );
  if (starters.length === 0) throw new Error('this process has no helper');
  for (const pid of starters) process.kill(Number(pid), 'SIGKILL');
}
