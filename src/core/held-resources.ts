import type { Task } from './plan.ts';
import type { TaskState } from './task-state.ts';

/** Names of what an agent holds that is at the task now, or is about to start; each once. */
export function heldResources(task: Task | undefined, state: TaskState): ReadonlySet<string> {
  const reviewer = state.is === 'reviewing' ? task?.reviewerResources?.[state.approvals] : undefined;
  return new Set([...(task?.resources ?? []), ...(reviewer === undefined ? [] : [reviewer])]);
}
