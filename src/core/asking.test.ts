import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { doneOutcome, type Script, type Simulated, simulate } from '../testing/simulator.ts';
import type { RunSettings } from './settings.ts';

const plan = makePlan([makeTask('a', 1), makeTask('b', 1)]);
const BY_RULE: RunSettings = {
  ...TEST_SETTINGS,
  retries: 0,
  questions: { answer: 'The small one.', most: 2 },
};

/** Task a asks so often, then it is done. */
const asks = (times: number): Script => ({
  duration: () => 5,
  outcome: (task, attempt) =>
    task === 'a' && attempt <= times
      ? { is: 'asking', question: `Which ${attempt}?`, usage: {}, exitCode: 0 }
      : doneOutcome(`${task}-${attempt}`),
});

function feedbackOf(run: Simulated): readonly string[] {
  return run.events.flatMap((event) =>
    event.type === 'attempt.starting' && event.task === 'a' && event.feedback !== '' ? [event.feedback] : [],
  );
}

describe('a question', () => {
  it('waits for the user, while the others go on', () => {
    const run = simulate(plan, TEST_SETTINGS, asks(1));
    const states = [...run.state.tasks.values()].map(({ state }) => state.is);
    assert.deepEqual(states, ['asking', 'merged']);
    assert.equal(run.state.phase.is === 'suspended' && run.state.phase.reason, 'question');
  });

  it('is answered by the rule where there is one, and counts as no failure', () => {
    const run = simulate(plan, BY_RULE, asks(2));
    assert.equal(run.state.phase.is === 'finished' && run.state.phase.status, 'succeeded');
    const told = feedbackOf(run);
    assert.equal(told.length, 2);
    assert.match(told[0] ?? '', /Which 1\?[\s\S]*The answer is:[\s\S]*The small one\./);
    assert.match(told[1] ?? '', /Which 2\?/);
    assert.equal(run.state.tasks.get('a')?.failures, 0);
  });

  it('of a task that asks on and on waits for the user after all', () => {
    const run = simulate(plan, BY_RULE, asks(9));
    assert.equal(run.state.tasks.get('a')?.state.is, 'asking');
    assert.equal(feedbackOf(run).length, 2);
    assert.equal(run.state.phase.is === 'suspended' && run.state.phase.reason, 'question');
  });
});
