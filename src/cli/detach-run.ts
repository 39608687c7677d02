import { join } from 'node:path';
import { safeName } from '../core/names.ts';
import type { CoxApi } from '../engine/api.ts';
import { jsonText } from '../views/json.ts';
import type { Cli } from './cli.ts';
import { EXIT } from './exit.ts';

export interface DetachOptions {
  readonly api: CoxApi;
  readonly run: string;
  readonly root: string;
  readonly stateFolder: string;
  readonly json: boolean;
}

/** Given to the process that is to drive: no other of the plan can begin until it does, as the one that starts it sees to. */
export const ALONE = '--alone';

const LOOK_MS = 50;
/** A machine under load may take its time to start a process. */
const PATIENCE_MS = 60_000;

/** Has the run driven by a process of its own, and returns when that process has it, so that `cox wait` may follow. */
export async function detachRun(
  cli: Cli,
  { api, run, root, stateFolder, json }: DetachOptions,
): Promise<number> {
  const logFile = join(stateFolder, `${safeName(run)}.log`);
  const args = ['-C', root, 'resume', run, '--ci', ALONE];
  const started = await cli.host.startDetached({ args, cwd: root, logFile });
  if (!started.ok) {
    return cli.stop({
      code: EXIT.refused,
      message: `no process could be started: ${started.error}`,
      remedy: goOn(run),
    });
  }
  let isOver = false;
  const exited = started.value.exited.then(() => {
    isOver = true;
  });
  const until = cli.host.now() + PATIENCE_MS;
  while (!(await isTaken(api, run))) {
    if (isOver || cli.host.now() > until) {
      const message = isOver
        ? 'the process that should drive the run has ended'
        : 'nobody has taken the run yet';
      return cli.stop({
        code: EXIT.failed,
        message: `${message}; its output is in ${logFile}`,
        remedy: goOn(run),
      });
    }
    await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, LOOK_MS))]);
  }
  cli.print([json ? jsonText({ run, pid: started.value.pid, log: logFile }) : run]);
  cli.say(`Its output goes to ${logFile}. Watch it with: cox status ${run} --watch`);
  return EXIT.ok;
}

/** Somebody drives it, or has done so already. */
async function isTaken(api: CoxApi, run: string): Promise<boolean> {
  if ((await api.owner(run)) !== null) return true;
  return (await api.events(run, 0)).some(({ type }) => type === 'run.opened');
}

function goOn(run: string): string {
  return `Go on with: cox resume ${run}`;
}
