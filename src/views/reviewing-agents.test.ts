import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { agentStatuses, parallelStatus } from './parallel-status.ts';
import { reviewingAgents } from './reviewing-agents.ts';

const PLAN = makePlan([
  makeTask('2.1', 1, { agent: 'Builder-1', title: 'Token', reviewers: ['Builder-2', 'Validator-1'] }),
  makeTask('2.2', 1, { agent: 'Builder-2', title: 'Model', reviewers: ['VALIDATOR-1 '] }),
]);
const QA = { agent: { driver: 'command', options: { command: 'review' } }, rejections: 3, tries: 3 };
const WITH_QA = { ...TEST_SETTINGS, qa: QA };

const shown = (log: RunLog) =>
  reviewingAgents(log.state()).map(({ name, record, status, step }) => [name, record.id, status, step]);

test('who has a task too is no mere reviewer, and without QA nobody is', () => {
  assert.deepEqual(shown(new RunLog(PLAN, WITH_QA).open()), [
    ['validator-1', '2.2', 'pending', 'waits for the work'],
  ]);
  assert.deepEqual(shown(new RunLog(PLAN).open()), []);
});

test('is shown at what it looks at, in the files of the run too', () => {
  const log = new RunLog(PLAN, WITH_QA).open().openGroup(1).start('2.2').end('2.2');
  log.startReview('2.2', 2);
  assert.deepEqual(shown(log), [['validator-1', '2.2', 'in_progress', 'looks at the work']]);
  const { agents } = parallelStatus(log.state(), true);
  assert.deepEqual(Object.keys(agents), ['builder-1', 'builder-2', 'validator-1']);
  const { started_at, ...entry } = agents['validator-1'] ?? {};
  assert.ok(Date.parse(started_at ?? '') > 0);
  assert.deepEqual(entry, {
    task_id: '2.2',
    task: 'Review: Model',
    status: 'in_progress',
    branch: 'cox/run-1/2.2',
  });
  assert.deepEqual(agentStatuses(log.state()).at(-1), {
    agent: 'validator-1',
    status: 'in_progress',
    current_step: 'looks at the work',
    has_error: false,
  });
  log.add({ type: 'run.suspended', reason: 'interrupted' });
  assert.equal(shown(log)[0]?.[2], 'interrupted');
});

test('has approved, or is not asked any more', () => {
  const log = new RunLog(PLAN, WITH_QA).open().openGroup(1).complete('2.2');
  assert.deepEqual(shown(log), [['validator-1', '2.1', 'pending', 'waits for the work']]);
  const failure = { reason: 'exit-code', code: 3, tail: '' } as const;
  log.start('2.1').end('2.1', { is: 'failed', failure, usage: {}, exitCode: 3 });
  log.add({ type: 'task.failed', task: '2.1', failure });
  assert.deepEqual(shown(log), [['validator-1', '2.1', 'blocked', 'the task: failed']]);
  assert.equal(reviewingAgents(log.state())[0]?.hasError, false);
});
