/** The name of a question: that of the task that asks, and the number of the attempt that did. */

import type { TaskId } from './plan.ts';
import type { TaskRecord } from './task-state.ts';

/** Of the attempt that asks, or is held until the user says a word; null when nothing is asked. */
export function askingAttempt({ state, attempts }: Pick<TaskRecord, 'state' | 'attempts'>): number | null {
  if (state.is !== 'asking') return null;
  if (state.held === true) return attempts.length + 1;
  return attempts.findLast(({ outcome }) => outcome?.is === 'asking')?.number ?? attempts.length;
}

/** `task-001/2` */
export function questionId(record: Pick<TaskRecord, 'id' | 'state' | 'attempts'>): string | null {
  const attempt = askingAttempt(record);
  return attempt === null ? null : `${record.id}/${attempt}`;
}

/** Null for a text that has not this form; a task may be called so all the same. */
export function readQuestionId(text: string): { readonly task: TaskId; readonly attempt: number } | null {
  const [, task, attempt] = /^(.+)\/([1-9]\d{0,5})$/s.exec(text) ?? [];
  return task === undefined || attempt === undefined ? null : { task, attempt: Number(attempt) };
}
