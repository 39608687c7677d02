/** Which tasks of a manifest decide how long its run takes. */

import { estimatedWeight } from '../../../core/graph.ts';
import { criticalTasks } from '../../../core/pace.ts';
import type { Plan, TaskId } from '../../../core/plan.ts';

/** Each begins after the one before it, for its waves are barriers. Weighed by what a manifest can say of a task: no sizes. */
export function longestPath(plan: Plan): readonly TaskId[] {
  return criticalTasks(plan, { schedule: 'waves' }, estimatedWeight(plan.tasks));
}
