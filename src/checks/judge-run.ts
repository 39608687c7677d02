/** What a command's end says of the work, beside what the same command said of the base. Pure. */

import { flawWords } from '../core/flaw-words.ts';
import type { CheckFinding, CheckResult } from '../core/proof.ts';
import { parseAudit } from './output/audit-report.ts';
import { failingTests } from './output/failing-tests.ts';
import { newProblems, problemsIn } from './output/problems.ts';
import type { PlannedCheck } from './plan-checks.ts';
import type { CommandRun } from './session.ts';

export interface Sight {
  readonly run: CommandRun;
  /** What it printed, more of it than the run has. */
  readonly text: string;
}

export type Judged = Pick<PlannedCheck, 'name' | 'kind' | 'critical'>;

/** Of a shell: it found no program, or one that it could not run. */
const NO_PROGRAM: ReadonlySet<number | null> = new Set([126, 127]);
const MOST_FINDINGS = 50;
const MOST_NAMED = 5;

export function isGreen({ exitCode, obstacle }: CommandRun): boolean {
  return exitCode === 0 && obstacle === undefined;
}

/** It says nothing of the work: it could not be run at all. */
export function isUnavailable({ exitCode, obstacle }: CommandRun): boolean {
  return obstacle !== undefined || NO_PROGRAM.has(exitCode);
}

export function passed(check: Judged, run: CommandRun): CheckResult {
  return resultOf(check, run, { status: 'passed', detail: 'passed' });
}

export function flaky(check: Judged, first: Sight, again: number): CheckResult {
  const findings = findingsOf(check, first);
  const detail = `flaky: it failed, and passed when it was run again${again === 1 ? '' : ` the ${again}. time`}${named(findings)}`;
  return resultOf(check, first.run, { status: 'warning', detail, findings });
}

/**
 * Of a run that was not green. `base` is what the same command said of the base; null where the base has no such
 * check: then nothing excuses it.
 */
export function judgeRed(check: Judged, tip: Sight, base: Sight | null): CheckResult {
  const findings = findingsOf(check, tip);
  const how = howItEnded(tip.run);
  if (check.kind === 'security-audit' && findings.length === 0) {
    const report = parseAudit(tip.text);
    const reason = report.is === 'none' && !isUnavailable(tip.run) ? report.reason : how;
    return resultOf(check, tip.run, { status: 'not run', detail: `no answer: ${reason}` });
  }
  if (base === null || isGreen(base.run)) {
    const onBase = base === null ? {} : ({ onBase: 'passed' } as const);
    return resultOf(check, tip.run, {
      status: 'failed',
      detail: `${how}${named(findings)}`,
      findings,
      ...onBase,
    });
  }
  if (isUnavailable(base.run)) return besideNone(check, tip, base);
  return besideRed(check, tip, { ...base, findings: findingsOf(check, base) });
}

function besideNone(check: Judged, tip: Sight, base: Sight): CheckResult {
  const onBase = 'not run';
  if (isUnavailable(tip.run)) {
    const detail = `it cannot be run here, on the base neither: ${howItEnded(base.run)}; does it want a set-up command?`;
    return resultOf(check, tip.run, { status: 'not run', detail, onBase });
  }
  const findings = findingsOf(check, tip);
  const detail = `${howItEnded(tip.run)}${named(findings)}; it could not be run on the base`;
  return resultOf(check, tip.run, { status: 'failed', detail, findings, onBase });
}

/** Red on both. Old failures are the base's; a new one, or an end of another kind, is the work's. */
function besideRed(
  check: Judged,
  tip: Sight,
  base: Sight & { readonly findings: readonly CheckFinding[] },
): CheckResult {
  const findings = findingsOf(check, tip);
  const fresh = newProblems(findings, base.findings);
  const how = howItEnded(tip.run);
  // It used to say what is wrong; an end without a word may hide anything.
  const isSilent = findings.length === 0 && base.findings.length > 0;
  const isOther = findings.length === 0 && tip.run.exitCode !== base.run.exitCode;
  if (fresh.length > 0 || isSilent || isOther) {
    const detail =
      fresh.length > 0
        ? `${how}${named(fresh)}; the base is red too, but not for ${fresh.length === 1 ? 'this' : 'these'}`
        : `${how}; the base is red too, but in another way: ${howItEnded(base.run)}`;
    return resultOf(check, tip.run, { status: 'failed', detail, findings: fresh, onBase: 'warning' });
  }
  const detail = `${how}, as on the base: not held against this work`;
  return resultOf(check, tip.run, { status: 'failed', detail, findings, onBase: 'failed' });
}

/** Failing tests by name; of an audit the packages; of the others the places. */
function findingsOf({ kind }: Judged, { run, text: whole }: Sight): readonly CheckFinding[] {
  if (isUnavailable(run)) return [];
  // Another slot has another path; from the repository's root they are the same.
  const text = run.worktree === undefined ? whole : whole.replaceAll(`${run.worktree}/`, '');
  if (kind === 'security-audit') {
    const report = parseAudit(text);
    return report.is === 'flaws'
      ? report.flaws.map(({ name, severity }) => ({ message: flawWords(name, severity) }))
      : [];
  }
  const tests = kind === 'tests' || kind === 'coverage' ? failingTests(text) : new Set<string>();
  if (tests.size > 0) return [...tests].map((name) => ({ message: name }));
  return kind === 'tests' || kind === 'coverage' ? [] : problemsIn(text);
}

function howItEnded({ exitCode, obstacle, output }: CommandRun): string {
  if (obstacle !== undefined) return firstLine(obstacle);
  if (exitCode !== null && NO_PROGRAM.has(exitCode)) return `a program was not found (exit ${exitCode})`;
  return exitCode === null ? (output.split('\n').at(-1) ?? 'it was ended') : `exit ${exitCode}`;
}

function named(findings: readonly CheckFinding[]): string {
  if (findings.length === 0) return '';
  const names = findings.slice(0, MOST_NAMED).map(({ path, line, message }) => {
    const place = path === undefined ? '' : `${path}${line === undefined ? '' : `:${line}`} `;
    return `${place}${message}`;
  });
  const more = findings.length > names.length ? ` and ${findings.length - names.length} more` : '';
  return `: ${names.join(', ')}${more}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

type Said = Pick<CheckResult, 'status' | 'detail' | 'onBase'> & {
  readonly findings?: readonly CheckFinding[];
};

function resultOf(
  { name, kind, critical }: Judged,
  run: CommandRun,
  { findings = [], ...said }: Said,
): CheckResult {
  const { command, exitCode, durationMs, output } = run;
  return {
    name,
    critical,
    ...said,
    command,
    exitCode,
    durationMs,
    output,
    ...(kind !== 'tests' || run.tests === undefined ? {} : { tests: run.tests }),
    findings: findings.slice(0, MOST_FINDINGS),
  };
}
