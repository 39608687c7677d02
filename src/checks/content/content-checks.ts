/** Checks that look at what was changed, and run nothing. */

import type { Commit } from '../../core/attempt.ts';
import { printableLine } from '../../core/printable.ts';
import type { CheckFinding, CheckResult } from '../../core/proof.ts';
import type { CommitReader, LineRange, PathChange } from '../../ports/commit-reader.ts';
import { isWeakenable, type TestTexts, weakenedTests } from '../measure/weakened-tests.ts';
import { findSecrets } from './secrets.ts';

export interface Content {
  readonly reader: CommitReader;
  readonly base: Commit;
  readonly tip: Commit;
  readonly changes: readonly PathChange[];
}

const MOST_FINDINGS = 50;

/** `own` are values of the user's secret variables. */
export async function secretsCheck(content: Content, own: readonly string[]): Promise<CheckResult> {
  const begun = performance.now();
  const { findings, skipped } = await findSecrets(content.reader, content, own);
  const unseen =
    skipped.length === 0 ? '' : `; not looked into, for they are no text or too large: ${few(skipped)}`;
  const places = findings.map(({ path, line }) => `${path}:${line}`);
  const seen =
    findings.length === 0 ? 'none found' : `${findings.length} found: ${few([...new Set(places)])}`;
  return {
    name: 'secrets',
    critical: true,
    status: findings.length === 0 ? 'passed' : 'failed',
    detail: `${seen}${unseen}`,
    durationMs: Math.round(performance.now() - begun),
    output: '',
    findings: findings.slice(0, MOST_FINDINGS).map(shown),
  };
}

/** Null where there is no limit: then there is nothing to say. */
export function diffSizeCheck(changes: readonly PathChange[], most: number | undefined): CheckResult | null {
  if (most === undefined) return null;
  const lines = changes.reduce((sum, each) => sum + lengthOf(each.lines) + lengthOf(each.oldLines), 0);
  const isLarge = lines > most;
  return {
    name: 'diff-size',
    critical: false,
    status: isLarge ? 'failed' : 'passed',
    detail: `${lines} lines were added or removed in ${changes.length} files${isLarge ? `, more than ${most}` : ''}`,
    durationMs: 0,
    output: '',
    findings: [],
  };
}

/** Null where the work leaves the checks alone. `measured` are changes of what decides the checks. */
export async function checkChanges(
  content: Content,
  measured: readonly CheckFinding[],
): Promise<CheckResult | null> {
  const texts = new Map<string, TestTexts>();
  for (const change of content.changes.filter(isWeakenable)) {
    const { path } = change;
    const [base, tip] = [
      await content.reader.read(content.base, path),
      await content.reader.read(content.tip, path),
    ];
    texts.set(path, { base, tip });
  }
  const findings = [...measured, ...weakenedTests(content.changes, texts)];
  if (findings.length === 0) return null;
  const paths = [...new Set(findings.flatMap(({ path }) => path ?? []))];
  return {
    name: 'check-changes',
    critical: false,
    status: 'warning',
    detail: `the checks themselves were changed by this task: ${few(paths)}`,
    durationMs: 0,
    output: '',
    findings: findings.slice(0, MOST_FINDINGS).map(shown),
  };
}

function lengthOf(ranges: readonly LineRange[] | null): number {
  return (ranges ?? []).reduce((sum, { start, end }) => sum + end - start + 1, 0);
}

/** Names of files may hold anything. */
function shown({ path, message, ...rest }: CheckFinding): CheckFinding {
  const place = path === undefined ? {} : { path: printableLine(path) };
  return { ...rest, ...place, message: printableLine(message) };
}

function few(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(printableLine).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
