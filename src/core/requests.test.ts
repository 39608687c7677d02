import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commitName, RunLog } from '../testing/events.ts';
import { doneOutcome, failedOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask, NO_PROTECTION, TEST_SETTINGS } from '../testing/plans.ts';
import { type Simulated, simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import { decide } from './decide.ts';
import type { LoggedEvent } from './event.ts';
import { describeFailure } from './failure.ts';
import { foldRun } from './fold.ts';
import type { Request } from './request.ts';
import type { RunState } from './run-state.ts';

const done: Script = { duration: () => 5, outcome: (task, attempt) => doneOutcome(`t-${task}-${attempt}`) };

/** The state once these are behind the log's end. */
function withMore({ events, now }: Simulated, ...more: readonly object[]): RunState {
  const rest = more.map((body, index) => ({ ...body, seq: events.length + 1 + index, at: now, run: 'sim' }));
  const folded = foldRun([...events, ...(rest as LoggedEvent[])]);
  assert.ok(folded.ok);
  return folded.value;
}

function statesOf(state: RunState): Record<string, string> {
  return Object.fromEntries([...state.tasks.values()].map((record) => [record.id, record.state.is]));
}

describe('changing limits', () => {
  const plan = makePlan([makeTask('a', 1)]);

  it('of a task or an attempt leaves those that are not named', () => {
    const budget = { usd: 1, task: { usd: 2, tokens: 200 }, attempt: { tokens: 100 } };
    const begun = simulate(plan, { ...TEST_SETTINGS, budget }, done);
    const raised = { type: 'requested.limit', budget: { task: { usd: 9 }, attempt: { usd: 3 } } };
    assert.deepEqual(withMore(begun, raised).control.budget, {
      usd: 1,
      task: { usd: 9, tokens: 200 },
      attempt: { tokens: 100, usd: 3 },
    });
    const { control } = withMore(begun, raised, { type: 'requested.limit', budget: { tokens: 5 } });
    assert.deepEqual(control.budget, {
      usd: 1,
      tokens: 5,
      task: { usd: 9, tokens: 200 },
      attempt: { tokens: 100, usd: 3 },
    });
  });

  it('of a task has its retry bounded by the new one', () => {
    const budget = { task: { tokens: 100 } };
    const used = { inputTokens: 60, outputTokens: 0 };
    const failing: Script = {
      duration: () => 5,
      outcome: () => ({
        is: 'failed',
        failure: { reason: 'exit-code', code: 1, tail: '' },
        usage: used,
        exitCode: 1,
      }),
    };
    const { state } = simulate(plan, { ...TEST_SETTINGS, budget, retries: 9 }, failing);
    assert.equal(state.tasks.get('a')?.attempts.length, 2);
    const more = simulate(
      plan,
      { ...TEST_SETTINGS, budget, retries: 9 },
      {
        ...failing,
        watch: (_, event) =>
          event.type === 'attempt.ended' && event.attempt === 1
            ? [{ type: 'requested.limit', budget: { task: { tokens: 200 } } }]
            : [],
      },
    );
    assert.equal(more.state.tasks.get('a')?.attempts.length, 4);
  });
});

describe('cancelling', () => {
  const plan = makePlan([makeTask('a', 1), makeTask('b', 1), makeTask('c', 1)], (group) => ({
    ...group,
    validation: { kind: 'shell', command: 'check' },
  }));
  const slowC: Script = { ...done, duration: (task) => (task === 'c' ? 500 : 5) };

  it('a task on a candidate takes it off; the rest is merged without it', () => {
    const { state, events } = simulate(plan, TEST_SETTINGS, {
      ...slowC,
      watch: (_, event) =>
        event.type === 'merge.ended' && event.task === 'b' ? [{ type: 'requested.cancel', task: 'a' }] : [],
    });
    assert.deepEqual(statesOf(state), { a: 'cancelled', b: 'merged', c: 'merged' });
    const validated = events.findLast((event) => event.type === 'validation.starting');
    assert.ok(validated?.type === 'validation.starting');
    assert.deepEqual(
      validated.steps.map((step) => step.task),
      ['b', 'c'],
    );
  });

  it('a task between its merge and its test takes the merge off', () => {
    const { state } = simulate(
      plan,
      { ...TEST_SETTINGS, mergeTest: 'test' },
      {
        ...slowC,
        watch: (_, event) =>
          event.type === 'merge.ended' && event.task === 'b'
            ? [
                { type: 'requested.cancel', task: 'a' },
                { type: 'requested.cancel', task: 'b' },
              ]
            : [],
      },
    );
    assert.deepEqual(statesOf(state), { a: 'cancelled', b: 'cancelled', c: 'merged' });
  });

  it('the run ends it after the step under way, without another test or validation', () => {
    const { state, events } = simulate(plan, TEST_SETTINGS, {
      ...slowC,
      watch: (_, event) =>
        event.type === 'merge.starting' && event.task === 'b' ? [{ type: 'requested.cancel' }] : [],
    });
    assert.deepEqual(statesOf(state), { a: 'cancelled', b: 'cancelled', c: 'cancelled' });
    assert.ok(!events.some((event) => event.type === 'validation.starting'));
    assert.equal(state.phase.is === 'finished' && state.phase.status, 'cancelled');
    assert.deepEqual(state.integration.candidate, []);
    assert.equal(state.open.size, 0);
  });

  it('ends the run where its branch was moved by somebody, or is gone', () => {
    for (const actual of [commitName('d4'), null]) {
      const log = new RunLog(plan).open().openGroup(1).start('a').end('a').accept('a').merge('a');
      const branch = 'integration/run-1';
      log.add(
        {
          type: 'integration.advancing',
          branch,
          from: commitName('a1'),
          to: commitName('c3'),
          tasks: ['a'],
        },
        { type: 'requested.cancel' },
        { type: 'integration.moved', actual, ours: false },
      );
      while (log.state().phase.is === 'running') {
        const { events } = decide(log.state(), log.now);
        assert.ok(events.length > 0);
        log.add(...events);
      }
      const { phase } = log.state();
      assert.deepEqual(phase.is === 'finished' && phase.status, 'cancelled');
    }
  });

  it('a stop of an attempt that has ended meanwhile leaves nothing open', () => {
    const { state } = simulate(plan, TEST_SETTINGS, {
      ...done,
      watch: (_, event) =>
        event.type === 'attempt.stopping'
          ? [{ type: 'attempt.ended', task: event.task, attempt: event.attempt, outcome: doneOutcome('t') }]
          : event.type === 'attempt.started'
            ? [{ type: 'requested.cancel', task: event.task }]
            : [],
    });
    assert.equal(state.open.size, 0);
    assert.deepEqual(statesOf(state), { a: 'cancelled', b: 'cancelled', c: 'cancelled' });
  });
});

describe('a retry', () => {
  it('of a task that failed by a conflict starts anew on the integration branch, and says why', () => {
    const plan = makePlan([makeTask('a', 1), makeTask('b', 1)]);
    const failed = simulate(
      plan,
      { ...TEST_SETTINGS, retries: 0 },
      {
        ...done,
        merge: (task) => (task === 'b' ? { is: 'conflict', paths: ['x.txt'] } : { is: 'clean', commit: 'm' }),
      },
    );
    assert.equal(failed.state.tasks.get('b')?.state.is, 'failed');
    const record = withMore(failed, { type: 'requested.retry', task: 'b' }).tasks.get('b');
    assert.equal(record?.state.is, 'ready');
    assert.equal(record?.resumeFrom, null);
    assert.match(record?.feedback ?? '', /conflicts .* x\.txt[\s\S]*commit t-b-1/);
  });

  it('of any other failed task goes on from its tip with what failed', () => {
    const failed = simulate(
      makePlan([makeTask('a', 1)]),
      { ...TEST_SETTINGS, retries: 0 },
      {
        ...done,
        outcome: () => ({
          ...failedOutcome(3),
          work: { tip: 'tip', commits: 1, files: ['a'], linesAdded: 1, linesRemoved: 0 },
        }),
      },
    );
    const record = withMore(failed, { type: 'requested.retry', task: 'a' }).tasks.get('a');
    assert.deepEqual(record?.resumeFrom, { tip: 'tip', base: 'c0' });
    assert.match(record?.feedback ?? '', /exited with 3/);
  });
});

describe('a task behind two that failed', () => {
  const plan = makePlan([
    makeTask('a', 1),
    makeTask('b', 1),
    makeTask('c', 2, { dependsOn: ['a', 'b'] }),
    makeTask('d', 3, { dependsOn: ['c'] }),
  ]);
  const again: Script = {
    ...done,
    outcome: (task, attempt) =>
      attempt === 1 && (task === 'a' || task === 'b')
        ? failedOutcome(1)
        : doneOutcome(`t-${task}-${attempt}`),
  };
  const opened = {
    type: 'run.opened',
    owner: { pid: 1, host: 'h', bootId: 'b', startTime: '1' },
    protection: NO_PROTECTION,
  } as const;
  const ended = (requests: readonly Request[]): RunState => {
    let isAsked = false;
    const watch: Script['watch'] = (_, { type }) => {
      if (type !== 'run.finished' || isAsked) return [];
      isAsked = true;
      return [...requests, opened];
    };
    return simulate(plan, { ...TEST_SETTINGS, retries: 0, schedule: 'dag' }, { ...again, watch }).state;
  };

  it('stays blocked by the one that is not tried again, and what waits for it too', () => {
    for (const requests of [
      [{ type: 'requested.retry', task: 'a' }],
      [
        { type: 'requested.retry', task: 'c' },
        { type: 'requested.retry', task: 'a' },
      ],
    ] as const) {
      const state = ended(requests);
      assert.deepEqual(statesOf(state), { a: 'merged', b: 'failed', c: 'blocked', d: 'blocked' });
      assert.deepEqual(state.tasks.get('c')?.state, { is: 'blocked', because: 'b' });
      assert.equal(state.phase.is === 'finished' && state.phase.status, 'failed');
    }
    const skipped = ended([{ type: 'requested.skip', task: 'b' }]);
    assert.deepEqual(statesOf(skipped), { a: 'failed', b: 'skipped', c: 'blocked', d: 'blocked' });
  });

  it('is done when both are tried again, in whatever order, or left out', () => {
    const state = ended([
      { type: 'requested.retry', task: 'd' },
      { type: 'requested.retry', task: 'b' },
      { type: 'requested.retry', task: 'a' },
    ]);
    assert.deepEqual(new Set(Object.values(statesOf(state))), new Set(['merged']));
    const part = ended([
      { type: 'requested.retry', task: 'a' },
      { type: 'requested.skip', task: 'b' },
    ]);
    assert.deepEqual(statesOf(part), { a: 'merged', b: 'skipped', c: 'merged', d: 'merged' });
  });
});

describe('a pause after equal failures', () => {
  const plan = makePlan([makeTask('a', 1), makeTask('b', 1)]);
  const settings = { ...TEST_SETTINGS, retries: 4, breaker: { failures: 3, pauseMs: 5000 } };
  const failing: Script = { duration: () => 5, outcome: () => failedOutcome(1) };
  const opened = { type: 'run.opened', owner: { pid: 1, host: 'h', bootId: 'b', startTime: '1' } };

  it('is over when a task is tried again by hand, for its cause is mended', () => {
    const failed = simulate(plan, settings, failing);
    assert.ok(failed.state.breaker.openings > 0);
    const { breaker } = withMore(failed, { type: 'requested.retry', task: 'a' });
    assert.deepEqual(breaker, { signature: null, count: 0, tasks: [], openings: 0, until: 0 });
  });

  it('is over when the run is left and opened again, and goes on after a crash', () => {
    let isAsked = false;
    const left = simulate(plan, settings, {
      ...failing,
      watch: (_, { type }) => {
        if (type !== 'breaker.opened' || isAsked) return [];
        isAsked = true;
        return [{ type: 'requested.stop', mode: 'now', reason: 'interrupted' }];
      },
    });
    assert.equal(left.state.phase.is, 'suspended');
    assert.ok(left.state.breaker.until > left.now);
    assert.equal(withMore(left, opened).breaker.until, 0);
    const crashed = { ...left, events: left.events.filter(({ type }) => type !== 'run.suspended') };
    assert.equal(withMore(crashed, opened).breaker.until, left.state.breaker.until);
  });
});

describe('a skip', () => {
  it('of the failed task of a group whose validation failed lets the run go on', () => {
    const plan = makePlan([makeTask('a', 1), makeTask('b', 1), makeTask('c', 2)], (group) =>
      group.number === 1 ? { ...group, validation: { kind: 'shell', command: 'check' } } : group,
    );
    const script: Script = {
      ...done,
      outcome: (task, attempt) => (task === 'a' ? failedOutcome(1) : doneOutcome(`t-${task}-${attempt}`)),
      validation: () => ({ passed: false, guilty: [] }),
    };
    const failed = simulate(plan, { ...TEST_SETTINGS, retries: 0 }, script);
    assert.equal(failed.state.groups.get(1)?.state, 'failed');
    const state = withMore(failed, { type: 'requested.skip', task: 'a' });
    assert.equal(state.groups.get(1)?.state, 'open');
    assert.equal(state.integration.broken, null);
    assert.equal(state.phase.is, 'suspended');
  });
});

describe('a quota that is over already', () => {
  it('is no loop of starts', () => {
    const { events } = simulate(makePlan([makeTask('a', 1)]), TEST_SETTINGS, {
      ...done,
      outcome: (task, attempt) =>
        attempt === 1 ? { is: 'quota', until: 0, usage: {}, exitCode: 1 } : doneOutcome(`t-${task}`),
    });
    const [ended] = events.filter((event) => event.type === 'attempt.ended');
    const [, second] = events.filter((event) => event.type === 'attempt.starting');
    assert.equal((second?.at ?? 0) - (ended?.at ?? 0), TEST_SETTINGS.backoff.firstMs);
  });
});

describe('setbacks', () => {
  it('are kept with their attempt, wherever they came from, the last twenty', () => {
    const { state } = simulate(
      makePlan([makeTask('a', 1)], (group) => ({ ...group, validation: { kind: 'shell', command: 'v' } })),
      { ...TEST_SETTINGS, retries: 30, mergeTest: 'm' },
      {
        ...done,
        outcome: (_, attempt) => (attempt === 1 ? failedOutcome(1) : doneOutcome(`t-${attempt}`)),
        merge: (_, nth) =>
          nth === 1 ? { is: 'conflict', paths: ['x'] } : { is: 'clean', commit: `m${nth}` },
        test: (_, nth) => nth > 1,
        validation: (_, nth) => ({ passed: nth > 22, guilty: [] }),
      },
    );
    const setbacks = state.tasks.get('a')?.setbacks ?? [];
    assert.equal(setbacks.length, 20);
    assert.deepEqual(setbacks.at(-1)?.failure.reason, 'group-validation');
    assert.equal(setbacks.at(-1)?.attempt, 25);
    assert.equal(state.tasks.get('a')?.state.is, 'merged');
  });
});

describe('a failure in words', () => {
  it('names some of a thousand conflicting files', () => {
    const paths = Array.from({ length: 1000 }, (_, index) => `file-${index}`);
    const text = describeFailure({ reason: 'conflict', paths });
    assert.match(text, /file-0, .*file-19 and 980 more$/);
  });
});
