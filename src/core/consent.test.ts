import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { consentIn } from './consent.ts';
import { decide } from './decide.ts';
import { taskRecord } from './run-state.ts';

test('a word is a yes, a no, or neither', () => {
  for (const yes of ['y', 'Yes', ' yes, please', 'OK.', 'ja']) assert.equal(consentIn(yes), true, yes);
  for (const no of ['n', 'NO', 'no: later', 'nein']) assert.equal(consentIn(no), false, no);
  for (const other of ['', 'perhaps', 'yesterday', 'not yet']) assert.equal(consentIn(other), null, other);
});

test('each start is held until the user says yes, and again after a failure', () => {
  const plan = makePlan([makeTask('a', 1), makeTask('b', 1)]);
  const log = new RunLog(plan, { ...TEST_SETTINGS, confirmStarts: true }).open().openGroup(1);
  const types = (): readonly string[] =>
    decide(log.state(), log.now).events.map((event) =>
      'task' in event ? `${event.type} ${event.task}` : event.type,
    );
  assert.deepEqual(types(), ['task.held a', 'task.held b']);
  log.add({ type: 'task.held', task: 'a' }, { type: 'task.held', task: 'b' });
  assert.deepEqual(types(), ['run.suspended']);
  log.add({ type: 'requested.answer', task: 'a', text: 'yes' });
  log.add({ type: 'requested.answer', task: 'b', text: 'perhaps' });
  assert.equal(taskRecord(log.state(), 'b').state.is, 'asking');
  assert.deepEqual(types(), ['attempt.starting a']);
  log.start('a').end('a', { is: 'stopped', why: 'interrupted', usage: {}, exitCode: null });
  assert.deepEqual(types(), ['attempt.starting a'], 'it was allowed, and has not failed');
  log
    .start('a', 2)
    .end('a', { is: 'failed', failure: { reason: 'nothing-changed' }, usage: {}, exitCode: 0 }, 2);
  const [retry] = decide(log.state(), log.now).events;
  assert.equal(retry?.type, 'task.retrying');
  if (retry !== undefined) log.add(retry);
  assert.deepEqual(types(), ['task.held a']);
  log.add({ type: 'requested.answer', task: 'b', text: 'no' });
  assert.deepEqual(types(), ['task.cancelled b']);
});
