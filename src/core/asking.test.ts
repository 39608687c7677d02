import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { advisedOutcome, doneOutcome, failedOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { type Simulated, simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import type { AttemptOutcome } from './attempt.ts';
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

const ADVISER = { driver: 'wise', options: {} };
const ADVISED: RunSettings = { ...TEST_SETTINGS, retries: 0, questions: { adviser: ADVISER, most: 2 } };
const NO_IDEA: AttemptOutcome = {
  is: 'advised',
  advice: { is: 'none', why: 'it is about money' },
  usage: {},
  exitCode: 0,
};

/** Task a asks at first. The adviser's attempts end like that, one after the other; what is behind them answers. */
function advised(outcomes: readonly AttemptOutcome[], more: Partial<Script> = {}): Script {
  let nth = 0;
  return {
    duration: () => 5,
    outcome: (task) =>
      task === 'a' && nth === 0
        ? { is: 'asking', question: 'Which?', usage: {}, exitCode: 0 }
        : doneOutcome(`${task}-done`),
    adviser: () => {
      nth += 1;
      return outcomes[nth - 1] ?? advisedOutcome('The left one.');
    },
    ...more,
  };
}

function rolesOf(run: Simulated): readonly string[] {
  return run.events.flatMap((event) =>
    event.type === 'attempt.starting' && event.task === 'a' ? [event.role] : [],
  );
}

function stateOf({ state }: Simulated) {
  return state.tasks.get('a')?.state;
}

describe('a question that goes to an adviser', () => {
  it('is answered in an attempt of its own, by the agent for it, and whoever asked goes on', () => {
    const run = simulate(plan, ADVISED, advised([]));
    assert.deepEqual(rolesOf(run), ['executor', 'adviser', 'executor']);
    assert.deepEqual(run.state.tasks.get('a')?.attempts[1]?.agent, ADVISER);
    assert.match(feedbackOf(run)[0] ?? '', /Which\?[\s\S]*Another agent[\s\S]*The left one\./);
    assert.equal(run.state.phase.is === 'finished' && run.state.phase.status, 'succeeded');
    assert.equal(run.state.tasks.get('a')?.failures, 0);
  });

  it('goes to the user with the reason, or to the rule, when the adviser has no answer or fails', () => {
    for (const outcome of [NO_IDEA, failedOutcome(1)]) {
      const run = simulate(plan, ADVISED, advised([outcome]));
      assert.deepEqual(rolesOf(run), ['executor', 'adviser']);
      const state = stateOf(run);
      assert.ok(state?.is === 'asking' && state.adviser === undefined, JSON.stringify(state));
      assert.match(state.unadvised ?? '', outcome === NO_IDEA ? /about money/ : /exit/);
      assert.equal(run.state.phase.is === 'suspended' && run.state.phase.reason, 'question');
      const ruled = { ...ADVISED, questions: { adviser: ADVISER, answer: 'The small one.', most: 2 } };
      const other = simulate(plan, ruled, advised([outcome]));
      assert.match(feedbackOf(other)[0] ?? '', /The small one\./);
      assert.equal(other.state.phase.is, 'finished');
    }
  });

  it('is asked again when the adviser was lost, stopped, or its service refuses work', () => {
    const common = { usage: {}, exitCode: null };
    const outcomes: readonly AttemptOutcome[] = [
      { ...common, is: 'lost' },
      { ...common, is: 'quota', until: 1_000_100 },
      { ...common, is: 'stopped', why: 'interrupted' },
    ];
    const run = simulate(plan, ADVISED, advised(outcomes));
    assert.deepEqual(rolesOf(run), ['executor', 'adviser', 'adviser', 'adviser', 'adviser', 'executor']);
    assert.equal(feedbackOf(run).length, 1);
    assert.equal(run.state.phase.is, 'finished');
  });

  it('goes to the user, or to the rule, when the credentials of the adviser are refused for certain', () => {
    const failure = { reason: 'agent-error', kind: 'credentials', detail: '401' } as const;
    const noKey: AttemptOutcome = { is: 'failed', failure, usage: {}, exitCode: 1 };
    const run = simulate(plan, ADVISED, advised([noKey, noKey, noKey]));
    assert.deepEqual(rolesOf(run), ['executor', 'adviser', 'adviser']);
    const state = stateOf(run);
    assert.match((state?.is === 'asking' && state.unadvised) || '', /refused its credentials; log in/);
    assert.equal(run.state.phase.is === 'suspended' && run.state.phase.reason, 'question');
    assert.equal(run.state.tasks.get('a')?.failures, 0);
    const ruled = { ...ADVISED, questions: { adviser: ADVISER, answer: 'The small one.', most: 2 } };
    const other = simulate(plan, ruled, advised([noKey, noKey, noKey]));
    assert.match(feedbackOf(other)[0] ?? '', /The small one\./);
    assert.equal(other.state.phase.is, 'finished');
    // Refused for a moment, it is asked once more.
    assert.equal(simulate(plan, ADVISED, advised([noKey])).state.phase.is, 'finished');
  });

  it('goes to the user after so many of them', () => {
    const run = simulate(plan, ADVISED, asks(9));
    assert.deepEqual(rolesOf(run), ['executor', 'adviser', 'executor', 'adviser', 'executor']);
    assert.equal(run.state.phase.is === 'suspended' && run.state.phase.reason, 'question');
  });

  it('is answered by the user while the adviser is at it: its agent is ended, and the answer is told once', () => {
    let isSaid = false;
    const watch: Script['watch'] = (state, event) => {
      const now = state.tasks.get('a')?.state;
      if (isSaid || event.type !== 'attempt.started' || now?.is !== 'asking') return [];
      isSaid = true;
      return [{ type: 'requested.answer', task: 'a', text: 'The right one.' }];
    };
    const run = simulate(plan, ADVISED, advised([], { watch }));
    assert.deepEqual(rolesOf(run), ['executor', 'adviser', 'executor']);
    assert.equal(run.state.tasks.get('a')?.attempts[1]?.outcome?.is, 'stopped');
    assert.equal(feedbackOf(run).length, 1);
    assert.match(feedbackOf(run)[0] ?? '', /The answer is:[\s\S]*The right one\./);
  });

  it('is given up with its task: the adviser is ended first', () => {
    const watch: Script['watch'] = (state, event) =>
      event.type === 'attempt.started' && state.tasks.get('a')?.state.is === 'asking'
        ? [{ type: 'requested.cancel' }]
        : [];
    const run = simulate(plan, ADVISED, advised([], { watch }));
    assert.deepEqual(rolesOf(run), ['executor', 'adviser']);
    assert.equal(stateOf(run)?.is, 'cancelled');
    assert.equal(run.state.phase.is === 'finished' && run.state.phase.status, 'cancelled');
  });

  it("counts what the adviser uses as the task's, and asks none when that is spent", () => {
    const spends = (usd: number): Script => {
      const script = advised([{ ...advisedOutcome('x'), usage: { costUsd: 1 } }]);
      return {
        ...script,
        outcome: (task, attempt, state) => ({
          ...script.outcome(task, attempt, state),
          usage: task === 'a' && attempt === 1 ? { costUsd: usd } : {},
        }),
      };
    };
    const budget = { task: { usd: 3 } };
    const within = simulate(plan, { ...ADVISED, budget }, spends(1));
    assert.equal(within.state.tasks.get('a')?.usage.costUsd, 2);
    assert.equal(stateOf(within)?.is, 'merged');
    const beyond = simulate(plan, { ...ADVISED, budget }, spends(3));
    assert.deepEqual(rolesOf(beyond), ['executor']);
    const state = stateOf(beyond);
    assert.equal(state?.is === 'failed' && state.failure.reason, 'budget');
  });
});
