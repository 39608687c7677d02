/** Work that did not pass what was asked of it, and the same work when it is handed in again. */

import type { Work } from '../attempt.ts';
import { clipStart } from '../clip.ts';
import type { FailedCheck, Rejection } from '../failure.ts';
import type { TaskId } from '../plan.ts';
import { type CheckResult, isRed } from '../proof.ts';
import { unreachable } from '../result.ts';
import { type Draft, taskRecord } from '../run-state.ts';
import type { Rejected, TaskRecord } from '../task-state.ts';
import { setBack } from './parts.ts';

/** It was this task's alone to pass. `change` may name where the next try begins, if not at the last one's end. */
export function reject(draft: Draft, id: TaskId, failure: Rejection, change: Partial<TaskRecord> = {}): void {
  const { resumeFrom = taskRecord(draft, id).resumeFrom } = change;
  const tip = resumeFrom?.tip;
  const isRejected = tip !== undefined && saysOfTheWork(failure);
  const branchTip = isOnTheBranch(failure) ? draft.integration.tip : null;
  setBack(draft, id, failure, { rejected: isRejected ? { tip, branchTip, failure } : null, ...change });
}

/** A command that was stopped, or could not be started, does not. */
function saysOfTheWork(failure: Rejection): boolean {
  switch (failure.reason) {
    case 'merge-test':
    case 'group-validation':
      return failure.exitCode !== null;
    case 'checks':
      return failure.checks.some(
        ({ command, exitCode }) => command === undefined || typeof exitCode === 'number',
      );
    case 'qa-rejected':
    case 'e2e':
      return true;
    default:
      return unreachable(failure);
  }
}

/** Found on top of what is merged, and not with the work alone. */
function isOnTheBranch({ reason }: Rejection): boolean {
  return reason === 'merge-test' || reason === 'e2e' || reason === 'group-validation';
}

/** Bytes of its output, and findings. */
const OUTPUT_BYTES = 4000;
const MOST_FINDINGS = 50;

/** Those for which the work is refused, as far as the next try needs them. */
export function failedChecks(checks: readonly CheckResult[]): readonly FailedCheck[] {
  return checks
    .filter((check) => check.critical && isRed(check))
    .map(({ name, command, exitCode, detail, output, findings }) => ({
      name,
      ...(command === undefined ? {} : { command }),
      ...(exitCode === undefined ? {} : { exitCode }),
      detail,
      output: clipStart(output, OUTPUT_BYTES),
      findings: findings.slice(0, MOST_FINDINGS),
    }));
}

/** What is left of a rejection after an attempt: nothing once the files are others. `record` is from before its end. */
export function stillRejected({ resumeFrom, rejected }: TaskRecord, work: Work | undefined): Rejected | null {
  if (rejected === null || work === undefined) return rejected;
  const isSame = work.tip === resumeFrom?.tip || work.unchanged === true;
  return isSame && resumeFrom?.tip === rejected.tip ? { ...rejected, tip: work.tip } : null;
}

/** Why an attempt that says it is done has done nothing; null when its work is to be looked at. */
export function repeatedRejection(draft: Draft, id: TaskId, rejected: Rejected | null): Rejection | null {
  const task = draft.index.task.get(id);
  if (rejected === null || task?.verifyOnly === true || task?.mayChangeNothing === true) return null;
  const { branchTip, failure } = rejected;
  return branchTip === null || branchTip === draft.integration.tip ? failure : null;
}
