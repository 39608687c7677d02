/** Other runs of the same plan: whether one goes on, or was left. */

import { resolve } from 'node:path';
import type { PlanFormat } from '../core/plan.ts';
import type { CoxApi } from '../engine/api.ts';
import type { Cli } from './cli.ts';
import { EXIT, type Stop, stopOfOwner } from './exit.ts';
import { isFolder } from './files.ts';
import { openRuns } from './repository.ts';

export interface PlanUser {
  readonly format: PlanFormat;
  /** Absolute path of the plan. */
  readonly source: string;
  /** Absent for one that is yet to be made. */
  readonly run?: string;
}

/**
 * A run marks its items, or its plan's tasks, and keeps the files that show how it stands: two at once would do the
 * same tasks, and write against each other. Null where nobody else is at it.
 */
export async function planInUse(
  api: Pick<CoxApi, 'runs'>,
  { format, source, run }: PlanUser,
): Promise<Stop | null> {
  if (!isWrittenTo(format)) return null;
  for (const { run: other, source: its, owner } of await api.runs()) {
    if (other === run || its !== source || owner === null) continue;
    const stop = stopOfOwner(other, owner);
    return { ...stop, message: `another run of this plan goes on: ${stop.message}` };
  }
  return null;
}

/** The same as soon as the plan is read, before anything is said of files that a run changes at this moment. */
export async function planTaken(cli: Cli, { format, source }: Omit<PlanUser, 'run'>): Promise<Stop | null> {
  if (!isWrittenTo(format)) return null;
  const found = await cli.parts.findRepository(cli.folder);
  const about = found.ok ? await cli.parts.aboutRepository(found.value) : null;
  // To open the log would make it, and the run may still be refused.
  if (about === null || !(await isFolder(about.stateFolder))) return null;
  const opened = await openRuns(cli);
  // Why it cannot be opened is said when the run is made.
  if (!opened.ok) return null;
  const { api } = opened.value;
  try {
    return await planInUse(api, { format, source: resolve(source) });
  } finally {
    await api.close();
  }
}

export interface PlanToBegin {
  readonly format: PlanFormat;
  /** Absolute path of the plan. */
  readonly source: string;
  /** Of the repository. */
  readonly stateFolder: string;
}

/**
 * Begins, or goes on with, a run while no other of the plan can: who looks next finds it driven. `begin` calls the function
 * that it is given when that is so, or does not matter any more. The value is its exit code.
 */
export async function beginAlone(
  cli: Cli,
  { format, source, stateFolder }: PlanToBegin,
  begin: (begun: () => void) => Promise<number>,
): Promise<number> {
  if (!isWrittenTo(format)) return await begin(() => undefined);
  const locked = await cli.parts.fileLocks(stateFolder)(source, async () => {
    const { promise: begun, resolve: say } = Promise.withResolvers<void>();
    const ended = begin(say);
    await Promise.race([begun, ended]);
    // Not the promise itself: the lock would be held until the run has ended.
    return { ended };
  });
  if (locked.ok) return await locked.value.ended;
  const remedy = 'Call it again; `cox status` says whether a run of this plan goes on.';
  return cli.stop({ code: EXIT.refused, message: locked.error, remedy });
}

function isWrittenTo(format: PlanFormat): boolean {
  return format !== 'manifest';
}

/** Whether the plan was begun again after that run. */
export async function hasNewer(
  api: Pick<CoxApi, 'runs'>,
  { source, run }: { readonly source: string; readonly run: string },
): Promise<boolean> {
  return (await api.runs()).find((each) => each.source === source)?.run !== run;
}

/** The newest run of the plan, where nobody drives it and it has not ended; null where there is none. */
export async function leftRun(api: Pick<CoxApi, 'runs'>, source: string): Promise<string | null> {
  const newest = (await api.runs()).find((each) => each.source === source);
  const isLeft = newest !== undefined && newest.owner === null && newest.phase.is !== 'finished';
  return isLeft ? newest.run : null;
}
