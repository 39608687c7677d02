import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Commit } from '../core/attempt.ts';
import type { CommandResult } from '../core/event.ts';
import type { CheckResult } from '../core/proof.ts';
import { commitName, doneOutcome, RunLog } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { proofOf } from '../testing/proofs.ts';
import { executionReport } from './execution-report.ts';
import { htmlReport } from './html-report.ts';
import { combinedCoverage, testsAdded } from './whole-work.ts';

const PLAN = makePlan([makeTask('a', 1), makeTask('b', 1)]);

function result(part: Partial<CommandResult>): CommandResult {
  return { command: 'npm test', passed: true, exitCode: 0, durationMs: 1, output: '', ...part };
}

interface Told {
  readonly check?: Partial<CheckResult>;
  readonly merge?: Partial<CommandResult>;
}

/** Each task is checked and merged, one after the other. */
function runOf(told: Readonly<Record<'a' | 'b', Told>>): RunLog {
  const settings = {
    ...TEST_SETTINGS,
    mergeTest: 'npm test',
    checks: { ...TEST_SETTINGS.checks, enabled: true },
  };
  const log = new RunLog(PLAN, settings).open().openGroup(1);
  for (const [task, commit] of [
    ['a', commitName('c3')],
    ['b', commitName('c4')],
  ] as const satisfies readonly (readonly ['a' | 'b', Commit])[]) {
    const { check, merge } = told[task];
    log.start(task).end(task, doneOutcome());
    const tip = commitName('b2');
    log.add(
      { type: 'checks.starting', task, attempt: 1, base: commitName('a1'), tip },
      { type: 'checks.ended', task, attempt: 1, proof: proofOf('passed', check) },
    );
    log.accept(task).merge(task, commit);
    log.add(
      { type: 'test.starting', task, commit, command: 'npm test' },
      { type: 'test.ended', task, commit, result: result(merge ?? {}) },
    );
    log.advance([task], commit);
  }
  return log;
}

test('the whole is what the last test of a merge says, beside what was there on the base', () => {
  const state = runOf({
    a: { check: { tests: 12, testsOnBase: 10 }, merge: { tests: 12, coverage: 95 } },
    b: { check: { tests: 11 }, merge: { tests: 15, coverage: 91 } },
  }).state();
  assert.equal(combinedCoverage(state), 91);
  assert.equal(testsAdded(state), 5);
  const report = executionReport(state);
  assert.match(report, /\n- \*\*Integration Tests\*\*: 2\/2 merges passing, 15 tests on the last\n/);
  assert.match(report, /\n- \*\*Combined Coverage\*\*: 91\.0 % of lines\n/);
  assert.match(report, /\n- \*\*Total Tests Added\*\*: 5\n/);
  assert.match(report, /\n- \*\*Tests Passing\*\*: passed \(12 tests\)\n/);
  const page = htmlReport(state);
  assert.match(page, /<dt>tests added<\/dt><dd>5<\/dd>/);
  assert.match(page, /<dt>coverage of the whole<\/dt><dd>91\.0 % of lines<\/dd>/);
  assert.doesNotMatch(page, /Not measured/);
});

test('without it, tests are summed by task where each has both counts', () => {
  const both = runOf({
    a: { check: { tests: 12, testsOnBase: 10 } },
    b: { check: { tests: 9, testsOnBase: 10 } },
  }).state();
  assert.equal(testsAdded(both), 1);
  const one = runOf({ a: { check: { tests: 12, testsOnBase: 10 } }, b: { check: { tests: 9 } } }).state();
  assert.equal(testsAdded(one), null);
  assert.match(htmlReport(one), /Not measured: tests added, coverage of the whole\./);
});

test('counts of different commands are not compared, and what is not known is not measured', () => {
  const other = runOf({
    a: { check: { command: 'make test', tests: 3, testsOnBase: 1 } },
    b: { merge: { tests: 15 } },
  }).state();
  assert.equal(testsAdded(other), null);
  assert.equal(combinedCoverage(other), null);
  assert.match(executionReport(other), /Combined Coverage\*\*: not measured\n/);
  assert.match(executionReport(other), /Total Tests Added\*\*: not measured\n/);
});
