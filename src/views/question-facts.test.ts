import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptOutcome, Role } from '../core/attempt.ts';
import type { EventBody } from '../core/event.ts';
import { taskRecord } from '../core/run-state.ts';
import { commitName, doneOutcome, RunLog } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { executionReport } from './execution-report.ts';
import { questionReports } from './question-facts.ts';
import { statusView } from './status.ts';

const plan = makePlan([makeTask('a', 1)]);
const settings = {
  ...TEST_SETTINGS,
  questions: { adviser: { driver: 'wise', options: { model: 'small' } }, most: 3 },
};
const ENDED = { usage: {}, exitCode: 0 } as const;
const ASKS: AttemptOutcome = { ...ENDED, is: 'asking', question: 'Which port?' };

function starting(attempt: number, role: Role): EventBody {
  const commit = commitName('a1');
  const common = { task: 'a', branch: 'cox/a', base: commit, startFrom: commit, feedback: '' };
  return { type: 'attempt.starting', attempt, role, ...common };
}

function asked(advice: AttemptOutcome): RunLog {
  const log = new RunLog(plan, settings).open().openGroup(1).start('a').end('a', ASKS);
  return log.add(starting(2, 'adviser')).end('a', advice, 2);
}

test('an answer stands with the question, and with the model of whoever gave it', () => {
  const answer = 'Port 80.\n# It is free';
  const log = asked({ ...ENDED, is: 'advised', advice: { is: 'answer', text: answer }, model: 'small-2' });
  const state = log.add(starting(3, 'executor')).end('a', doneOutcome(), 3).state();
  assert.deepEqual(questionReports(taskRecord(state, 'a')), [
    { attempt: 1, question: 'Which port?', adviser: { attempt: 2, answer, reason: null } },
  ]);
  const text = executionReport(state);
  assert.match(text, /Question\*\* \(attempt 1\): .*Which port.*adviser \(attempt 2\) answered: Port 80/);
  assert.match(text, /Attempt 2 \(adviser, wise, small/);
  assert.doesNotMatch(text, /^# It is free/m);
  const models = statusView(state, true).tasks[0]?.usedByAttempt.map(({ model }) => model);
  assert.deepEqual(models, [null, 'small-2', null]);
});

test('a question that nobody has answered says who it waits for, and why', () => {
  const common = { attempt: 1, question: 'Which port?' };
  const before = new RunLog(plan, settings).open().openGroup(1).start('a').end('a', ASKS).state();
  assert.deepEqual(questionReports(taskRecord(before, 'a')), [{ ...common, adviser: null }]);
  const waiting = { id: 'a/1', text: 'Which port?', waitsFor: 'adviser', reason: null };
  assert.deepEqual(statusView(before, true).tasks[0]?.question, waiting);
  const why = 'it costs money';
  const left = asked({ ...ENDED, is: 'advised', advice: { is: 'none', why } }).state();
  assert.deepEqual(questionReports(taskRecord(left, 'a')), [
    { ...common, adviser: { attempt: 2, answer: null, reason: why } },
  ]);
  assert.deepEqual(statusView(left, true).tasks[0]?.question, { ...waiting, waitsFor: 'user', reason: why });
  const failure = { reason: 'exit-code', code: 3, tail: '' } as const;
  const failed = asked({ ...ENDED, is: 'failed', failure }).state();
  assert.match(questionReports(taskRecord(failed, 'a'))[0]?.adviser?.reason ?? '', /exited with 3/);
});
