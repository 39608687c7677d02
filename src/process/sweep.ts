/** Ends what is left of a job whose shim is gone. */

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { cgroupLines } from './cgroup.ts';
import { isAlive, ownIdentity } from './identity.ts';
import { type Claim, type JobFiles, readAgent } from './job-folder.ts';
import { runCommand } from './run-command.ts';

/** POSIX promises no place, every system has it here. */
export const SHELL = '/bin/sh';
export const SHIM = fileURLToPath(new URL('shim.sh', import.meta.url));
const SWEEP = fileURLToPath(new URL('sweep.sh', import.meta.url));

const TICK_MS = 50;
/** The shim gives up on processes that SIGKILL does not end after 200 ticks. */
const SWEEP_LIMIT_MS = 30_000;

/** The shim's unit of time. */
export function graceTicks(graceMs: number): string {
  return String(Math.ceil(Math.max(0, graceMs) / TICK_MS));
}

/** True when nothing lives, false when something could not be ended. */
export async function sweep(files: JobFiles, claim: Claim, graceMs: number): Promise<boolean> {
  const self = ownIdentity();
  // After a restart of the machine nothing is left, and the pids are other people's.
  if (claim.shim.bootId !== self.bootId || claim.shim.host !== self.host) return true;
  const agent = readAgent(files, claim);
  const known = agent !== null && isAlive(agent) ? String(agent.pid) : '-';
  const result = await runCommand({
    argv: [
      SHELL,
      SWEEP,
      claim.marker,
      String(claim.shim.pid),
      known,
      graceTicks(graceMs),
      dirname(files.claim),
      cgroupLines(claim.cgroups),
    ],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
    timeoutMs: graceMs + SWEEP_LIMIT_MS,
    maxBytes: 4_096,
  });
  return result.ok && result.value.exitCode === 0;
}
