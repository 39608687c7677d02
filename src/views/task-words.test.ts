import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunLog, someWork } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { taskWords } from './task-words.ts';

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
