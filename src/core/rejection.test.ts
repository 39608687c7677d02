import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { doneOutcome, failedOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { type Simulated, simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import type { AttemptOutcome } from './attempt.ts';
import type { Plan } from './plan.ts';

const TESTED = { ...TEST_SETTINGS, mergeTest: 'npm test' };
const validated = (plan: Plan): Plan => ({
  ...plan,
  groups: plan.groups.map((group) => ({
    ...group,
    validation: { kind: 'shell', command: 'check' } as const,
  })),
});
const one = makePlan([makeTask('a', 1)]);

function script(outcome: (attempt: number) => AttemptOutcome, more: Partial<Script> = {}): Script {
  return { duration: () => 5, outcome: (_, attempt) => outcome(attempt), test: (_, nth) => nth > 1, ...more };
}

function setbacksOf({ state }: Simulated, task = 'a'): readonly string[] {
  return state.tasks.get(task)?.setbacks.map(({ failure }) => failure.reason) ?? [];
}

function feedbackOf({ events }: Simulated, attempt: number, task = 'a'): string {
  const found = events.find(
    (event) => event.type === 'attempt.starting' && event.task === task && event.attempt === attempt,
  );
  return found?.type === 'attempt.starting' ? found.feedback : '';
}

/** The files of the tip it went on from, under another commit. */
function emptyCommit(tip: string): AttemptOutcome {
  const outcome = doneOutcome(tip);
  return outcome.is === 'done' ? { ...outcome, work: { ...outcome.work, unchanged: true } } : outcome;
}

describe('work that was rejected by a merge test', () => {
  it('is not accepted again as it is; the next try is told so, with the output', () => {
    const run = simulate(
      one,
      TESTED,
      script((attempt) => doneOutcome(attempt < 3 ? 't-1' : 't-3')),
    );
    assert.deepEqual(setbacksOf(run), ['merge-test', 'nothing-added']);
    assert.match(
      feedbackOf(run, 3),
      /added nothing[\s\S]*npm test[\s\S]*it failed[\s\S]*same files do not count/,
    );
    assert.equal(run.events.filter((event) => event.type === 'test.starting').length, 2);
    assert.equal(run.state.tasks.get('a')?.state.is, 'merged');
  });

  it('is not accepted under another commit with the same files, also when a try between them failed', () => {
    const tries = [doneOutcome('t-1'), emptyCommit('t-2'), { ...failedOutcome(1), work: workOf('t-2') }];
    const run = simulate(
      one,
      { ...TESTED, retries: 3 },
      script((attempt) => tries[attempt - 1] ?? doneOutcome('t-2')),
    );
    assert.deepEqual(setbacksOf(run), ['merge-test', 'nothing-added', 'exit-code', 'nothing-added']);
    assert.equal(run.state.tasks.get('a')?.state.is, 'failed');
  });

  it('is accepted once it was changed, whoever of the tries changed it', () => {
    const changedAndFailed = { ...failedOutcome(1), work: workOf('t-2') };
    const tries = [doneOutcome('t-1'), changedAndFailed];
    const run = simulate(
      one,
      TESTED,
      script((attempt) => tries[attempt - 1] ?? doneOutcome('t-2')),
    );
    assert.deepEqual(setbacksOf(run), ['merge-test', 'exit-code']);
    assert.equal(run.state.tasks.get('a')?.state.is, 'merged');
  });

  it('may come again unchanged from a task that only verifies', () => {
    const plan = makePlan([makeTask('a', 1, { verifyOnly: true })]);
    const run = simulate(
      plan,
      TESTED,
      script(() => doneOutcome('t-1')),
    );
    assert.deepEqual(setbacksOf(run), ['merge-test']);
    assert.equal(run.state.tasks.get('a')?.state.is, 'merged');
  });

  it('may come again unchanged once the branch has moved', () => {
    const plan = makePlan([makeTask('a', 1), makeTask('b', 1)]);
    const run = simulate(plan, TESTED, {
      duration: (task, attempt) => (task === 'a' && attempt === 1 ? 5 : task === 'b' ? 50 : 200),
      outcome: (task) => doneOutcome(`t-${task}`),
      test: (task, nth) => task === 'b' || nth > 1,
    });
    assert.deepEqual(setbacksOf(run), ['merge-test']);
    assert.equal(run.state.tasks.get('a')?.state.is, 'merged');
  });

  it('may come again unchanged after somebody asked for a retry', () => {
    let asked = false;
    const run = simulate(
      one,
      { ...TESTED, retries: 0 },
      {
        ...script(() => doneOutcome('t-1')),
        watch: (_, event) => {
          if (event.type !== 'task.failed' || asked) return [];
          asked = true;
          return [{ type: 'requested.retry', task: 'a' }];
        },
      },
    );
    assert.deepEqual(setbacksOf(run), ['merge-test']);
    assert.equal(run.state.tasks.get('a')?.state.is, 'merged');
  });
});

describe('work that was not rejected', () => {
  it('may be handed in as it is after a failure that says nothing of it', () => {
    const tries = [{ ...failedOutcome(1), work: workOf('t-1') }];
    const run = simulate(
      one,
      TESTED,
      script((attempt) => tries[attempt - 1] ?? doneOutcome('t-1'), { test: () => true }),
    );
    assert.deepEqual(setbacksOf(run), ['exit-code']);
    assert.equal(run.state.tasks.get('a')?.state.is, 'merged');
  });
});

describe('work that was rejected by a validation', () => {
  const plan = validated(makePlan([makeTask('a', 1), makeTask('b', 1)]));
  const same = (task: string): AttemptOutcome => doneOutcome(`t-${task}`);

  it('is not accepted again as it is when the blame is its alone', () => {
    const run = simulate(plan, TEST_SETTINGS, {
      duration: () => 5,
      outcome: (task, attempt) => (task === 'b' && attempt > 2 ? doneOutcome('t-b-3') : same(task)),
      validation: (_, nth) => ({ passed: nth > 1, guilty: ['b'] }),
    });
    assert.deepEqual(setbacksOf(run, 'b'), ['group-validation', 'nothing-added']);
    assert.equal(run.state.tasks.get('b')?.state.is, 'merged');
  });

  it('may come again unchanged when nobody could be named', () => {
    const run = simulate(plan, TEST_SETTINGS, {
      duration: () => 5,
      outcome: (task, attempt) => (task === 'b' ? doneOutcome(`t-b-${attempt}`) : same(task)),
      validation: (_, nth) => ({ passed: nth > 1, guilty: [] }),
    });
    assert.deepEqual(setbacksOf(run, 'a'), ['group-validation']);
    assert.equal(run.state.tasks.get('a')?.state.is, 'merged');
  });
});

function workOf(tip: string) {
  return { tip, commits: 1, files: ['a'], linesAdded: 1, linesRemoved: 0 };
}
