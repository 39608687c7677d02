import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { doneOutcome, failedOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask, NO_PROTECTION, TEST_SETTINGS } from '../testing/plans.ts';
import { simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import type { EventBody, LoggedEvent } from './event.ts';
import { foldRun } from './fold.ts';
import type { Plan, Task } from './plan.ts';

describe('a failed task', () => {
  const plan = makePlan([
    makeTask('a', 1),
    makeTask('b', 1),
    makeTask('c', 2, { dependsOn: ['a'] }),
    makeTask('d', 2, { dependsOn: ['b'] }),
  ]);
  const script: Script = {
    duration: () => 5,
    outcome: (task) => (task === 'a' ? failedOutcome(3) : doneOutcome(`t-${task}`)),
  };

  it('is tried again with a growing pause, then blocks only what depends on it', () => {
    const { state, events } = simulate(plan, TEST_SETTINGS, script);
    const retries = events.filter((event) => event.type === 'task.retrying');
    assert.deepEqual(
      retries.map((event) => event.notBefore - event.at),
      [10, 20],
    );
    assert.equal(state.tasks.get('a')?.state.is, 'failed');
    assert.deepEqual(state.tasks.get('c')?.state, { is: 'blocked', because: 'a' });
    assert.equal(state.tasks.get('d')?.state.is, 'merged');
    assert.deepEqual(state.phase.is === 'finished' && state.phase.status, 'failed');
  });

  it('is not tried again, and nobody waits, where another try would end in the same way', () => {
    const options = { reason: 'agent-error', kind: 'options', detail: 'mode x' } as const;
    for (const outcome of [
      failedOutcome(127),
      { is: 'failed', failure: options, usage: {}, exitCode: 1 } as const,
    ]) {
      const settings = { ...TEST_SETTINGS, breaker: { failures: 2, pauseMs: 60_000 } };
      const { state, events } = simulate(plan, settings, { ...script, outcome: () => outcome });
      assert.ok(!events.some(({ type }) => type === 'task.retrying' || type === 'breaker.opened'));
      assert.deepEqual(
        ['a', 'b', 'c', 'd'].map((id) => state.tasks.get(id)?.state.is),
        ['failed', 'failed', 'blocked', 'blocked'],
      );
    }
  });

  it('stops new starts when the run is told to stop on failure', () => {
    const { state } = simulate(plan, { ...TEST_SETTINGS, onFailure: 'stop', retries: 0 }, script);
    assert.equal(state.tasks.get('d')?.attempts.length, 0);
    assert.equal(state.tasks.get('b')?.state.is, 'merged');
  });

  it('is told why in its next prompt', () => {
    const { events } = simulate(plan, TEST_SETTINGS, script);
    const second = events.find(
      (event) => event.type === 'attempt.starting' && event.task === 'a' && event.attempt === 2,
    );
    assert.ok(second?.type === 'attempt.starting');
    assert.match(second.feedback, /exited with 3/);
  });
});

describe('the circuit breaker', () => {
  it('pauses new starts after equal failures of several tasks, and probes with one', () => {
    const tasks = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => makeTask(id, 1));
    let most = 0;
    const { events } = simulate(
      makePlan(tasks),
      { ...TEST_SETTINGS, retries: 1, breaker: { failures: 3, pauseMs: 5000 } },
      {
        duration: () => 5,
        outcome: () => failedOutcome(1),
        watch: (state) => {
          if (state.breaker.openings > 0)
            most = Math.max(
              most,
              [...state.running].filter(
                (id) => (state.tasks.get(id)?.attempts.at(-1)?.requestedAt ?? 0) >= state.breaker.until,
              ).length,
            );
          return [];
        },
      },
    );
    const opened = events.filter((event) => event.type === 'breaker.opened');
    assert.ok(opened.length >= 2);
    assert.equal(most, 1);
    for (const [index, event] of opened.entries()) {
      const inPause = events.filter(
        (other) => other.type === 'attempt.starting' && other.at > event.at && other.at < event.until,
      );
      assert.deepEqual(inPause, [], `a start in pause ${index}`);
    }
  });

  it('announces no pause when nothing is left that could start', () => {
    const { events } = simulate(
      makePlan([makeTask('a', 1), makeTask('b', 1), makeTask('c', 2, { dependsOn: ['a', 'b'] })]),
      { ...TEST_SETTINGS, retries: 2, breaker: { failures: 3, pauseMs: 5000 } },
      { duration: () => 5, outcome: () => failedOutcome(1) },
    );
    const opened = events.findLastIndex(({ type }) => type === 'breaker.opened');
    assert.notEqual(opened, -1);
    assert.ok(events.slice(opened).some(({ type }) => type === 'attempt.starting'));
  });
});

describe('a group with a validation', () => {
  const plan = makePlan(
    [makeTask('a', 1), makeTask('b', 1), makeTask('c', 2, { dependsOn: ['a'] })],
    (group) => ({
      ...group,
      validation: { kind: 'shell', command: 'check' },
    }),
  );

  it('moves the branch once, after the whole group was validated', () => {
    const { events } = simulate(plan, TEST_SETTINGS, {
      duration: () => 5,
      outcome: (task) => doneOutcome(`t-${task}`),
    });
    const moves = events.flatMap((event) => (event.type === 'integration.advanced' ? [event.tasks] : []));
    assert.deepEqual(moves, [['a', 'b'], ['c']]);
  });

  it('sends the guilty task back with the output and keeps the rest', () => {
    const { events, state } = simulate(plan, TEST_SETTINGS, {
      duration: () => 5,
      outcome: (task, attempt) => doneOutcome(`t-${task}-${attempt}`),
      validation: (group, nth) => ({ passed: group !== 1 || nth > 1, guilty: ['b'] }),
    });
    const second = events.find(
      (event) => event.type === 'attempt.starting' && event.task === 'b' && event.attempt === 2,
    );
    assert.ok(second?.type === 'attempt.starting');
    assert.match(second.feedback, /it failed/);
    assert.equal(second.startFrom, 't-b-1');
    assert.equal(state.tasks.get('a')?.attempts.length, 1);
    assert.equal(state.phase.is === 'finished' && state.phase.status, 'succeeded');
  });

  it('stops the run at that wave when tries are spent', () => {
    const { state } = simulate(
      plan,
      { ...TEST_SETTINGS, retries: 1 },
      {
        duration: () => 5,
        outcome: (task, attempt) => doneOutcome(`t-${task}-${attempt}`),
        validation: () => ({ passed: false, guilty: ['b'] }),
      },
    );
    assert.equal(state.phase.is === 'finished' && state.phase.status, 'failed');
    assert.equal(state.groups.get(1)?.state, 'failed');
    assert.equal(state.tasks.get('c')?.attempts.length, 0);
    assert.equal(state.integration.tip, 'c0');
  });
});

describe('a task that has to get along with work on the candidate', () => {
  const groups = (scope: Task['scope']): Plan =>
    makePlan([makeTask('a', 1), makeTask('b', 1, { scope }), makeTask('c', 1)], (group) => ({
      ...group,
      validation: { kind: 'shell', command: 'check' },
    }));
  const startsOf = (events: readonly LoggedEvent[], task: string): readonly string[] =>
    events.flatMap((event) =>
      event.type === 'attempt.starting' && event.task === task ? [event.startFrom] : [],
    );

  it('starts again on top of what it conflicted with', () => {
    const { events, state } = simulate(groups(makeTask('b', 1).scope), TEST_SETTINGS, {
      duration: (task, attempt) => (task === 'a' ? 5 : task === 'b' ? 20 + attempt : 100),
      outcome: (task, attempt) => doneOutcome(`t-${task}-${attempt}`),
      merge: (task, nth) =>
        task === 'b' && nth === 1
          ? { is: 'conflict', paths: ['x'] }
          : { is: 'clean', commit: `m-${task}-${nth}` },
    });
    assert.deepEqual(startsOf(events, 'b'), ['c0', 'm-a-1']);
    assert.equal(state.phase.is === 'finished' && state.phase.status, 'succeeded');
  });

  it('starts on top of a task that its scope meets, and others on what is proven', () => {
    const { events } = simulate(
      groups({ create: [], modify: [{ pattern: 'a.txt' }], boundary: [] }),
      { ...TEST_SETTINGS, maxParallel: 1 },
      { duration: () => 5, outcome: (task) => doneOutcome(`t-${task}`) },
    );
    assert.deepEqual(startsOf(events, 'b'), ['m-a-1']);
    assert.deepEqual(startsOf(events, 'c'), ['c0']);
  });
});

describe('the time for which a run is driven', () => {
  it('leaves out what lies between an interruption, or a crash, and the next opening', () => {
    const owner = { pid: 1, host: 'h', startTime: '0', bootId: '0' };
    const bodies: readonly [number, EventBody][] = [
      [100, { type: 'run.opened', owner, protection: NO_PROTECTION }],
      [150, { type: 'requested.stop', mode: 'now', reason: 'interrupted' }],
      [160, { type: 'run.suspended', reason: 'interrupted' }],
      [1000, { type: 'run.opened', owner, protection: NO_PROTECTION }],
      [1040, { type: 'integration.preparing', branch: 'i', base: 'c' }],
      // The process was killed here; somebody asks for something, and somebody resumes.
      [5000, { type: 'requested.pause' }],
      [9000, { type: 'run.opened', owner, protection: NO_PROTECTION }],
      [9005, { type: 'run.finished', status: 'failed' }],
    ];
    const plan = makePlan([makeTask('a', 1)]);
    const created = { plan, settings: TEST_SETTINGS, base: 'c', integrationBranch: 'i', source: '/p' };
    const events: LoggedEvent[] = [{ type: 'run.created', ...created, run: 'r', seq: 1, at: 100 }];
    for (const [at, body] of bodies) events.push({ ...body, run: 'r', seq: events.length + 1, at });
    const folded = foldRun(events);
    assert.equal(folded.ok && folded.value.driven.ms, 60 + 40 + 5);
  });
});

describe('leaving a run', () => {
  const plan = makePlan([makeTask('a', 1), makeTask('b', 2, { dependsOn: ['a'] })]);
  const done: Script = { duration: () => 50, outcome: (task) => doneOutcome(`t-${task}`) };

  it('drains: agents end, nothing more starts', () => {
    const { state } = simulate(plan, TEST_SETTINGS, {
      ...done,
      watch: (_, event) =>
        event.type === 'attempt.started'
          ? [{ type: 'requested.stop', mode: 'drain', reason: 'interrupted' }]
          : [],
    });
    assert.deepEqual(state.phase.is === 'suspended' && state.phase.reason, 'interrupted');
    assert.equal(state.tasks.get('a')?.attempts.at(-1)?.outcome?.is, 'done');
    assert.equal(state.tasks.get('b')?.attempts.length, 0);
  });

  it('stops now: agents are stopped and go on at the next opening', () => {
    const { state } = simulate(plan, TEST_SETTINGS, {
      ...done,
      watch: (_, event) =>
        event.type === 'attempt.started'
          ? [{ type: 'requested.stop', mode: 'now', reason: 'interrupted' }]
          : [],
    });
    assert.equal(state.tasks.get('a')?.attempts.at(-1)?.outcome?.is, 'stopped');
    assert.equal(state.tasks.get('a')?.state.is, 'ready');
    assert.equal(state.tasks.get('a')?.failures, 0);
  });

  for (const schedule of ['waves', 'dag'] as const)
    it(`stops with a checkpoint after each group when asked to (${schedule})`, () => {
      const { state } = simulate(plan, { ...TEST_SETTINGS, schedule, oneGroup: true }, done);
      assert.deepEqual(state.phase.is === 'suspended' && state.phase.reason, 'checkpoint');
      assert.equal(state.tasks.get('a')?.state.is, 'merged');
      assert.equal(state.tasks.get('b')?.state.is, 'waiting');
    });

  it('waits for an answer once nothing else can go on, and goes on with it', () => {
    let asked = false;
    const { state, events } = simulate(plan, TEST_SETTINGS, {
      duration: () => 5,
      outcome: (task, attempt) =>
        task === 'a' && attempt === 1
          ? { is: 'asking', question: 'Which?', usage: {}, exitCode: 0 }
          : doneOutcome(`t-${task}`),
      watch: (now) => {
        if (asked || now.tasks.get('a')?.state.is !== 'asking') return [];
        asked = true;
        return [{ type: 'requested.answer', task: 'a', text: 'This' }];
      },
    });
    assert.equal(state.phase.is === 'finished' && state.phase.status, 'succeeded');
    const second = events.find((event) => event.type === 'attempt.starting' && event.attempt === 2);
    assert.ok(second?.type === 'attempt.starting' && second.feedback.includes('This'));
    assert.equal(state.tasks.get('a')?.failures, 0);
  });

  it('suspends when the budget is spent, and starts nothing more', () => {
    const { state } = simulate(
      plan,
      { ...TEST_SETTINGS, budget: { tokens: 100 } },
      {
        duration: () => 5,
        outcome: (task) => ({ ...doneOutcome(`t-${task}`), usage: { inputTokens: 90, outputTokens: 20 } }),
      },
    );
    assert.deepEqual(state.phase.is === 'suspended' && state.phase.reason, 'budget');
    assert.equal(state.tasks.get('b')?.attempts.length, 0);
  });
});
