/** Whether walls work is found out by starting something: what a name or a version promises is refused by many kernels. */

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { printable } from '../core/printable.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Launch } from '../ports/sandbox.ts';
import { lastPart } from '../process/output-text.ts';
import { runCommand } from '../process/run-command.ts';
import { makeScratch } from './scratch.ts';
import type { WallBounds } from './walls.ts';

/** A busy machine may take long, and walls that seem not to work are done without where they are not required. */
const PROBE_MS = 60_000;
/** No shell or loader ends so by itself. */
const PROBE_EXIT = 42;
const PROBE: Launch = { argv: ['/bin/sh', '-c', `exit ${PROBE_EXIT}`], cwd: '/', env: {} };

/** `command` gives the words that start a launch behind the walls. The error is for people. */
export async function tryWalls(
  command: (launch: Launch, bounds: WallBounds) => Result<readonly string[], string>,
): Promise<Result<void, string>> {
  const scratch = await realpath(await mkdtemp(join(tmpdir(), 'cox-sandbox-')));
  try {
    const made = await makeScratch(scratch);
    if (!made.ok) return made;
    const argv = command(PROBE, { scratch, mounts: [], network: { is: 'none' }, limits: {} });
    if (!argv.ok) return argv;
    const ran = await runCommand({
      argv: argv.value,
      cwd: '/',
      env: {},
      timeoutMs: PROBE_MS,
      maxBytes: 10_000,
    });
    if (!ran.ok) return err(ran.error.reason === 'not-started' ? ran.error.detail : ran.error.reason);
    const { exitCode, stderr } = ran.value;
    return exitCode === PROBE_EXIT
      ? ok(undefined)
      : err(lastPart(printable(stderr.toString('utf8')), { bytes: 500 }));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
