/** What a run says of the look at a task's work in a browser. */

import { asksForE2e, type E2eResult, e2eNotRun, NOT_CONFIGURED } from './e2e.ts';
import type { TaskId } from './plan.ts';
import { type RunState, taskRecord } from './run-state.ts';
import { lastWorker } from './task-state.ts';

/** The present work of the task is to be looked at, and there is an application to look at. */
export function isE2eWanted(state: RunState, id: TaskId): boolean {
  return state.settings.e2e !== undefined && isAskedFor(state, id);
}

/** Null while nothing can be said: it is not asked for, or not reached. */
export function e2eOf(state: RunState, id: TaskId): E2eResult | null {
  const known = state.e2e.get(id);
  if (known !== undefined) return known;
  return state.settings.e2e === undefined && isAskedFor(state, id) ? e2eNotRun(NOT_CONFIGURED) : null;
}

function isAskedFor(state: RunState, id: TaskId): boolean {
  const task = state.index.task.get(id);
  return task !== undefined && asksForE2e(task, changedFiles(state, id));
}

/** Of its last try. */
export function changedFiles(state: RunState, id: TaskId): readonly string[] {
  return lastWorker(taskRecord(state, id))?.outcome?.work?.files ?? [];
}
