import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { doneOutcome, failedOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask, NO_PROTECTION, TEST_SETTINGS } from '../testing/plans.ts';
import { type Simulated, simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import type { AttemptOutcome } from './attempt.ts';
import { decide } from './decide.ts';
import type { EventBody, LoggedEvent } from './event.ts';
import { foldRun } from './fold.ts';
import type { RunState } from './run-state.ts';
import type { RunSettings } from './settings.ts';

const AGENT = { driver: 'command', options: {} };
const SETTINGS: RunSettings = {
  ...TEST_SETTINGS,
  resolver: { agent: AGENT, tries: 2, review: false },
};

/** `b` conflicts with what `a` has merged. */
const script = (change: Partial<Script> = {}): Script => ({
  duration: (task) => (task === 'a' ? 1 : 50),
  outcome: (task, attempt) => doneOutcome(`t-${task}-${attempt}`),
  merge: (task, nth) =>
    task === 'b' && nth === 1
      ? { is: 'conflict', paths: ['x.txt'] }
      : { is: 'clean', commit: `m-${task}-${nth}` },
  ...change,
});

const PLAN = makePlan([
  makeTask('a', 1),
  makeTask('b', 1),
  makeTask('c', 1, { dependsOn: ['b'] }),
  makeTask('d', 1, { dependsOn: ['a'] }),
]);

function statesOf(state: RunState): Record<string, string> {
  return Object.fromEntries([...state.tasks.values()].map((record) => [record.id, record.state.is]));
}

function all<T extends LoggedEvent['type']>(run: Simulated, type: T): Extract<LoggedEvent, { type: T }>[] {
  return run.events.filter((event): event is Extract<LoggedEvent, { type: T }> => event.type === type);
}

const resolversOf = (run: Simulated) =>
  all(run, 'attempt.starting').filter(({ role }) => role === 'resolver');

/** The state once these are behind the log's end. */
function withMore({ events, now }: Simulated, ...bodies: readonly EventBody[]): RunState {
  const rest = bodies.map((body, index) => ({
    ...body,
    seq: events.length + 1 + index,
    at: now,
    run: 'sim',
  }));
  const folded = foldRun([...events, ...rest]);
  assert.ok(folded.ok);
  return folded.value;
}

const OPENED: EventBody = {
  type: 'run.opened',
  owner: { pid: 1, host: 'h', startTime: '0', bootId: '0' },
  protection: NO_PROTECTION,
};

describe('a conflict with proven work', () => {
  it('is resolved on a branch of its own, from the unresolved merge, and then checked and merged', () => {
    const settings = { ...SETTINGS, checks: { ...SETTINGS.checks, enabled: true } };
    const run = simulate(PLAN, settings, script());
    assert.ok(run.state.phase.is === 'finished' && run.state.phase.status === 'succeeded');
    const [resolver] = resolversOf(run);
    assert.equal(resolver?.branch, 'cox/sim/b.resolving');
    assert.equal(resolver?.base, 'unresolved-t-b-1-on-m-a-1');
    assert.equal(resolver?.startFrom, resolver?.base);
    const checked = all(run, 'checks.starting').filter(({ task }) => task === 'b');
    assert.deepEqual(
      checked.map(({ base, tip }) => [base, tip]),
      [
        ['c0', 't-b-1'],
        ['m-a-1', 't-b-2'],
      ],
    );
    const record = run.state.tasks.get('b');
    assert.equal(record?.failures, 0);
    assert.deepEqual(record?.setbacks, []);
  });

  it('is not looked at by QA again, unless that is asked for', () => {
    const qa = { agent: AGENT, rejections: 2, tries: 2 };
    const looks = (review: boolean): number => {
      const settings = { ...SETTINGS, qa, resolver: { agent: AGENT, tries: 2, review } };
      const run = simulate(PLAN, settings, script());
      assert.equal(statesOf(run.state)['b'], 'merged');
      return all(run, 'attempt.starting').filter(({ role, task }) => role === 'qa' && task === 'b').length;
    };
    assert.equal(looks(false), 1);
    assert.equal(looks(true), 2);
  });

  it('is given back with what was found, from where the resolver left it', () => {
    const run = simulate(
      PLAN,
      SETTINGS,
      script({ findings: (_, attempt) => (attempt === 2 ? ['x.txt lacks one'] : []) }),
    );
    const [, second] = resolversOf(run);
    assert.equal(second?.startFrom, 't-b-2');
    assert.match(second?.feedback ?? '', /does not resolve the conflict[\s\S]*- x\.txt lacks one/);
    const record = run.state.tasks.get('b');
    assert.equal(record?.state.is, 'merged');
    assert.equal(record?.failures, 0);
    assert.deepEqual(
      record?.setbacks.map(({ failure }) => failure.reason),
      ['unresolved'],
    );
  });

  it('is no try for a resolver that is lost, or out of quota; one that hangs is', () => {
    const ends: readonly AttemptOutcome[] = [
      { is: 'lost', usage: {}, exitCode: null },
      { is: 'quota', until: 1_000_500, usage: {}, exitCode: 0 },
      { is: 'failed', failure: { reason: 'idle-timeout', afterMs: 1000 }, usage: {}, exitCode: null },
    ];
    const resolver: Script['resolver'] = (task, attempt) =>
      ends[attempt - 2] ?? doneOutcome(`t-${task}-${attempt}`);
    const run = simulate(PLAN, SETTINGS, script({ resolver }));
    assert.equal(statesOf(run.state)['b'], 'merged');
    assert.equal(resolversOf(run).length, 4);
    const once = simulate(
      PLAN,
      { ...SETTINGS, resolver: { agent: AGENT, tries: 1, review: false } },
      script({ resolver }),
    );
    assert.equal(statesOf(once.state)['b'], 'needs-user');
    assert.equal(resolversOf(once).length, 3);
  });

  it('goes on with the answer to what its resolver asks', () => {
    const resolver: Script['resolver'] = (task, attempt) =>
      attempt === 2
        ? { is: 'asking', question: 'whose first?', usage: {}, exitCode: 0 }
        : doneOutcome(`t-${task}-${attempt}`);
    const run = simulate(PLAN, SETTINGS, {
      ...script({ resolver }),
      watch: (_, event) =>
        event.type === 'attempt.ended' && event.outcome.is === 'asking'
          ? [{ type: 'requested.answer', task: 'b', text: 'the first' }]
          : [],
    });
    const [, second] = resolversOf(run);
    assert.match(second?.feedback ?? '', /whose first\?[\s\S]*the first/);
    assert.equal(statesOf(run.state)['b'], 'merged');
    const questions = { adviser: { driver: 'wise', options: {} }, most: 3 };
    const advised = simulate(PLAN, { ...SETTINGS, questions }, script({ resolver }));
    assert.match(resolversOf(advised)[1]?.feedback ?? '', /whose first\?[\s\S]*Another agent[\s\S]*do it/);
    assert.equal(statesOf(advised.state)['b'], 'merged');
  });

  it('ends with the cancelling of its task, resolver and all', () => {
    const run = simulate(PLAN, SETTINGS, {
      ...script(),
      watch: (_, event) =>
        event.type === 'attempt.started' && event.task === 'b' && event.attempt === 2
          ? [{ type: 'requested.cancel', task: 'b' }]
          : [],
    });
    assert.deepEqual(statesOf(run.state), { a: 'merged', b: 'cancelled', c: 'blocked', d: 'merged' });
    assert.equal(run.state.open.size, 0);
  });

  it('is none any more when what it conflicts with leaves the line', () => {
    const plan = makePlan([makeTask('a', 1), makeTask('b', 1), makeTask('d', 1)], (group) => ({
      ...group,
      validation: { kind: 'shell', command: 'check' },
    }));
    const run = simulate(plan, SETTINGS, {
      ...script(),
      duration: (task) => (task === 'a' ? 1 : task === 'b' ? 20 : 100),
      watch: (_, event) =>
        event.type === 'attempt.started' && event.attempt === 2 && event.task === 'b'
          ? [{ type: 'requested.cancel', task: 'a' }]
          : [],
    });
    assert.deepEqual(statesOf(run.state), { a: 'cancelled', b: 'merged', d: 'merged' });
    const merged = all(run, 'merge.starting').filter(({ task }) => task === 'b');
    assert.deepEqual(
      merged.map(({ tip }) => tip),
      ['t-b-1', 't-b-1'],
    );
  });
});

describe('a conflict that nobody resolves', () => {
  const givenUp = (change: Partial<Script> = {}, settings = SETTINGS): Simulated =>
    simulate(PLAN, settings, script({ resolver: () => failedOutcome(1), ...change }));

  it('needs the user: what does not depend on it goes on, and the run is left', () => {
    const run = givenUp();
    assert.deepEqual(statesOf(run.state), { a: 'merged', b: 'needs-user', c: 'waiting', d: 'merged' });
    assert.deepEqual(run.state.phase.is === 'suspended' && run.state.phase.reason, 'conflict');
    assert.equal(resolversOf(run).length, 2);
    assert.equal(run.state.failedTasks, 0);
  });

  it('is looked at when the run is opened again; work of the user is checked and merged', () => {
    const run = givenUp();
    const state = withMore(run, OPENED);
    const { events } = decide(state, run.now);
    const [look] = events;
    assert.ok(look?.type === 'takeover.starting');
    assert.equal(look.branch, 'cox/sim/b');
    assert.deepEqual(look.bases, [state.integration.tip, 'm-a-1', 'c0']);
    const taken = { is: 'taken', tip: 'mine', base: 'm-a-1' } as const;
    const next = withMore(run, OPENED, look, { type: 'takeover.ended', task: 'b', found: taken });
    assert.deepEqual(next.tasks.get('b')?.resumeFrom, { tip: 'mine', base: 'm-a-1' });
    assert.deepEqual(decide(next, run.now).events, [{ type: 'task.accepted', task: 'b', tip: 'mine' }]);
    assert.equal(next.open.size, 0);
  });

  it('waits on without a commit of the user, and says why one is refused', () => {
    const run = givenUp();
    const [look] = decide(withMore(run, OPENED), run.now).events;
    assert.ok(look !== undefined);
    const unchanged = withMore(run, OPENED, look, {
      type: 'takeover.ended',
      task: 'b',
      found: { is: 'unchanged' },
    });
    assert.deepEqual(decide(unchanged, run.now).events, [{ type: 'run.suspended', reason: 'conflict' }]);
    const found = { is: 'refused', findings: ['x.txt:2 is a conflict marker'] } as const;
    const refused = withMore(run, OPENED, look, { type: 'takeover.ended', task: 'b', found }).tasks.get(
      'b',
    )?.state;
    assert.deepEqual(refused?.is === 'needs-user' && refused.failure, {
      reason: 'unresolved',
      findings: found.findings,
    });
  });

  it('has the tries of its resolver again after a retry that finds nothing new', () => {
    const run = givenUp();
    const retry: EventBody = { type: 'requested.retry', task: 'b' };
    const [look] = decide(withMore(run, retry, OPENED), run.now).events;
    assert.ok(look !== undefined);
    const state = withMore(run, retry, OPENED, look, {
      type: 'takeover.ended',
      task: 'b',
      found: { is: 'unchanged' },
    });
    const [start] = decide(state, run.now).events;
    assert.ok(start?.type === 'attempt.starting' && start.role === 'resolver');
    assert.equal(start.startFrom, start.base);
    assert.equal(start.feedback, '');
  });

  it('begins anew on top where there is no resolver, and needs the user when its tries are spent', () => {
    const always: Script['merge'] = (task, nth) =>
      task === 'b' ? { is: 'conflict', paths: ['x.txt'] } : { is: 'clean', commit: `m-${task}-${nth}` };
    const nobody = { ...SETTINGS, retries: 1, resolver: { agent: null, tries: 2, review: false } };
    const run = givenUp({ merge: always }, nobody);
    assert.equal(resolversOf(run).length, 0);
    const starts = all(run, 'attempt.starting').filter(({ task }) => task === 'b');
    assert.deepEqual(
      starts.map(({ role, startFrom }) => [role, startFrom]),
      [
        ['executor', 'c0'],
        ['executor', 'm-a-1'],
      ],
    );
    assert.equal(statesOf(run.state)['b'], 'needs-user');
    const off = givenUp({ merge: always }, { ...SETTINGS, retries: 1, resolver: null });
    assert.equal(statesOf(off.state)['b'], 'failed');
    assert.equal(statesOf(off.state)['c'], 'blocked');
  });
});
