/** Other runs of the same plan: whether one goes on, or was left. */

import type { PlanFormat } from '../core/plan.ts';
import type { CoxApi } from '../engine/api.ts';
import { type Stop, stopOfOwner } from './exit.ts';

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
  if (format !== 'queue' && format !== 'plan-md') return null;
  for (const { run: other, source: its, owner } of await api.runs()) {
    if (other === run || its !== source || owner === null) continue;
    const stop = stopOfOwner(other, owner);
    return { ...stop, message: `another run of this plan goes on: ${stop.message}` };
  }
  return null;
}

/** The newest run of the plan, where nobody drives it and it has not ended; null where there is none. */
export async function leftRun(api: Pick<CoxApi, 'runs'>, source: string): Promise<string | null> {
  const newest = (await api.runs()).find((each) => each.source === source);
  const isLeft = newest !== undefined && newest.owner === null && newest.phase.is !== 'finished';
  return isLeft ? newest.run : null;
}
