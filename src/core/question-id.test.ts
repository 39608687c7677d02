import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { askingAttempt, questionId, readQuestionId } from './question-id.ts';
import { taskRecord } from './run-state.ts';

test('a question is named by its task and the attempt that asks', () => {
  const log = new RunLog(makePlan([makeTask('a', 1)])).open().openGroup(1);
  assert.equal(questionId(taskRecord(log.state(), 'a')), null);
  for (const attempt of [1, 2]) {
    log.start('a', attempt);
    log.end('a', { is: 'asking', question: 'Which?', usage: {}, exitCode: 0 }, attempt);
    assert.equal(questionId(taskRecord(log.state(), 'a')), `a/${attempt}`);
    log.add({ type: 'requested.answer', task: 'a', text: 'x' });
    assert.equal(questionId(taskRecord(log.state(), 'a')), null);
  }
});

test('a start that waits for a word is asked about as the attempt that it would be', () => {
  const log = new RunLog(makePlan([makeTask('a', 1)])).open().openGroup(1);
  log.add({ type: 'task.held', task: 'a' });
  assert.equal(askingAttempt(taskRecord(log.state(), 'a')), 1);
});

test('the name is read as it is written, whatever the task is called', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 999_999 }), (task, attempt) => {
      assert.deepEqual(readQuestionId(`${task}/${attempt}`), { task, attempt });
    }),
  );
  for (const text of ['task-001', 'a/b', 'a/0', '/1', 'a/1x', 'a/-1', ''])
    assert.equal(readQuestionId(text), null, text);
});
