/** Whether a task that asks still waits for the user. */

import type { TaskRecord, TaskState } from './task-state.ts';

export type Asking = Extract<TaskState, { is: 'asking' }>;

/** What the user has to answer: no adviser is asked before, and nobody has said that the task is not to be done. */
export function openQuestion({
  state,
  cancelRequested,
}: Pick<TaskRecord, 'state' | 'cancelRequested'>): Asking | null {
  return state.is === 'asking' && state.adviser === undefined && !cancelRequested ? state : null;
}

/** The question was answered by a word against the task; what is left is that the run takes note of it. */
export function isDeclined({
  state,
  cancelRequested,
}: Pick<TaskRecord, 'state' | 'cancelRequested'>): boolean {
  return state.is === 'asking' && state.adviser === undefined && cancelRequested;
}
