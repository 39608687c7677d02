/** Whether enough lines are covered, and no fewer than on the base. Pure. */

import { coverageWords } from '../../core/coverage-words.ts';
import type { CheckResult } from '../../core/proof.ts';
import type { Lines } from './parse.ts';

export interface CoverageQuestion {
  readonly tip: (Lines & { readonly file: string }) | null;
  /** Null where the base has left no report. */
  readonly base: Lines | null;
  /** In percent; absent: only a decrease counts. */
  readonly least: number | undefined;
  readonly command: string | undefined;
}

/** In percent: what a line more or less elsewhere does, and rounding. */
const TOLERANCE = 0.05;

export function judgeCoverage({ tip, base, least, command }: CoverageQuestion): CheckResult {
  const common = {
    name: 'coverage',
    critical: false,
    durationMs: 0,
    output: '',
    findings: [],
    ...(command === undefined ? {} : { command }),
  };
  if (tip === null) {
    const detail = 'the tests left no report on coverage that can be read (LCOV, Istanbul or Cobertura)';
    return { ...common, status: base === null ? 'not run' : 'failed', detail };
  }
  const now = coveredShare(tip);
  const before = base === null ? null : coveredShare(base);
  const shown = `${coverageWords(now)} (${tip.file})`;
  if (before !== null && now < before - TOLERANCE) {
    const detail = `${shown}, and ${before.toFixed(1)} % on the base`;
    return { ...common, status: 'failed', detail, onBase: 'passed' };
  }
  if (least !== undefined && now < least) {
    const was = before === null ? {} : ({ onBase: before < least ? 'failed' : 'passed' } as const);
    return { ...common, status: 'failed', detail: `${shown}, less than ${least} %`, ...was };
  }
  const beside = before === null ? '' : `, and ${before.toFixed(1)} % on the base`;
  return { ...common, status: 'passed', detail: `${shown}${beside}` };
}

/** In percent. */
export function coveredShare({ covered, total }: Lines): number {
  return (100 * covered) / total;
}
