/** Tests of what was merged, and what comes of a red one. */

import type { TestResult } from '../event.ts';
import type { Rejection } from '../failure.ts';
import type { Suspect, WindowStep } from '../merge-queue.ts';
import { unreachable } from '../result.ts';
import { type Draft, taskRecord } from '../run-state.ts';
import { workBase } from '../task-state.ts';
import { changeIntegration, cutWindow, requeue } from './integration.ts';
import type { Logged } from './parts.ts';
import { reject } from './rejection.ts';

export function applyTestEnded(draft: Draft, { task, commit, result }: Logged<'test.ended'>): void {
  draft.open.delete(`test:${commit}`);
  const { e2e, ...command } = result;
  if (command.command !== '') draft.mergeTests.set(task, command);
  if (e2e !== undefined) draft.e2e.set(task, e2e);
  if (result.passed) draft.provenCommits.add(commit);
  const window = draft.integration.window.map((step) =>
    step.commit === commit && !step.proven ? { ...step, proven: result.passed, result } : step,
  );
  changeIntegration(draft, { window });
  judgeFirst(draft);
}

/** A red step can be judged when everything before it is proven. */
function judgeFirst(draft: Draft): void {
  const { window, width, suspects } = draft.integration;
  const at = window.findIndex((step) => !step.proven);
  const step = window[at];
  if (step === undefined || step.result === null) return;
  cutWindow(draft, at, new Set([step.task]));
  changeIntegration(draft, { width: Math.max(1, Math.floor(width / 2)) });
  const { proven: _, ...branch } = step;
  const suspect: Suspect = { ...branch, result: step.result };
  // On proven ground with nothing between, it is red by itself.
  if (step.before.length === 0) return rejectMerge(draft, suspect, failureOf(step.result));
  changeIntegration(draft, { suspects: [...suspects, suspect] });
}

export function applyBlameEnded(draft: Draft, { task, found }: Logged<'blame.ended'>): void {
  draft.open.delete(`blame:${task}`);
  const { suspects } = draft.integration;
  const suspect = suspects.find((each) => each.task === task);
  if (suspect === undefined) return;
  changeIntegration(draft, { suspects: suspects.filter((each) => each !== suspect) });
  switch (found.is) {
    case 'passed':
      return requeue(draft, [task]);
    case 'alone':
      return rejectMerge(draft, suspect, failureOf(found.result));
    case 'together': {
      const others = found.more ? ({ more: true } as const) : {};
      return rejectMerge(draft, suspect, { ...failureOf(found.result), together: found.with, ...others });
    }
    default:
      return unreachable(found);
  }
}

function failureOf({
  command,
  exitCode,
  output,
  e2e,
}: TestResult): Extract<Rejection, { reason: 'merge-test' | 'e2e' }> {
  if (e2e?.status === 'failed') return { reason: 'e2e', findings: e2e.findings, output: e2e.output };
  return { reason: 'merge-test', command, exitCode, output };
}

/** The next try goes on from the merge itself: in its own branch alone, what it fails with may not be there. */
function rejectMerge(
  draft: Draft,
  { task, commit, onto }: Pick<WindowStep, 'task' | 'commit' | 'onto'>,
  failure: Rejection,
): void {
  const base = workBase(taskRecord(draft, task));
  reject(draft, task, failure, base === onto ? {} : { resumeFrom: { tip: commit, base: onto } });
}
