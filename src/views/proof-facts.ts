/** What the reports say of how a task's work was proven. Nothing that was not looked at is shown as passed. */

import type { Review } from '../core/attempt.ts';
import { clipStart } from '../core/clip.ts';
import { criteriaOf } from '../core/criteria.ts';
import type { CommandResult } from '../core/event.ts';
import type { CheckFinding, CheckResult, CheckStatus, CriterionResult } from '../core/proof.ts';
import type { RunState } from '../core/run-state.ts';
import { type AttemptRecord, isApproved, type TaskRecord } from '../core/task-state.ts';
import { workOf } from './task-facts.ts';

const OUTPUT_BYTES = 4000;

export interface CheckReport {
  readonly name: string;
  readonly status: CheckStatus;
  /** False also for what was not run. */
  readonly passed: boolean;
  /** A critical one that failed refuses the work. */
  readonly critical: boolean;
  readonly detail: string | null;
  readonly command: string | null;
  readonly exit_code: number | null;
  readonly duration_seconds: number;
  /** What it said before the work; null when that was not looked at. */
  readonly on_base: CheckStatus | null;
  readonly findings: readonly {
    readonly path: string | null;
    readonly line: number | null;
    readonly message: string;
  }[];
  /** The last part of what it printed, where it did not pass; null for nothing. */
  readonly output: string | null;
}

export type QaStatus = 'not run' | 'pending' | 'approved' | 'rejected' | 'blocked';

export interface QaReport {
  readonly status: QaStatus;
  /** How often it looked, or tried to. */
  readonly attempts: number;
  readonly rejections: number;
  /** Whom the plan names for it. */
  readonly reviewers: readonly string[];
  /** Of its last verdict, in its own words. */
  readonly feedback: string | null;
}

export interface CriterionReport {
  readonly text: string;
  /** `proven`: we ran what proves it. `met` and `not met`: QA says so. */
  readonly status: 'proven' | 'met' | 'not met' | 'unproven';
  readonly reason: string;
}

export type VerdictWord = 'COMPLETE_VALIDATED' | 'COMPLETE_WITH_WARNINGS' | 'FAILED';

/** Of the last work that was checked; null when none was. */
export function verdictWord({ proof }: TaskRecord): VerdictWord | null {
  switch (proof?.verdict) {
    case 'complete-validated':
      return 'COMPLETE_VALIDATED';
    case 'complete-with-warnings':
      return 'COMPLETE_WITH_WARNINGS';
    case 'failed':
      return 'FAILED';
    case undefined:
      return null;
  }
}

/** The checks of its last work, and the last test of its merge. */
export function checkReports(state: RunState, record: TaskRecord): readonly CheckReport[] {
  const test = state.mergeTests.get(record.id);
  return [...(record.proof?.checks ?? []), ...(test === undefined ? [] : [asCheck(test)])].map(checkReport);
}

function asCheck({ command, passed, exitCode, durationMs }: CommandResult): CheckResult {
  const status = passed ? 'passed' : 'failed';
  const common = {
    name: 'merge-test',
    status,
    critical: true,
    detail: '',
    output: '',
    findings: [],
  } as const;
  return { ...common, command, exitCode, durationMs };
}

export function checkReport(check: CheckResult): CheckReport {
  return {
    name: check.name,
    status: check.status,
    passed: check.status === 'passed',
    critical: check.critical,
    detail: check.detail === '' ? null : check.detail,
    command: check.command ?? null,
    exit_code: check.exitCode ?? null,
    duration_seconds: Math.round(check.durationMs / 100) / 10,
    on_base: check.onBase ?? null,
    findings: check.findings.map(({ path = null, line = null, message }) => ({ path, line, message })),
    output:
      check.status === 'passed' || check.output.trim() === '' ? null : clipStart(check.output, OUTPUT_BYTES),
  };
}

/** `src/add.js:3: adds wrongly` */
export function findingWords({
  path,
  line,
  message,
}: CheckFinding | CheckReport['findings'][number]): string {
  const place = [path, line].filter((part) => part !== undefined && part !== null).join(':');
  return place === '' ? message : `${place}: ${message}`;
}

export function qaReport(state: RunState, record: TaskRecord): QaReport {
  const attempts = record.attempts.filter(({ role }) => role === 'qa');
  const reviews = attempts.map(reviewOf).filter((review) => review !== null);
  const last = reviews.at(-1);
  return {
    status: qaStatus(state, record),
    attempts: attempts.length,
    rejections: reviews.filter(({ verdict }) => verdict === 'rejected').length,
    reviewers: state.index.task.get(record.id)?.reviewers ?? [],
    feedback: last === undefined || last.report === '' ? null : last.report,
  };
}

function qaStatus(state: RunState, record: TaskRecord): QaStatus {
  if (record.state.is === 'qa-blocked') return 'blocked';
  const verdict = lastReview(record)?.verdict;
  const isLast = record.state.is !== 'reviewing' || isApproved(record.state, state.index.task.get(record.id));
  if (verdict === 'rejected' || (verdict !== undefined && isLast)) return verdict;
  const isLeft = state.phase.is === 'finished' || state.settings.qa === null;
  return isLeft || record.attempts.length === 0 ? 'not run' : 'pending';
}

function reviewOf({ outcome }: AttemptRecord): Review | null {
  return outcome?.is === 'reviewed' ? outcome.review : null;
}

/** QA's last word on the work as it is now; null when it has not seen that, or said nothing of it. */
function lastReview(record: TaskRecord): Review | null {
  const tip = workOf(record)?.tip;
  const seen = record.attempts.filter(({ role, startFrom }) => role === 'qa' && startFrom === tip);
  return seen.map(reviewOf).findLast((review) => review !== null) ?? null;
}

export function criterionReports(state: RunState, record: TaskRecord): readonly CriterionReport[] {
  const task = state.index.task.get(record.id);
  return task === undefined ? [] : criteriaOf(task, record.proof, lastReview(record)).map(criterionReport);
}

function criterionReport({ text, proof }: CriterionResult): CriterionReport {
  switch (proof.is) {
    case 'proven':
      return { text, status: 'proven', reason: proof.by };
    case 'judged':
      return { text, status: proof.met ? 'met' : 'not met', reason: proof.reason };
    case 'unproven':
      return { text, status: 'unproven', reason: proof.reason };
  }
}
