import type { StopReason } from '../attempt.ts';
import { isSpent } from '../budget.ts';
import type { EventBody } from '../event.ts';
import type { TaskId } from '../plan.ts';
import { type RunState, taskRecord } from '../run-state.ts';
import { attemptUnderWay, type TaskState } from '../task-state.ts';
import type { Decision } from './decision.ts';

/** Running attempts that have to end: the run or the task is cancelled, or the user or the budget says so. */
export function stopAttempts(state: RunState): Decision {
  const events: EventBody[] = [];
  for (const task of state.running) {
    const why = reasonToStop(state, task);
    const record = taskRecord(state, task);
    const under = attemptUnderWay(record.state);
    if (why === null || under === null || under.stopping !== null) continue;
    events.push({ type: 'attempt.stopping', task, attempt: under.attempt, why });
  }
  return { events };
}

function reasonToStop(state: RunState, task: TaskId): StopReason | null {
  if (state.control.cancelled || taskRecord(state, task).cancelRequested) return 'cancelled';
  if (state.control.stopping?.mode === 'now' || isAnswered(taskRecord(state, task).state))
    return 'interrupted';
  return isSpent(state) ? 'budget' : null;
}

/** By the user, while an adviser looks at the question. */
function isAnswered(state: TaskState): boolean {
  return state.is === 'asking' && state.adviser?.answer !== undefined;
}
