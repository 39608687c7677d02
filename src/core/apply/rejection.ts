/** Work that a command of the project did not pass with, and the same work when it is handed in again. */

import type { Work } from '../attempt.ts';
import type { Rejection } from '../failure.ts';
import type { TaskId } from '../plan.ts';
import { type Draft, taskRecord } from '../run-state.ts';
import type { Rejected, ResumePoint, TaskRecord } from '../task-state.ts';
import { setBack } from './parts.ts';

/** The command was this task's alone to pass. `goOnFrom` is where the next try begins, if not at the last one's end. */
export function reject(draft: Draft, id: TaskId, failure: Rejection, goOnFrom?: ResumePoint): void {
  const resumeFrom = goOnFrom ?? taskRecord(draft, id).resumeFrom;
  const tip = resumeFrom?.tip;
  // A command that was stopped, or could not be started, says nothing of the work.
  const isJudged = tip !== undefined && failure.exitCode !== null;
  const rejected = isJudged ? { tip, branchTip: draft.integration.tip, failure } : null;
  setBack(draft, id, failure, { rejected, resumeFrom });
}

/** What is left of a rejection after an attempt: nothing once the files are others. `record` is from before its end. */
export function stillRejected({ resumeFrom, rejected }: TaskRecord, work: Work | undefined): Rejected | null {
  if (rejected === null || work === undefined) return rejected;
  const isSame = work.tip === resumeFrom?.tip || work.unchanged === true;
  return isSame && resumeFrom?.tip === rejected.tip ? { ...rejected, tip: work.tip } : null;
}

/** Why an attempt that says it is done has done nothing; null when its work is to be looked at. */
export function repeatedRejection(draft: Draft, id: TaskId, rejected: Rejected | null): Rejection | null {
  if (rejected === null || draft.index.task.get(id)?.verifyOnly === true) return null;
  return rejected.branchTip === draft.integration.tip ? rejected.failure : null;
}
