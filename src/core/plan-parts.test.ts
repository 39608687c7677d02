/** What a plan may say beside tasks and dependencies: done before, beside another group, on a branch, with reviewers. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { doneOutcome, failedOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { reviewedOutcome } from '../testing/proofs.ts';
import { type Simulated, simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import type { EventBody } from './event.ts';
import type { Group } from './plan.ts';
import { indexPlan } from './plan-index.ts';

const WORKS: Script = { duration: () => 5, outcome: (task, attempt) => doneOutcome(`${task}-${attempt}`) };

function of<T extends EventBody['type']>({ events }: Simulated, type: T) {
  return events.filter((event): event is Extract<typeof event, { type: T }> => event.type === type);
}

/** Where the first event that the test takes stands. */
function placeOf({ events }: Simulated, test: (event: EventBody) => boolean): number {
  const at = events.findIndex(test);
  assert.notEqual(at, -1);
  return at;
}

describe('a task that was done before', () => {
  const plan = makePlan([
    makeTask('a', 1, { done: true }),
    makeTask('b', 2, { dependsOn: ['a'] }),
    makeTask('c', 2, { done: true, dependsOn: ['b'] }),
  ]);

  it('is not run, lets those behind it start, and does not keep the run from success', () => {
    const run = simulate(plan, TEST_SETTINGS, WORKS);
    assert.deepEqual(
      of(run, 'attempt.starting').map(({ task }) => task),
      ['b'],
    );
    assert.deepEqual(
      [...run.state.tasks.values()].map(({ state }) => state.is),
      ['done-before', 'merged', 'done-before'],
    );
    assert.equal(run.state.phase.is === 'finished' && run.state.phase.status, 'succeeded');
  });

  it('is done before also where its group is not chosen, and asking for it changes nothing', () => {
    const request: EventBody[] = [
      { type: 'requested.retry', task: 'a' },
      { type: 'requested.skip', task: 'a' },
      { type: 'requested.cancel', task: 'a' },
    ];
    const watch: Script['watch'] = (_, event) => (event.type === 'group.opened' ? request : []);
    const run = simulate(plan, { ...TEST_SETTINGS, onlyGroups: [2] }, { ...WORKS, watch });
    assert.equal(run.state.tasks.get('a')?.state.is, 'done-before');
  });

  it('is no reason to stop behind its group', () => {
    const run = simulate(plan, { ...TEST_SETTINGS, oneGroup: true }, WORKS);
    assert.equal(run.state.tasks.get('b')?.state.is, 'merged');
  });

  it('does not let a group begin before one that the done group waits for', () => {
    const three = makePlan(
      [makeTask('a', 1), makeTask('b', 2, { done: true }), makeTask('c', 3)],
      (group: Group) => ({ ...group, after: group.number === 1 ? [] : [group.number - 1] }),
    );
    const run = simulate(three, TEST_SETTINGS, WORKS);
    const closed = placeOf(run, (event) => event.type === 'group.closed' && event.group === 1);
    const opened = placeOf(run, (event) => event.type === 'group.opened' && event.group === 3);
    assert.ok(closed < opened);
  });

  it('weighs nothing', () => {
    const tasks = [
      makeTask('x', 1, { estimateSeconds: 10 }),
      makeTask('y', 1, { estimateSeconds: 20 }),
      makeTask('z', 1, { done: true, dependsOn: ['x'] }),
    ];
    assert.deepEqual(indexPlan(makePlan(tasks)).byRank.slice(0, 2), ['y', 'x']);
  });
});

describe('a group that may run beside an earlier one', () => {
  const beside = (group: Group): Group => ({
    ...group,
    after: group.number === 3 ? [1] : group.after,
    validation: { kind: 'shell', command: 'true' },
  });

  it('opens with it, when what both come after is closed', () => {
    const run = simulate(
      makePlan([makeTask('a', 1), makeTask('b', 2), makeTask('c', 3)], beside),
      TEST_SETTINGS,
      WORKS,
    );
    const opened = (number: number) =>
      placeOf(run, (event) => event.type === 'group.opened' && event.group === number);
    const closed = (number: number) =>
      placeOf(run, (event) => event.type === 'group.closed' && event.group === number);
    assert.ok(closed(1) < opened(2));
    assert.ok(opened(3) < closed(2));
  });

  it('comes to its end although its own tasks depend on those of the other, and both are validated whole', () => {
    const tasks = [
      makeTask('a', 1),
      makeTask('b', 2),
      makeTask('c', 3),
      makeTask('d', 3, { dependsOn: ['b'] }),
    ];
    const run = simulate(makePlan(tasks, beside), TEST_SETTINGS, WORKS);
    assert.equal(run.state.phase.is === 'finished' && run.state.phase.status, 'succeeded');
    assert.deepEqual([...new Set(of(run, 'validation.ended').map(({ group }) => group))].sort(), [1, 2, 3]);
  });
});

describe('a group that wants the success of those it comes after', () => {
  const strict = (group: Group): Group => {
    const after = group.number === 4 ? [1] : group.after.slice(-1);
    return { ...group, after, ...(after.length === 0 ? {} : { afterSuccess: true }) };
  };
  // 4 may run beside 2 and 3; `e` in it needs what lies behind the failed group.
  const plan = makePlan(
    [
      makeTask('a', 1),
      makeTask('b', 2),
      makeTask('b2', 2),
      makeTask('c', 3),
      makeTask('d', 4),
      makeTask('e', 4, { dependsOn: ['c'] }),
    ],
    strict,
  );
  const fails = (...tasks: string[]): Script => ({
    ...WORKS,
    outcome: (task, attempt) => (tasks.includes(task) ? failedOutcome(1) : doneOutcome(`${task}-${attempt}`)),
  });
  const states = ({ state }: Simulated) =>
    Object.fromEntries([...state.tasks.values()].map(({ id, state: { is } }) => [id, is]));
  const once = { ...TEST_SETTINGS, retries: 0 };

  it('is blocked with all that needs it when a task of theirs failed; what runs beside goes on', () => {
    const run = simulate(plan, once, fails('b'));
    const now = { a: 'merged', b: 'failed', b2: 'merged', c: 'blocked', d: 'merged', e: 'blocked' };
    assert.deepEqual(states(run), now);
    assert.deepEqual(
      of(run, 'task.blocked').map(({ task, because }) => [task, because]),
      [
        ['c', 'b'],
        ['e', 'c'],
      ],
    );
    assert.equal(run.state.groups.get(3)?.openedAt, undefined);
    assert.equal(run.state.phase.is === 'finished' && run.state.phase.status, 'failed');
  });

  it('is blocked behind a blocked group, and not under a schedule without groups', () => {
    const four = makePlan([makeTask('a', 1), makeTask('b', 2), makeTask('c', 3)], strict);
    assert.deepEqual(states(simulate(four, once, fails('a'))), { a: 'failed', b: 'blocked', c: 'blocked' });
    const dag = simulate(four, { ...once, schedule: 'dag' }, fails('a'));
    assert.deepEqual(states(dag), { a: 'failed', b: 'merged', c: 'merged' });
  });

  it('does not stop a run that stops behind each group', () => {
    const run = simulate(plan, { ...once, oneGroup: true }, fails('a'));
    assert.equal(run.state.phase.is === 'finished' && run.state.phase.status, 'failed');
  });

  it('begins after all when what failed is left out, or tried again with success', () => {
    for (const type of ['requested.skip', 'requested.retry'] as const) {
      let asked = false;
      const script: Script = {
        ...WORKS,
        outcome: (task, attempt) =>
          task === 'b' && attempt === 1 ? failedOutcome(1) : doneOutcome(`${task}-${attempt}`),
        watch: (_, event) => {
          if (event.type !== 'task.blocked' || event.task !== 'e' || asked) return [];
          asked = true;
          return [{ type, task: 'b' }];
        },
      };
      const run = simulate(plan, once, script);
      assert.ok(asked);
      assert.equal(run.state.phase.is === 'finished' && run.state.phase.status, 'succeeded', type);
      const c = placeOf(run, (event) => event.type === 'attempt.starting' && event.task === 'c');
      const b = placeOf(run, (event) => event.type === 'group.closed' && event.group === 2);
      assert.ok(b < c);
    }
  });

  it('stays blocked as long as another one is lost', () => {
    const script: Script = {
      ...fails('b', 'b2'),
      watch: (_, event) =>
        event.type === 'task.blocked' && event.because === 'b' ? [{ type: 'requested.skip', task: 'b' }] : [],
    };
    const run = simulate(plan, once, script);
    assert.deepEqual(run.state.tasks.get('c')?.state, { is: 'blocked', because: 'b2' });
  });
});

describe('reviewers', () => {
  const plan = makePlan([makeTask('a', 1, { reviewers: ['ada', 'bob'] })]);
  const qa = { agent: { driver: 'command', options: {} }, rejections: 3, tries: 3 };

  it('all approve before the work is merged', () => {
    const run = simulate(plan, { ...TEST_SETTINGS, qa }, WORKS);
    assert.deepEqual(
      of(run, 'attempt.starting').map(({ role }) => role),
      ['executor', 'qa', 'qa'],
    );
    assert.equal(run.state.tasks.get('a')?.state.is, 'merged');
  });

  it('look at new work from the first of them on', () => {
    const review: Script['review'] = (_, attempt) =>
      reviewedOutcome(attempt === 3 ? 'rejected' : 'approved', 'not so');
    const run = simulate(plan, { ...TEST_SETTINGS, qa }, { ...WORKS, review });
    assert.deepEqual(
      of(run, 'attempt.starting').map(({ role }) => role),
      ['executor', 'qa', 'qa', 'executor', 'qa', 'qa'],
    );
  });

  it('keep what was approved over a look that came to nothing', () => {
    const review: Script['review'] = (_, attempt) =>
      attempt === 3 ? { is: 'lost', usage: {}, exitCode: null } : reviewedOutcome('approved');
    const run = simulate(plan, { ...TEST_SETTINGS, qa }, { ...WORKS, review });
    assert.equal(of(run, 'attempt.starting').length, 4);
  });

  it('do one thing at a time: nobody looks at work who is at a task of his own', () => {
    const plan = makePlan([
      makeTask('a', 1, { resources: ['agent ada'], reviewers: ['bob'], reviewerResources: ['agent bob'] }),
      makeTask('b', 1, { resources: ['agent bob'], reviewers: ['ada'], reviewerResources: ['agent ada'] }),
      makeTask('c', 1, { resources: ['agent bob'] }),
    ]);
    const run = simulate(plan, { ...TEST_SETTINGS, qa }, WORKS);
    const atWork = new Map<string, string>();
    for (const event of run.events) {
      if (event.type === 'attempt.ended') atWork.delete(event.task);
      if (event.type !== 'attempt.starting') continue;
      const reviewers: Readonly<Record<string, string>> = { a: 'bob', b: 'ada' };
      const doers: Readonly<Record<string, string>> = { a: 'ada', b: 'bob', c: 'bob' };
      const who = event.role === 'executor' ? doers[event.task] : reviewers[event.task];
      assert.ok(who === undefined || ![...atWork.values()].includes(who), `${who} is at two things`);
      if (who !== undefined) atWork.set(event.task, who);
    }
    assert.equal(of(run, 'attempt.starting').length, 6);
    assert.deepEqual([...run.state.resourcesHeld], []);
  });

  it('are not asked where there is no QA', () => {
    assert.equal(of(simulate(plan, TEST_SETTINGS, WORKS), 'attempt.starting').length, 1);
  });
});

describe('a branch that the plan names', () => {
  it('holds all attempts at the task', () => {
    const plan = makePlan([makeTask('a', 1, { branch: 'agent/ada/a' }), makeTask('b', 1)]);
    const branches = of(simulate(plan, TEST_SETTINGS, WORKS), 'attempt.starting').map(({ branch }) => branch);
    assert.deepEqual(branches, ['agent/ada/a', 'cox/sim/b']);
  });
});
