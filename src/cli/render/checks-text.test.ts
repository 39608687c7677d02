import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckResult } from '../../core/proof.ts';
import { checksText } from './checks-text.ts';

function check(name: string, change: Partial<CheckResult>): CheckResult {
  return {
    name,
    status: 'passed',
    critical: true,
    detail: '',
    durationMs: 1,
    output: '',
    findings: [],
    ...change,
  };
}

function textOf(...checks: readonly CheckResult[]): string {
  return checksText({ checks, criteria: [] });
}

const PATHS = ['a.txt', 'a.txt', 'b.txt', 'c.txt', 'd.txt'].map((path) => ({ path, message: 'was added' }));

test('what did not pass is named', () => {
  assert.equal(textOf(), 'there was nothing to check it by');
  assert.equal(textOf(check('tests', {})), 'checked: 1 of 1 check passed');
  assert.equal(
    textOf(check('tests', { status: 'failed', findings: PATHS }), check('lint', { status: 'not run' })),
    'did not pass its checks: 0 of 2 checks passed; failed: tests; not run: lint',
  );
});

test('a breach of the scope is said with its first paths, also where it only warns', () => {
  assert.equal(
    textOf(check('boundaries', { status: 'failed', findings: PATHS })),
    'did not pass its checks: 0 of 1 check passed; failed: boundaries (a.txt, b.txt, c.txt and 1 more)',
  );
  assert.equal(
    textOf(
      check('tests', {}),
      check('boundaries', { status: 'warning', critical: false, findings: PATHS.slice(0, 1) }),
    ),
    'checked: 1 of 2 checks passed; warning: boundaries (a.txt)',
  );
});
