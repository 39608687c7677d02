/** `validation_report.json` of an agent, over all its tasks. Nothing that was not run has passed. */

import { coverageIn } from '../core/coverage-words.ts';
import { type Severity, severityIn } from '../core/flaw-words.ts';
import type { RunState } from '../core/run-state.ts';
import type { TaskRecord } from '../core/task-state.ts';
import type { AgentTasks } from './agent-names.ts';
import { type BundledKind, type KindResult, otherChecks, resultsOf } from './check-kinds.ts';
import { executionId } from './parallel-status.ts';
import { type CheckReport, checkReports, type VerdictWord, verdictWord } from './proof-facts.ts';

export interface ValidationReport {
  readonly agent: string;
  readonly execution_id: string;
  readonly status: VerdictWord | 'not run';
  readonly validations: Readonly<Record<string, Validation>>;
  /** Only for `COMPLETE_VALIDATED`. */
  readonly overall_passed: boolean;
  readonly tasks: readonly { readonly task_id: string; readonly status: VerdictWord | 'not run' }[];
}

export interface Validation {
  /** False also for what was not run. */
  readonly passed: boolean;
  readonly status: CheckReport['status'];
  /** Of the one that decided; null where it has none. */
  readonly exit_code: number | null;
  /** In words, where it did not pass. */
  readonly reason?: string;
  /** In percent of lines, the least of its tasks; null where it was not measured. */
  readonly coverage?: number | null;
  /** Packages with a known flaw; null where nothing was looked at. */
  readonly vulnerabilities?: number | null;
  /** How many of them are critical; null where the audit does not tell how grave each is, or nothing was looked at. */
  readonly critical_vulnerabilities?: number | null;
}

export function validationReport(state: RunState, { name, tasks }: AgentTasks): ValidationReport {
  const begun = tasks.filter((record) => record.attempts.length > 0);
  const of = (kind: BundledKind): Validation =>
    validationOf(begun.flatMap((record) => seenOf(record.id, resultsOf(state, record, kind))));
  const others = begun.flatMap((record) =>
    otherChecks(state, record).map((check) => ({ name: check.name, ...seen(record.id, check) })),
  );
  const { total, critical } = vulnerabilitiesOf(state, begun);
  const status = statusOf(tasks);
  return {
    agent: name,
    execution_id: executionId(state),
    status,
    validations: {
      lint: of('lint'),
      tests: { ...of('tests'), coverage: coverageOf(state, begun) },
      security: {
        ...of('security'),
        vulnerabilities: total,
        critical_vulnerabilities: critical,
      },
      build: of('build'),
      ...Object.fromEntries(
        others.map(({ name: check }) => [check, validationOf(others.filter((each) => each.name === check))]),
      ),
    },
    overall_passed: status === 'COMPLETE_VALIDATED',
    tasks: tasks.map((record) => ({ task_id: record.id, status: wordOf(record) })),
  };
}

/** A task that has failed for good has failed, whatever its checks said. */
function wordOf(record: TaskRecord): VerdictWord | 'not run' {
  return record.state.is === 'failed' ? 'FAILED' : (verdictWord(record) ?? 'not run');
}

function statusOf(tasks: readonly TaskRecord[]): ValidationReport['status'] {
  const words = tasks.map(wordOf);
  const worst = (['FAILED', 'not run', 'COMPLETE_WITH_WARNINGS'] as const).find((word) =>
    words.includes(word),
  );
  return worst ?? 'COMPLETE_VALIDATED';
}

/** One check of one task, or why there was none. */
interface Seen {
  readonly task: string;
  readonly status: CheckReport['status'];
  readonly exitCode: number | null;
  readonly reason: string;
}

function seen(task: string, { status, exit_code, detail }: CheckReport): Seen {
  return { task, status, exitCode: exit_code, reason: detail ?? status };
}

function seenOf(task: string, { checks, notRun }: KindResult): readonly Seen[] {
  if (checks.length > 0) return checks.map((check) => seen(task, check));
  return [{ task, status: 'not run', exitCode: null, reason: notRun ?? 'not run' }];
}

const FROM_WORST = ['failed', 'not run', 'warning'] as const;

/** As bad as the worst of them. */
function validationOf(all: readonly Seen[]): Validation {
  const [first] = all;
  if (first === undefined)
    return { passed: false, status: 'not run', exit_code: null, reason: 'no task was begun' };
  const worst = FROM_WORST.map((word) => all.find(({ status }) => status === word)).find(
    (each) => each !== undefined,
  );
  if (worst === undefined) return { passed: true, status: 'passed', exit_code: first.exitCode };
  const { task, status, exitCode, reason } = worst;
  return { passed: false, status, exit_code: exitCode, reason: `${task}: ${reason}` };
}

/** The least of what was measured; null where none was. */
export function coverageOf(state: RunState, tasks: readonly TaskRecord[]): number | null {
  const shares = tasks.flatMap((record) =>
    checkReports(state, record)
      .filter(({ name, status }) => name === 'coverage' && status !== 'not run')
      .map(({ detail }) => coverageIn(detail ?? '')),
  );
  return shares.reduce(
    (least, share) => (share === null || (least !== null && least <= share) ? least : share),
    null,
  );
}

/** In words, each once; null where nothing was looked at. */
function flawsOf(state: RunState, tasks: readonly TaskRecord[]): readonly string[] | null {
  const looked = tasks
    .map((record) => resultsOf(state, record, 'security'))
    .filter(({ notRun }) => notRun === null);
  if (looked.length === 0) return null;
  const words = looked.flatMap(({ checks }) =>
    checks.flatMap(({ findings }) => findings.map(({ message }) => message)),
  );
  return [...new Set(words)];
}

/** As `npm audit` counts them: null where nothing was looked at, and by severity where the audit does not tell it of each. */
export interface Vulnerabilities {
  readonly info: number | null;
  readonly low: number | null;
  readonly moderate: number | null;
  readonly high: number | null;
  readonly critical: number | null;
  readonly total: number | null;
}

export function vulnerabilitiesOf(state: RunState, tasks: readonly TaskRecord[]): Vulnerabilities {
  const flaws = flawsOf(state, tasks);
  const severities = flaws?.map(severityIn) ?? [null];
  const count = (...names: readonly Severity[]): number | null =>
    severities.includes(null)
      ? null
      : severities.filter((severity) => severity !== null && names.includes(severity)).length;
  return {
    info: count('info'),
    low: count('low'),
    moderate: count('moderate', 'medium'),
    high: count('high'),
    critical: count('critical'),
    total: flaws?.length ?? null,
  };
}
