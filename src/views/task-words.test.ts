import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptOutcome } from '../core/attempt.ts';
import { RunLog, someWork } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { autoProgress } from './auto-progress.ts';
import { familyWords, taskWords } from './task-words.ts';

const PLAN = makePlan([makeTask('a', 1), makeTask('b', 2, { dependsOn: ['a'] })]);
const QA = { agent: { driver: 'recipe', options: {} }, rejections: 3, tries: 3 };
const begin = (qa: typeof QA | null = null): RunLog =>
  new RunLog(PLAN, { ...TEST_SETTINGS, qa }).open().openGroup(1);
const FAILURE = { reason: 'exit-code', code: 3, tail: '' } as const;
const REJECTED = { reason: 'qa-rejected', report: 'It is rejected.' } as const;
const FAILED: AttemptOutcome = { is: 'failed', failure: FAILURE, usage: {}, exitCode: 3 };

function words(log: RunLog, id = 'a'): string {
  const state = log.state();
  const record = state.tasks.get(id);
  assert.ok(record);
  const { auto, queue, agent } = familyWords(state, record);
  return [auto, queue, agent].join(' ');
}

/** Of the auto family, of queues, and of the agents of parallel groups. */
test('what the families call the states of a task', () => {
  assert.equal(words(begin()), 'pending pending pending');
  assert.equal(words(begin(), 'b'), 'pending pending pending');
  assert.equal(words(begin().start('a')), 'in_progress in_progress in_progress');
  assert.equal(words(begin().start('a').end('a', FAILED)), 'pending_retry in_progress in_progress');
  const retried = begin()
    .start('a')
    .end('a', FAILED)
    .add({ type: 'task.retrying', task: 'a', notBefore: 0, failure: FAILURE });
  assert.equal(words(retried), 'pending_retry in_progress in_progress');
  const failed = begin()
    .start('a')
    .end('a', FAILED)
    .add({ type: 'task.failed', task: 'a', failure: FAILURE });
  assert.equal(words(failed), 'failed blocked failed');
  assert.equal(
    words(failed.add({ type: 'task.blocked', task: 'b', because: 'a' }), 'b'),
    'pending pending blocked',
  );
  assert.equal(words(begin().complete('a')), 'done completed completed');
  assert.equal(words(begin().add({ type: 'task.cancelled', task: 'a' })), 'failed pending cancelled');
  assert.equal(
    words(begin().start('a').end('a').add({ type: 'task.cancelled', task: 'a' })),
    'failed blocked cancelled',
  );
  assert.equal(words(begin().add({ type: 'run.finished', status: 'failed' })), 'pending pending pending');
  assert.equal(
    words(begin().start('a').end('a', FAILED).add({ type: 'run.finished', status: 'failed' })),
    'pending_retry in_progress interrupted',
  );
});

test('work that QA has looked at, and what is told of it', () => {
  const log = begin(QA).start('a').end('a');
  assert.equal(words(log), 'in_progress in_progress in_progress');
  assert.equal(words(log.review('a', 'rejected', 2)), 'qa_rejected in_progress in_progress');
  assert.equal(
    words(log.add({ type: 'task.retrying', task: 'a', notBefore: 0, failure: REJECTED })),
    'pending_fix in_progress in_progress',
  );
  const told = autoProgress(log.state(), true).tasks['a'];
  assert.deepEqual(
    [told?.qa_verified, told?.qa_feedback, told?.iterations, told?.retry_count],
    [false, 'It is rejected.', 1, 0],
  );
  log.start('a', 3).end('a', undefined, 3).review('a', 'approved', 4);
  log.accept('a');
  assert.equal(words(log), 'qa_approved in_progress in_progress');
  const { qa_timestamp, ...rest } = autoProgress(log.state(), true).tasks['a'] ?? {};
  assert.match(qa_timestamp ?? '', /^2025-11-29T14:/);
  assert.deepEqual(rest, {
    name: 'Task a',
    status: 'qa_approved',
    branch: 'cox/run-1/a',
    worktree: '/slots/slot-3',
    iterations: 2,
    completed_at: null,
    group: 1,
    retry_count: 1,
    last_error: null,
    qa_verified: true,
    qa_feedback: null,
  });
});

test('the whole of a progress file', () => {
  const state = begin().complete('a').state();
  const { tasks, ...head } = autoProgress(state, true);
  assert.deepEqual(head, {
    session_id: 'run-1',
    started_at: '2025-11-29T14:30:52.000Z',
    status: 'running',
    parallel_group: 1,
  });
  assert.deepEqual(Object.keys(tasks), ['a', 'b']);
  assert.match(tasks['a']?.completed_at ?? '', /^2025-11-29T14:/);
});

test('the words for a task say whether the run still goes on', () => {
  const log = new RunLog(makePlan([makeTask('task-001', 1), makeTask('task-002', 1)])).open().openGroup(1);
  log.start('task-001').end('task-001', { is: 'done', usage: {}, exitCode: 0, work: someWork() });
  log.add({ type: 'task.accepted', task: 'task-001', tip: 'a'.repeat(40) });
  const words = (): string[] => {
    const state = log.state();
    return [...state.tasks.values()].map((record) => taskWords(state, record).word);
  };
  assert.deepEqual(words(), ['done, waits for its merge', 'ready to start']);
  log.add({ type: 'run.suspended', reason: 'interrupted' });
  assert.deepEqual(words(), ['done, waits for its merge', 'ready to start']);
  log.add({ type: 'run.finished', status: 'failed' });
  assert.deepEqual(words(), ['done, not merged', 'not started']);
});
