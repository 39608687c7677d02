/** What was foreseen stays known when it is over, for the reports. */

import type { LoggedEvent } from '../event.ts';
import { type ForeseenRecord, openConflicts, sidesKey, tasksOf } from '../foreseen.ts';
import type { TaskId } from '../plan.ts';
import { type Draft, taskRecord } from '../run-state.ts';
import { isSettled } from '../task-state.ts';

type Look = Extract<LoggedEvent, { type: 'conflicts.foreseen' }>;

export function applyForeseen(draft: Draft, { found, gone, at }: Look): void {
  const conflicts = new Map(draft.foreseen.conflicts);
  for (const conflict of found) {
    // Settled while somebody looked.
    if (tasksOf(conflict).some((id) => isSettled(taskRecord(draft, id).state))) continue;
    const { task, other, paths } = conflict;
    const key = sidesKey(conflict);
    conflicts.set(key, { task, other, paths, at: conflicts.get(key)?.at ?? at, goneAt: null });
  }
  for (const sides of gone) {
    const key = sidesKey(sides);
    const record = conflicts.get(key);
    if (record !== undefined) conflicts.set(key, over(record, at));
  }
  draft.foreseen = { looked: true, conflicts };
}

/** Nothing is in a settled task's way any more. */
export function settleForeseen(draft: Draft, task: TaskId, at: number): void {
  const touched = openConflicts(draft.foreseen).filter((record) => tasksOf(record).includes(task));
  if (touched.length === 0) return;
  const conflicts = new Map(draft.foreseen.conflicts);
  for (const record of touched) conflicts.set(sidesKey(record), over(record, at));
  draft.foreseen = { ...draft.foreseen, conflicts };
}

function over(record: ForeseenRecord, at: number): ForeseenRecord {
  return record.goneAt === null ? { ...record, goneAt: at } : record;
}
