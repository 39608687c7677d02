import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandResult } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { commitName, doneOutcome, RunLog, START, someWork } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { issuesOf } from './issues.ts';

const plan = makePlan([makeTask('task-001', 1)]);
const TEST: CommandResult = { command: 'npm test', passed: false, exitCode: 1, durationMs: 9, output: 'no' };
const FAILED: Failure = { reason: 'merge-test', command: 'npm test', exitCode: 1, output: 'no' };

/** Its merge conflicts, then its merge's test fails. */
function twoSetbacks(): RunLog {
  const settings = { ...new RunLog(plan).state().settings, mergeTest: 'npm test' };
  const log = new RunLog(plan, settings).open().openGroup(1);
  const conflict: Failure = { reason: 'conflict', paths: ['a.txt'] };
  log.start('task-001').end('task-001').accept('task-001');
  return log
    .add(
      { type: 'merge.starting', task: 'task-001', tip: commitName('b2'), onto: commitName('a1') },
      { type: 'merge.ended', task: 'task-001', result: { is: 'conflict', paths: ['a.txt'] } },
      { type: 'task.retrying', task: 'task-001', notBefore: 0, failure: conflict },
    )
    .start('task-001', 2)
    .end('task-001', doneOutcome(), 2)
    .accept('task-001')
    .merge('task-001')
    .add(
      { type: 'test.starting', task: 'task-001', commit: commitName('c3'), command: 'npm test' },
      { type: 'test.ended', task: 'task-001', commit: commitName('c3'), result: TEST },
    );
}

test('a service that refused work is quoted with a time only where it named one', () => {
  const quota = { is: 'quota', until: START, usage: {}, exitCode: 1 } as const;
  const log = new RunLog(plan).open().openGroup(1).start('task-001').end('task-001', quota);
  log.start('task-001', 2).end('task-001', { ...quota, untold: true }, 2);
  assert.deepEqual(
    issuesOf(log.state()).map(({ what }) => what),
    [
      "attempt 1: the agent's service said to come back at 2025-11-29T14:30:52.000Z",
      "attempt 2: the agent's service refused more work for a while",
    ],
  );
});

test('setbacks behind an attempt that was done are issues too, in order', () => {
  const log = twoSetbacks().add({ type: 'task.retrying', task: 'task-001', notBefore: 0, failure: FAILED });
  assert.deepEqual(
    issuesOf(log.state()).map(({ severity, what }) => [severity, what]),
    [
      ['Warning', 'attempt 1: its branch conflicts with work merged before it in a.txt'],
      ['Warning', 'attempt 2: npm test failed on the merged tree (exit 1)'],
    ],
  );
});

test('the setback that was the end of a task is said once', () => {
  const log = twoSetbacks().add({ type: 'task.failed', task: 'task-001', failure: FAILED });
  assert.deepEqual(
    issuesOf(log.state()).map(({ severity, what }) => [severity, what]),
    [
      ['Warning', 'attempt 1: its branch conflicts with work merged before it in a.txt'],
      ['Critical', 'failed for good after 2 attempts: npm test failed on the merged tree (exit 1)'],
    ],
  );
});

test('setbacks of a task that was merged after all are minor and resolved', () => {
  const log = twoSetbacks()
    .add({ type: 'task.retrying', task: 'task-001', notBefore: 0, failure: FAILED })
    .start('task-001', 3)
    .end('task-001', doneOutcome({ work: someWork({ tip: commitName('d4') }) }), 3)
    .accept('task-001')
    .merge('task-001')
    .add(
      { type: 'test.starting', task: 'task-001', commit: commitName('c3'), command: 'npm test' },
      {
        type: 'test.ended',
        task: 'task-001',
        commit: commitName('c3'),
        result: { ...TEST, passed: true, exitCode: 0 },
      },
    )
    .advance(['task-001']);
  assert.deepEqual(
    issuesOf(log.state()).map(({ severity, came }) => [severity, came]),
    [
      ['Minor', 'merged after another try'],
      ['Minor', 'merged after another try'],
    ],
  );
});

test('refused credentials are told once for the agent with what to do, and shortly for each attempt', () => {
  const failure: Failure = { reason: 'agent-error', kind: 'credentials', detail: 'bad key' };
  const refused = { is: 'failed', failure, usage: {}, exitCode: 1 } as const;
  const log = new RunLog(plan).open().openGroup(1);
  log.start('task-001').end('task-001', refused).start('task-001', 2).end('task-001', refused, 2);
  assert.deepEqual(
    issuesOf(log.state()).map(({ about, what }) => [about, what]),
    [
      ['agents', "recipe: the agent's service refused its credentials: bad key; log in, or set its key"],
      ['task-001', "attempt 1: the agent's service refused its credentials"],
      ['task-001', "attempt 2: the agent's service refused its credentials"],
    ],
  );
});
