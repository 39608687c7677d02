/** Branches that a run has named and not made yet. It makes them when it goes on, so that no other run may take them. */

import type { RunState } from '../core/run-state.ts';

/** Of a run that has succeeded none: it never goes on. */
export function promisedBranches({ phase, plan, tasks, groups }: RunState): readonly string[] {
  if (phase.is === 'finished' && phase.status === 'succeeded') return [];
  const notBegun = plan.tasks.filter(({ id }) => tasks.get(id)?.attempts.length === 0);
  const notLeft = plan.groups.filter(({ number }) => groups.get(number)?.branch === undefined);
  return [...notBegun, ...notLeft].flatMap(({ branch }) => branch ?? []);
}
