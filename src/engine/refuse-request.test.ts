import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptOutcome } from '../core/attempt.ts';
import { commitName, RunLog } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { refuseRequest } from './refuse-request.ts';

const ASKS: AttemptOutcome = { is: 'asking', question: 'Which?', usage: {}, exitCode: 0 };

test('a task is not skipped while an agent is at it, of whatever role; a question may be answered all the same', () => {
  const questions = { adviser: { driver: 'wise', options: {} }, most: 3 };
  const plan = makePlan([makeTask('a', 1)]);
  const log = new RunLog(plan, { ...TEST_SETTINGS, questions }).open().openGroup(1);
  const refused = (type: 'requested.skip' | 'requested.answer') =>
    refuseRequest(
      log.state(),
      type === 'requested.skip' ? { type, task: 'a' } : { type, task: 'a', text: 'This' },
    );
  assert.equal(refused('requested.skip'), null);
  log.start('a');
  assert.match(refused('requested.skip')?.message ?? '', /a is running/);
  assert.match(refused('requested.answer')?.message ?? '', /a waits for no answer/);
  log.end('a', ASKS);
  assert.equal(refused('requested.skip'), null);
  const commit = commitName('a1');
  const common = { task: 'a', attempt: 2, branch: 'b', base: commit, startFrom: commit, feedback: '' };
  log.add({ type: 'attempt.starting', role: 'adviser', ...common });
  assert.match(refused('requested.skip')?.remedy ?? '', /cox cancel --task a/);
  assert.equal(refused('requested.answer'), null);
});
