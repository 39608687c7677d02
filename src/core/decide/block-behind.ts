import type { EventBody } from '../event.ts';
import type { TaskId } from '../plan.ts';
import { type RunState, taskRecord } from '../run-state.ts';

/** What can no longer be reached because this task is lost, nearest first; `seen` is left out, and grows. */
export function blockBehind(
  state: RunState,
  lost: TaskId,
  seen: Set<TaskId> = new Set([lost]),
): readonly EventBody[] {
  const events: EventBody[] = [];
  let because: readonly TaskId[] = [lost];
  while (because.length > 0) {
    const next: TaskId[] = [];
    for (const id of because) {
      for (const dependent of state.index.dependents.get(id) ?? []) {
        if (seen.has(dependent) || taskRecord(state, dependent).state.is !== 'waiting') continue;
        seen.add(dependent);
        next.push(dependent);
        events.push({ type: 'task.blocked', task: dependent, because: id });
      }
    }
    because = next;
  }
  return events;
}
