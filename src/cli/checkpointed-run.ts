/** One group a session: the next call of a plan goes on with the run that waits at its checkpoint. */

import { resolve } from 'node:path';
import type { Plan } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import type { RunSettings } from '../core/settings.ts';
import type { CoxApi } from '../engine/api.ts';
import { EXIT, type Stop, stopOf } from './exit.ts';
import type { ValidPlan } from './plan-argument.ts';

/** Null where the plan's newest run is none such, or another part of the plan is asked for. */
export async function checkpointedRun(
  api: CoxApi,
  { plan, source }: ValidPlan,
  { oneGroup, onlyGroups }: RunSettings,
): Promise<Result<RunState | null, Stop>> {
  if (plan.format !== 'auto' || !oneGroup) return ok(null);
  const newest = (await api.runs()).find((each) => each.source === resolve(source));
  if (newest === undefined || newest.owner !== null) return ok(null);
  if (newest.phase.is !== 'suspended' || newest.phase.reason !== 'checkpoint') return ok(null);
  const read = await api.read(newest.run);
  if (!read.ok) return err(stopOf(read.error));
  if (JSON.stringify(read.value.settings.onlyGroups) !== JSON.stringify(onlyGroups)) return ok(null);
  if (workOf(read.value.plan) === workOf(plan)) return ok(read.value);
  return err({
    code: EXIT.refused,
    message: `run ${newest.run} of this plan waits at its checkpoint, and the plan or its groups have changed since`,
    remedy: `Go on as it was with: cox resume ${newest.run}. Or end it, and run what the plan is now: cox cancel ${newest.run}`,
  });
}

/** Names of branches that are taken get a suffix as a run begins. */
function workOf({ groups, tasks }: Plan): string {
  return JSON.stringify([groups, tasks.map(({ branch: _branch, ...task }) => task)]);
}
