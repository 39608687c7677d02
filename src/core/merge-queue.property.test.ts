import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { doneOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask, randomPlan, TEST_SETTINGS } from '../testing/plans.ts';
import { type Simulated, simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import type { Commit } from './attempt.ts';
import type { EventBody, Intent, LoggedEvent } from './event.ts';
import { foldRun } from './fold.ts';
import { intentKey } from './intent-key.ts';
import type { TaskId } from './plan.ts';
import type { RunState } from './run-state.ts';
import type { RunSettings } from './settings.ts';
import { isSettled } from './task-state.ts';

/** Tasks by their place in the plan. */
interface World {
  /** How many of its first tries fail the test by themselves. */
  readonly bad: readonly number[];
  /** The first tries of two tasks fail the test together. */
  readonly pairs: readonly (readonly [number, number])[];
  readonly conflicts: readonly number[];
  readonly validations: readonly number[];
  readonly times: readonly number[];
  readonly slots: number;
  /** Somebody resolves conflicts. */
  readonly resolver: boolean;
}

const world: fc.Arbitrary<World> = fc.record({
  bad: fc.array(fc.constantFrom(0, 0, 0, 0, 1, 2, 9), { minLength: 24, maxLength: 24 }),
  pairs: fc.array(fc.tuple(fc.nat(23), fc.nat(23)), { maxLength: 4 }),
  conflicts: fc.array(fc.nat(9), { minLength: 1, maxLength: 20 }),
  validations: fc.array(fc.nat(6), { minLength: 1, maxLength: 10 }),
  times: fc.array(fc.nat(40), { minLength: 1, maxLength: 30 }),
  slots: fc.integer({ min: 1, max: 8 }),
  resolver: fc.boolean(),
});

function pick(list: readonly number[], key: string): number {
  let sum = 0;
  for (const char of key) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003;
  return list[sum % list.length] ?? 0;
}

/** `t-task-001-2` is the tip of the second try at task-001. Of several tries the last one's work counts. */
function triesIn(tips: ReadonlySet<Commit>): ReadonlyMap<number, number> {
  const tries = new Map<number, number>();
  for (const tip of tips) {
    const [, task = '0', attempt = '0'] = /^t-task-(\d+)-(\d+)$/.exec(tip) ?? [];
    tries.set(Number(task) - 1, Math.max(Number(attempt), tries.get(Number(task) - 1) ?? 0));
  }
  return tries;
}

function passesWith({ bad, pairs }: World): (tips: ReadonlySet<Commit>) => boolean {
  return (tips) => {
    const tries = triesIn(tips);
    for (const [task, attempt] of tries) if (attempt <= (bad[task] ?? 0)) return false;
    return !pairs.some(([one, other]) => one !== other && tries.get(one) === 1 && tries.get(other) === 1);
  };
}

function scriptOf(drawn: World, watch: NonNullable<Script['watch']>): Script {
  let steps = 0;
  return {
    duration: (task, attempt) => 1 + pick(drawn.times, `${task}/${attempt}`),
    outcome: (task, attempt) => doneOutcome(`t-${task}-${attempt}`),
    passes: passesWith(drawn),
    merge: (task, nth) =>
      pick(drawn.conflicts, `m${task}${nth}`) === 0
        ? { is: 'conflict', paths: ['x'] }
        : { is: 'clean', commit: `m-${task}-${nth}` },
    findings: (task, attempt) => (pick(drawn.conflicts, `f${task}${attempt}`) < 3 ? ['a line is gone'] : []),
    validation: (group, nth) => ({
      passed: nth > 3 || pick(drawn.validations, `${group}${nth}`) > 0,
      guilty: [],
    }),
    lasts: (intent: Intent) => {
      steps += 1;
      return pick(drawn.times, `${intentKey(intent)}${steps}`);
    },
    watch,
  };
}

const SETTINGS = { ...TEST_SETTINGS, mergeTest: 'test', maxParallel: 8, retries: 3 } as const;

function settingsOf({ slots, resolver }: World): RunSettings {
  const agent = { driver: 'command', options: {} };
  return { ...SETTINGS, mergeSlots: slots, resolver: resolver ? { agent, tries: 2, review: false } : null };
}

/** The tips of tasks, by the name of the task. */
function taskOf(tip: Commit): TaskId {
  return tip.slice('t-'.length, tip.lastIndexOf('-'));
}

/** Of every commit that the branch is moved to: it passes, and it holds what is merged and nothing else. */
function checkAdvances({ events, commits }: Simulated, passes: (tips: ReadonlySet<Commit>) => boolean): void {
  const accepted = new Map<TaskId, Commit>();
  const merged = new Map<TaskId, Commit>();
  for (const event of events) {
    if (event.type === 'task.accepted') accepted.set(event.task, event.tip);
    if (event.type !== 'integration.advanced') continue;
    for (const task of event.tasks) merged.set(task, accepted.get(task) ?? '');
    const held = commits.holds(event.to);
    assert.ok(passes(held), `the branch stands on ${event.to}, which is red`);
    for (const [task, tip] of merged) assert.ok(held.has(tip), `${event.to} lacks ${task}`);
    for (const tip of held)
      assert.ok(merged.has(taskOf(tip)), `${event.to} holds ${tip}, which is not merged`);
  }
}

/** Every attempt finds the work of what its task depends on. */
function checkBases({ events, commits, state }: Simulated): void {
  const accepted = new Map<TaskId, Commit>();
  for (const event of events) {
    if (event.type === 'task.accepted') accepted.set(event.task, event.tip);
    if (event.type !== 'attempt.starting') continue;
    const held = commits.holds(event.base);
    for (const dep of state.index.task.get(event.task)?.dependsOn ?? []) {
      if (state.tasks.get(dep)?.state.is === 'merged')
        assert.ok(held.has(accepted.get(dep) ?? ''), `${event.task} starts without ${dep}`);
    }
  }
}

function checkNow(state: RunState): void {
  const tests = [...state.open.values()].filter(
    ({ type }) => type === 'test.starting' || type === 'blame.starting',
  );
  assert.ok(tests.length <= state.settings.mergeSlots, 'more tests than the limit');
  const { window, width, held, suspects, queue, candidate } = state.integration;
  assert.ok(width >= 1 && width <= state.settings.mergeSlots);
  for (const { task } of [...window, ...held, ...suspects, ...candidate])
    assert.equal(state.tasks.get(task)?.state.is, 'merging', task);
  for (const task of queue) assert.equal(state.tasks.get(task)?.state.is, 'accepted', task);
  for (const intent of state.open.values()) {
    const on = candidate.map((step) => step.task);
    if (intent.type === 'integration.advancing')
      assert.deepEqual(on.slice(0, intent.tasks.length), intent.tasks);
    if (intent.type === 'validation.starting') assert.deepEqual(candidate, intent.steps);
  }
  const everywhere = [...window, ...held, ...suspects, ...candidate].map(({ task }) => task).concat(queue);
  assert.equal(new Set(everywhere).size, everywhere.length, 'a task is in two places');
}

function checkEnd({ state }: Simulated): void {
  assert.equal(state.open.size, 0, [...state.open.keys()].join());
  // What only the user can resolve holds the rest of its group.
  if ([...state.tasks.values()].some(({ state: { is } }) => is === 'needs-user')) return;
  assert.equal(state.phase.is, 'finished');
  if (state.integration.broken !== null) return;
  const left = [...state.tasks.values()].filter((each) => !isSettled(each.state)).map(({ id }) => id);
  assert.deepEqual(left, []);
  const { window, held, suspects, queue, candidate } = state.integration;
  assert.deepEqual([window, held, suspects, queue, candidate], [[], [], [], [], []]);
}

/** Groups with a validation that are whole with an advance have passed it on just that commit. */
function checkValidated(state: RunState, event: LoggedEvent, passed: ReadonlyMap<number, Commit>): void {
  if (event.type !== 'integration.advancing') return;
  for (const group of state.plan.groups) {
    const here = event.tasks.filter((task) => group.tasks.includes(task)).length;
    if (group.validation === undefined || here === 0) continue;
    const isWhole = state.groups.get(group.number)?.unsettled === here;
    if (isWhole) assert.equal(passed.get(group.number), event.to, `group ${group.number} is not validated`);
    else if (!state.index.chained.has(group.number))
      assert.equal(state.settings.schedule, 'dag', `group ${group.number} is not whole`);
  }
}

describe('a merge queue over any plan', () => {
  it('never moves the branch to a red commit, holds all and only what is merged, and ends', () => {
    const property = fc.property(
      randomPlan(),
      world,
      fc.constantFrom('waves' as const, 'dag' as const),
      (plan, drawn, schedule) => {
        const passed = new Map<number, Commit>();
        const ended = simulate(
          plan,
          { ...settingsOf(drawn), schedule },
          scriptOf(drawn, (state, event) => {
            checkNow(state);
            checkValidated(state, event, passed);
            if (event.type === 'validation.ended' && event.result.passed)
              passed.set(event.group, event.commit);
            return [];
          }),
        );
        checkAdvances(ended, passesWith(drawn));
        checkBases(ended);
        checkEnd(ended);
      },
    );
    fc.assert(property, { numRuns: 400 });
  });

  it('keeps to that whatever is asked for meanwhile', () => {
    const request = fc.tuple(
      fc.integer({ min: 3, max: 250 }),
      fc.constantFrom('requested.cancel' as const, 'requested.retry' as const, 'requested.skip' as const),
      fc.nat(23),
    );
    const property = fc.property(
      randomPlan(),
      world,
      fc.array(request, { maxLength: 8 }),
      fc.option(fc.integer({ min: 10, max: 300 }), { freq: 4 }),
      (plan, drawn, requests, cancelAt) => {
        const ended = simulate(
          plan,
          settingsOf(drawn),
          scriptOf(drawn, (state, event) => {
            checkNow(state);
            return asked({ state, event, requests, cancelAt });
          }),
        );
        checkAdvances(ended, passesWith(drawn));
        const folded = foldRun(JSON.parse(JSON.stringify(ended.events)));
        assert.ok(folded.ok);
        assert.deepEqual(folded.value.integration, ended.state.integration);
        assert.equal(ended.state.open.size, 0);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it('sends back one of a bad pair, names the other, and merges everybody else at the first try', () => {
    const property = fc.property(
      fc.integer({ min: 2, max: 24 }),
      fc.uniqueArray(fc.nat(23), { minLength: 2, maxLength: 2 }),
      world,
      (count, [one = 0, other = 1], drawn) => {
        fc.pre(one < count && other < count);
        const calm = { ...drawn, bad: [], pairs: [[one, other]] as const, conflicts: [1] };
        const ended = simulate(
          widePlan(count),
          { ...SETTINGS, mergeSlots: drawn.slots },
          scriptOf(calm, () => []),
        );
        checkAdvances(ended, passesWith(calm));
        const tried = [...ended.state.tasks.values()].filter((each) => each.attempts.length > 1);
        assert.equal(tried.length, 1);
        const [back] = tried;
        const failure = back?.setbacks[0]?.failure;
        assert.ok(failure?.reason === 'merge-test');
        const names = [one, other].map((at) => `task-${String(at + 1).padStart(3, '0')}`);
        assert.ok(names.includes(back?.id ?? ''));
        // Merged behind what was proven already, it is red by itself, on that.
        if (failure.together !== undefined)
          assert.deepEqual([back?.id, failure.together].sort(), names.sort());
        assert.equal(failure.more, undefined);
      },
    );
    fc.assert(property, { numRuns: 200 });
  });
});

function widePlan(count: number): ReturnType<typeof makePlan> {
  const ids = Array.from({ length: count }, (_, index) => `task-${String(index + 1).padStart(3, '0')}`);
  return makePlan(ids.map((id) => makeTask(id, 1)));
}

interface Moment {
  readonly state: RunState;
  readonly event: LoggedEvent;
  readonly requests: readonly (readonly [
    number,
    'requested.cancel' | 'requested.retry' | 'requested.skip',
    number,
  ])[];
  readonly cancelAt: number | null;
}

function asked({ state, event, requests, cancelAt }: Moment): readonly EventBody[] {
  if (state.phase.is !== 'running') return [];
  if (event.seq === cancelAt) return [{ type: 'requested.cancel' }];
  const ids = state.plan.tasks.map((task) => task.id);
  return requests
    .filter(([at]) => at === event.seq)
    .map(([, type, at]) => ({ type, task: ids[at % ids.length] ?? '' }));
}
