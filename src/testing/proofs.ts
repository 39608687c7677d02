/** What checks and QA may say, for tests. */

import type { AttemptOutcome, Review } from '../core/attempt.ts';
import type { CheckResult, CheckStatus, Proof } from '../core/proof.ts';

export function checkOf(status: CheckStatus, change: Partial<CheckResult> = {}): CheckResult {
  return {
    name: 'tests',
    status,
    critical: true,
    detail: status === 'failed' ? '1 of 2 tests fails' : '',
    command: 'npm test',
    exitCode: status === 'failed' ? 1 : 0,
    durationMs: 5,
    output: status === 'failed' ? 'not ok 1 - adds' : '',
    findings: status === 'failed' ? [{ path: 'src/add.js', line: 3, message: 'adds wrongly' }] : [],
    ...change,
  };
}

export function proofOf(status: CheckStatus, change: Partial<CheckResult> = {}): Proof {
  return { checks: [checkOf(status, change)], criteria: [] };
}

export function reviewedOutcome(verdict: Review['verdict'], report = ''): AttemptOutcome {
  return { is: 'reviewed', review: { verdict, report }, usage: {}, exitCode: 0 };
}
