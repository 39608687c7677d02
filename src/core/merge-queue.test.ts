import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { doneOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { type Simulated, simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import type { Commit } from './attempt.ts';
import type { LoggedEvent } from './event.ts';
import { describeFailure } from './failure.ts';
import type { Plan } from './plan.ts';

const TEST_MS = 1000;
const EIGHT = { ...TEST_SETTINGS, mergeTest: 'npm test', mergeSlots: 8, maxParallel: 32 } as const;

function wide(count: number): Plan {
  return makePlan(Array.from({ length: count }, (_, index) => makeTask(`t${index + 1}`, 1)));
}

/** The second and later tries of a task mend what was wrong with the first. */
function red(...sets: readonly (readonly string[])[]): (tips: ReadonlySet<Commit>) => boolean {
  return (tips) =>
    !sets.some((set) => set.every((task) => tips.has(`t-${task}-1`) && !tips.has(`t-${task}-2`)));
}

/** All agents end at once, in the order of the plan; tests take long and nothing else does. */
function script(change: Partial<Script> = {}): Script {
  return {
    duration: (_, attempt) => (attempt === 1 ? 1 : 100_000),
    outcome: (task, attempt) => doneOutcome(`t-${task}-${attempt}`),
    lasts: ({ type }) => (type === 'test.starting' || type === 'blame.starting' ? TEST_MS : 0),
    ...change,
  };
}

function all<T extends LoggedEvent['type']>(
  { events }: Simulated,
  type: T,
): readonly Extract<LoggedEvent, { type: T }>[] {
  return events.filter((event): event is Extract<LoggedEvent, { type: T }> => event.type === type);
}

/** Rounds of tests until the task is merged; the ending of tests takes a moment that does not count. */
function rounds(run: Simulated, last: string): number {
  const begun = all(run, 'merge.starting')[0]?.at ?? 0;
  const merged = all(run, 'integration.advanced').find(({ tasks }) => tasks.includes(last));
  return Math.round(((merged?.at ?? Number.POSITIVE_INFINITY) - begun) / TEST_MS);
}

function setbackOf({ state }: Simulated, task: string): string {
  const failure = state.tasks.get(task)?.setbacks[0]?.failure;
  return failure === undefined ? '' : describeFailure(failure);
}

describe('speculation', () => {
  it('tests as many merges at once as it may: sixteen in eight slots take two rounds', () => {
    const run = simulate(wide(16), EIGHT, script());
    assert.equal(rounds(run, 't16'), 2);
    assert.equal(all(run, 'test.starting').length, 16);
  });

  it('is as careful as a queue can be with one slot', () => {
    const run = simulate(wide(4), { ...EIGHT, mergeSlots: 1 }, script());
    assert.equal(rounds(run, 't4'), 4);
  });

  for (const bad of ['t1', 't5', 't8', 't9', 't16']) {
    it(`loses two rounds at most to a red one, here ${bad}, and sends nobody else back`, () => {
      const run = simulate(wide(16), EIGHT, script({ passes: red([bad]) }));
      assert.ok(rounds(run, bad === 't16' ? 't15' : 't16') <= 4);
      assert.deepEqual(
        all(run, 'task.retrying').map(({ task }) => task),
        [bad],
      );
      assert.match(setbackOf(run, bad), /npm test failed on the merged tree \(exit 1\)$/);
      assert.ok(run.state.phase.is === 'finished' && run.state.phase.status === 'succeeded');
    });
  }

  it('halves its window when something is red, and lets it grow again', () => {
    const widths: number[] = [];
    const watch: Script['watch'] = ({ integration }) => {
      if (widths.at(-1) !== integration.width) widths.push(integration.width);
      return [];
    };
    simulate(wide(16), EIGHT, script({ passes: red(['t1']), watch }));
    assert.deepEqual(widths, [8, 4, 5, 6, 7, 8]);
  });

  it('ends the tests of what stood behind a red one', () => {
    const lasts: Script['lasts'] = (intent) =>
      intent.type === 'test.starting' ? (intent.task === 't1' ? 10 : TEST_MS) : 0;
    const run = simulate(wide(4), EIGHT, script({ passes: red(['t1']), lasts }));
    assert.equal(all(run, 'test.stopping').length, 3);
    const passed = all(run, 'test.ended').filter(({ result }) => result.passed);
    assert.deepEqual(passed.map(({ task }) => task).sort(), ['t1', 't2', 't3', 't4']);
  });

  it('does not test a commit again that has passed', () => {
    const plan = makePlan([makeTask('a', 1), makeTask('b', 1), makeTask('c', 1)], (group) => ({
      ...group,
      validation: { kind: 'shell', command: 'check' },
    }));
    const validation: Script['validation'] = (_, nth) => ({ passed: nth > 1, guilty: ['c'] });
    const run = simulate(plan, EIGHT, script({ validation }));
    const tested = all(run, 'test.starting').map(({ commit }) => commit);
    assert.deepEqual(tested, ['m-a-1', 'm-b-1', 'm-c-1', 'm-c-2']);
    assert.deepEqual(all(run, 'integration.advanced')[0]?.tasks, ['a', 'b', 'c']);
  });

  it('takes a conflict with a merge that turns out red for none', () => {
    const merge: Script['merge'] = (task, nth) =>
      task === 't2' && nth === 1
        ? { is: 'conflict', paths: ['x'] }
        : { is: 'clean', commit: `m-${task}-${nth}` };
    const run = simulate(wide(2), EIGHT, script({ merge, passes: red(['t1']) }));
    assert.equal(run.state.tasks.get('t2')?.attempts.length, 1);
    assert.equal(run.state.integration.conflicts.length, 0);
    const other = simulate(wide(2), EIGHT, script({ merge }));
    assert.equal(setbackOf(other, 't2'), 'its branch conflicts with work merged before it in x');
  });
});

describe('branches that are red together', () => {
  it('are found, and the later one is told of the earlier and goes on from both', () => {
    const run = simulate(wide(6), EIGHT, script({ passes: red(['t2', 't5']) }));
    assert.deepEqual(
      all(run, 'task.retrying').map(({ task }) => task),
      ['t5'],
    );
    assert.match(setbackOf(run, 't5'), /passes with this work alone, and fails together with that of t2$/);
    const again = all(run, 'attempt.starting').findLast(({ task }) => task === 't5');
    assert.match(again?.feedback ?? '', /together with that of t2[\s\S]*merged with/);
    const { commits } = run;
    assert.deepEqual([...commits.holds(again?.startFrom ?? '')].sort(), [
      't-t1-1',
      't-t2-1',
      't-t3-1',
      't-t4-1',
      't-t5-1',
    ]);
    assert.ok(!commits.holds(again?.base ?? '').has('t-t5-1'));
  });

  it('that are more than two are said to be', () => {
    const run = simulate(wide(6), EIGHT, script({ passes: red(['t2', 't3', 't5']) }));
    assert.match(setbackOf(run, 't5'), /fails together with that of t3 and still others$/);
  });

  it('that pass when they are tested again blame nobody', () => {
    const test: Script['test'] = (task, nth) => task !== 't2' || nth > 1;
    const passes = (): boolean => true;
    const run = simulate(wide(3), EIGHT, script({ passes, test }));
    assert.deepEqual(all(run, 'task.retrying'), []);
    assert.deepEqual(
      all(run, 'blame.ended').map(({ found }) => found.is),
      ['passed'],
    );
    const asked = all(run, 'blame.starting').map((event) => Object.keys(event).sort().join(' '));
    assert.deepEqual(asked, ['at before command commit ground run seq task tip type']);
    assert.ok([...run.state.tasks.values()].every(({ state }) => state.is === 'merged'));
  });
});

describe('a queue and its surroundings', () => {
  it('validates a group once, however many merges of others turn green meanwhile', () => {
    const plan = makePlan([makeTask('a', 1), makeTask('b', 2), makeTask('c', 2)], (group) =>
      group.number === 1 ? { ...group, validation: { kind: 'shell', command: 'check' } } : group,
    );
    const lasts: Script['lasts'] = ({ type }) => (type === 'validation.starting' ? 5000 : 10);
    const run = simulate(plan, { ...EIGHT, schedule: 'dag' }, script({ lasts }));
    assert.equal(all(run, 'validation.starting').length, 1);
    assert.deepEqual(
      all(run, 'integration.advanced').map(({ tasks }) => tasks),
      [['a'], ['b', 'c']],
    );
  });

  it('ends tests, the search for blame and validations when the run is cancelled', () => {
    for (const type of ['test.starting', 'blame.starting', 'validation.starting'] as const) {
      const plan = makePlan(wide(4).tasks, (group) => ({
        ...group,
        validation: { kind: 'shell', command: 'check' },
      }));
      const run = simulate(
        plan,
        EIGHT,
        script({
          passes: type === 'blame.starting' ? red(['t2', 't3']) : red(),
          watch: (state, event) =>
            event.type === type && !state.control.cancelled ? [{ type: 'requested.cancel' }] : [],
        }),
      );
      assert.ok(all(run, 'test.stopping').some(({ of }) => of.startsWith(type.split('.')[0] ?? '')));
      assert.equal(run.state.phase.is === 'finished' && run.state.phase.status, 'cancelled');
      assert.equal(run.state.open.size, 0);
    }
  });
});
