/** Who does an attempt, as far as it is not what everybody expects. */

import type { TaskId } from '../../core/plan.ts';
import type { RunState } from '../../core/run-state.ts';
import { unusualAgent } from '../../views/agent-words.ts';

interface OfAttempt {
  readonly task: TaskId;
  readonly attempt: number;
}

/** Nothing for those who do the tasks. */
export function roleOf({ task, attempt }: OfAttempt, { tasks }: RunState): string[] {
  const role = tasks.get(task)?.attempts.find(({ number }) => number === attempt)?.role;
  if (role === undefined || role === 'executor') return [];
  return [role === 'qa' ? 'QA' : role];
}

/** Where it is not the run's own agent, such as one that stands in while that waits. */
export function doerOf({ task, attempt }: OfAttempt, state: RunState): string[] {
  const record = state.tasks.get(task)?.attempts.find(({ number }) => number === attempt);
  const doer = record === undefined ? null : unusualAgent(state, record);
  return doer === null ? [] : [`by ${doer}`];
}
