import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AttemptOutcome } from '../../core/attempt.ts';
import type { EventBody } from '../../core/event.ts';
import type { Failure } from '../../core/failure.ts';
import { commitName, RunLog, START, someWork } from '../../testing/events.ts';
import { hostileText, UNPRINTABLE } from '../../testing/hostile-text.ts';
import { makePlan, makeTask } from '../../testing/plans.ts';
import { localTime, plainLine } from './plain-line.ts';

const plan = makePlan([makeTask('task-001', 1)]);
const state = new RunLog(plan).state();
const time = (at: number): string => new Date(at).toISOString().slice(11, 19);

function lineOf(body: EventBody): string | null {
  return plainLine({ ...body, seq: 9, at: Date.UTC(2025, 0, 1, 12, 3, 44), run: 'run-1' }, state, time);
}

test('a run as lines', () => {
  const log = new RunLog(plan).open().openGroup(1).complete('task-001');
  log.add({ type: 'group.closed', group: 1 }, { type: 'run.finished', status: 'succeeded' });
  assert.deepEqual(
    log.events.map((event) => plainLine(event, log.state(), time)).filter((line) => line !== null),
    [
      '14:30:52 run run-1: 1 task of TS-0001, to be merged into integration/run-1',
      '14:30:52 run run-1 is driven by process 4242 on box; agents are not confined: none in this test',
      '14:30:55 branch integration/run-1 is ready',
      '14:30:56 group 1 begins',
      '14:30:58 task-001 started (attempt 1, slot-1)',
      '14:31:59 task-001 attempt 1 done: 1 file, +10 -2',
      '14:32:00 task-001 accepted, waits for its merge',
      '14:32:04 merged: task-001 (c3c3c3c3c3)',
      '14:32:05 group 1 is settled',
      '14:32:06 run run-1 succeeded',
    ],
  );
});

test("who begins is named where it is not the run's own agent", () => {
  const log = new RunLog(plan).open().openGroup(1);
  log.start('task-001', 1, { driver: 'codex', options: { model: 'gpt-5' } });
  const lines = log.events.map((event) => plainLine(event, log.state(), time));
  assert.ok(
    lines.includes('14:30:58 task-001 started (attempt 1, by codex, model gpt-5, slot-1)'),
    lines.join('\n'),
  );
});

test('a branch that is gone was not moved', () => {
  const words = (actual: string | null): string =>
    lineOf({ type: 'integration.moved', actual, ours: false }) ?? '';
  assert.match(words(commitName('d4')), /was moved by somebody else to a commit without our work$/);
  assert.match(words(null), /the integration branch was removed by somebody else$/);
});

test('a wait for a service that names no time is told with the end that it has here', () => {
  const untold: AttemptOutcome = { is: 'quota', until: START, untold: true, usage: {}, exitCode: 1 };
  const log = new RunLog(plan).open().openGroup(1);
  const refuse = (attempt: number, outcome: AttemptOutcome): string => {
    log.start('task-001', attempt).end('task-001', outcome, attempt);
    const [ended] = log.events.slice(-1);
    assert.ok(ended);
    return plainLine(ended, log.state(), time) ?? '';
  };
  assert.equal(
    refuse(1, untold),
    '14:30:59 task-001 attempt 1 waits for quota until 2025-11-29 14:31:59 UTC',
  );
  assert.equal(
    refuse(2, untold),
    '14:31:02 task-001 attempt 2 waits for quota until 2025-11-29 14:33:02 UTC',
  );
  assert.match(
    refuse(3, { is: 'quota', until: START + 600_000, usage: {}, exitCode: 1 }),
    /until 2025-11-29 14:40:52 UTC$/,
  );
});

test('an attempt that is not of who does the task is told as what it is', () => {
  const log = new RunLog(plan).open().openGroup(1).start('task-001');
  const record = log.state().tasks.get('task-001');
  assert.ok(record !== undefined);
  const lines = (['qa', 'resolver'] as const).map((role) => {
    const attempts = record.attempts.map((attempt) => ({ ...attempt, role }));
    const tasks = new Map([['task-001', { ...record, attempts }]]);
    const started: EventBody = {
      type: 'attempt.started',
      task: 'task-001',
      attempt: 1,
      slot: 's',
      worktree: '/s',
    };
    const review = { verdict: 'approved', report: '' } as const;
    const outcome: AttemptOutcome = { is: 'reviewed', review, usage: {}, exitCode: 0 };
    const ended: EventBody = { type: 'attempt.ended', task: 'task-001', attempt: 1, outcome };
    return [started, ended].map((body) =>
      plainLine({ ...body, seq: 9, at: 0, run: 'run-1' }, { ...log.state(), tasks }, () => 'now'),
    );
  });
  assert.deepEqual(lines, [
    ['now task-001 started (attempt 1, QA, s)', 'now task-001 attempt 1 (QA) approved'],
    ['now task-001 started (attempt 1, resolver, s)', 'now task-001 attempt 1 (resolver) approved'],
  ]);
});

test('nothing is said of the turn of a group in which everything is blocked', () => {
  const two = makePlan([makeTask('task-001', 1), makeTask('task-002', 2)]);
  const log = new RunLog(two).open();
  log.add(
    { type: 'task.blocked', task: 'task-002', because: 'task-001' },
    { type: 'group.opened', group: 2 },
    { type: 'group.closed', group: 2 },
  );
  const groups = log.events.slice(-2).map((event) => plainLine(event, log.state(), time));
  assert.deepEqual(groups, [null, null]);
});

test('what goes wrong is said with its reason', () => {
  const result = { command: 'npm test', passed: false, exitCode: 2, durationMs: 1, output: '' };
  const failure: Failure = { reason: 'exit-code', code: 3, tail: '' };
  const at = Date.UTC(2025, 0, 1, 12, 3, 44);
  const lines = [
    lineOf({ type: 'task.retrying', task: 'task-001', notBefore: at + 4000, failure }),
    lineOf({ type: 'task.failed', task: 'task-001', failure }),
    lineOf({ type: 'task.blocked', task: 'task-002', because: 'task-001' }),
    lineOf({ type: 'merge.ended', task: 'task-001', result: { is: 'conflict', paths: ['a.ts', 'b.ts'] } }),
    lineOf({
      type: 'merge.ended',
      task: 'task-001',
      result: { is: 'conflict', paths: ['a.ts'], unresolved: [{ path: 'a.ts', reason: 'both change one' }] },
    }),
    lineOf({
      type: 'merge.ended',
      task: 'task-001',
      result: { is: 'clean', commit: commitName('c3'), resolved: [{ path: 'a.ts', pattern: 'imports' }] },
    }),
    lineOf({ type: 'test.ended', task: 'task-001', commit: commitName('c3'), result }),
    lineOf({ type: 'validation.ended', group: 1, commit: commitName('c3'), result, guilty: ['task-001'] }),
    lineOf({
      type: 'validation.ended',
      group: 1,
      commit: commitName('c3'),
      result: { ...result, passed: true },
      guilty: [],
    }),
    lineOf({ type: 'run.suspended', reason: 'budget' }),
    lineOf({ type: 'breaker.opened', until: at + 60_000, signature: 'exit-code:3' }),
  ];
  assert.deepEqual(lines, [
    '12:03:44 task-001 is tried again in 4s because the agent exited with 3; see its log',
    '12:03:44 task-001 failed: the agent exited with 3; see its log',
    '12:03:44 task-002 blocked: task-001 did not succeed',
    '12:03:44 task-001 conflicts in a.ts, b.ts',
    '12:03:44 task-001 conflicts in a.ts; a.ts: both change one',
    '12:03:44 task-001 conflicts resolved in a.ts (imports)',
    '12:03:44 task-001 test of its merge failed (exit 2): npm test',
    '12:03:44 group 1 validation failed (exit 2): npm test, because of task-001',
    '12:03:44 group 1 validation passed (0s)',
    '12:03:44 run run-1 left (budget); go on with: cox resume run-1',
    '12:03:44 several tasks failed alike (their agents exited with 3), so nothing new starts for 1min; see `cox logs <task>`, and stop with Ctrl-C to mend the cause',
  ]);
});

test('steps without news are not shown', () => {
  assert.equal(lineOf({ type: 'attempt.progress', task: 'task-001', attempt: 1, step: 'x' }), null);
  assert.equal(lineOf({ type: 'merge.ended', task: 'task-001', result: { is: 'clean', commit: 'c' } }), null);
});

test('the time is that of this machine', () => {
  const at = new Date(2025, 0, 1, 12, 3, 44).getTime();
  assert.equal(localTime(at), '12:03:44');
});

test('whatever is in an event, its line is one harmless line', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const failures: Failure[] = [
        { reason: 'declared-failed', detail: text },
        { reason: 'conflict', paths: [text, text] },
        { reason: 'merge-test', command: text, exitCode: null, output: text },
      ];
      const result = { command: text, passed: false, exitCode: null, durationMs: 1, output: text };
      const bodies: EventBody[] = [
        ...failures.map((failure): EventBody => ({ type: 'task.failed', task: text, failure })),
        { type: 'attempt.started', task: text, attempt: 1, slot: text, worktree: text },
        {
          type: 'attempt.ended',
          task: text,
          attempt: 1,
          outcome: {
            is: 'asking',
            question: text,
            usage: {},
            exitCode: 0,
            work: someWork({ files: [text] }),
          },
        },
        { type: 'test.ended', task: text, commit: text, result },
        { type: 'integration.advanced', to: text, tasks: [text] },
        { type: 'requested.retry', task: text },
      ];
      for (const body of bodies) {
        const line = lineOf(body) ?? '';
        assert.doesNotMatch(line, new RegExp(`${UNPRINTABLE.source}|[\\n\\t]`));
        assert.ok(line.startsWith('12:03:44 '));
        assert.ok(line.length < 20_000);
      }
    }),
  );
});

test('a conflict that is foreseen is said once', () => {
  const found = { task: 'task-001', other: 'task-002', paths: ['a.ts'] };
  const known = { task: 'task-001', other: null, paths: ['b.ts', 'c\u001b[2J.ts'] };
  assert.equal(
    lineOf({
      type: 'conflicts.foreseen',
      found: [
        { ...found, known: false },
        { ...known, known: false },
      ],
      gone: [],
    }),
    '12:03:44 foreseen: task-001 and task-002 would conflict in a.ts; task-001 would conflict with what is merged in b.ts, c.ts',
  );
  assert.equal(lineOf({ type: 'conflicts.foreseen', found: [{ ...found, known: true }], gone: [] }), null);
});
