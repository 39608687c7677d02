import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Found } from '../core/blame.ts';
import type { LoggedEvent } from '../core/event.ts';
import type { Plan } from '../core/plan.ts';
import type { CheckRequest } from '../ports/checker.ts';
import { EngineWorld } from '../testing/engine-world.ts';
import { doneOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask } from '../testing/plans.ts';

let world: EngineWorld;
beforeEach(() => {
  world = new EngineWorld();
  world.dispatcher.auto = ({ id }) => doneOutcome(`${id.task}${id.number}`);
});
afterEach(() => world.close());

const SETTINGS = { mergeTest: 'test', mergeSlots: 8, maxParallel: 8 } as const;
const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

function plan(ids: readonly string[]): Plan {
  return makePlan(ids.map((id) => makeTask(id, 1)));
}

/** What a scripted commit holds: the tips that were merged, without the letter of their branch's number. */
const tipsOf = (commit: string): readonly string[] => commit.split('+').slice(1);
const nameOf = ({ key }: CheckRequest): string => key.replace(/^\d+-/, '');
const isFirst = (request: CheckRequest): boolean => /^test-[a-z]$/.test(nameOf(request));

/** The first test of each waits until all have begun, so that each is tested on what is not proven. */
function allAtOnce(count: number): void {
  let release = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    release = resolve;
  });
  world.checker.until = async () => {
    if (world.checker.asked.filter(isFirst).length >= count) release();
    await begun;
  };
}

/** A task's second try mends everything. */
function redWith(...sets: readonly string[]): void {
  world.checker.passes = (commit) => {
    const tips = tipsOf(commit);
    return !sets.some((set) => [...set].every((id) => tips.includes(`${id}1`) && !tips.includes(`${id}2`)));
  };
}

async function verdicts(ids: readonly string[]): Promise<readonly Found[]> {
  allAtOnce(ids.length);
  assert.deepEqual(await world.drive(await world.create(plan(ids), SETTINGS)), {
    is: 'finished',
    status: 'succeeded',
  });
  return world.events
    .filter((event): event is Extract<LoggedEvent, { type: 'blame.ended' }> => event.type === 'blame.ended')
    .map(({ found }) => found);
}

const trials = (): readonly string[] =>
  world.checker.asked.map(nameOf).filter((name) => name.startsWith('blame'));

describe('the search for what a red merge test is to be blamed on', () => {
  it('says of work that is red by itself just that, after one test', async () => {
    redWith('c');
    world.checker.output = 'c is broken';
    const [found] = await verdicts(['a', 'b', 'c', 'd']);
    assert.ok(found?.is === 'alone' && found.result.output === 'c is broken');
    assert.deepEqual(trials(), ['blame-c-alone']);
  });

  it('finds the earlier one of a pair among those before it, by bisection', async () => {
    redWith('ch');
    const [found] = await verdicts(LETTERS);
    assert.partialDeepStrictEqual(found, { is: 'together', with: 'c', more: false });
    assert.deepEqual(
      trials(),
      ['alone', 'first-3', 'first-1', 'first-2', 'with-c'].map((name) => `blame-h-${name}`),
    );
  });

  it('needs one test more for neighbours: the red commit once again', async () => {
    redWith('ab');
    const [found] = await verdicts(['a', 'b']);
    assert.partialDeepStrictEqual(found, { is: 'together', with: 'a', more: false });
    assert.deepEqual(trials(), ['blame-b-alone', 'blame-b-again']);
  });

  it('says that a pair is not enough where it is not', async () => {
    redWith('acf');
    const [found] = await verdicts(LETTERS);
    assert.partialDeepStrictEqual(found, { is: 'together', with: 'c', more: true });
  });

  it('blames nobody when the red commit passes the second time', async () => {
    let tests = 0;
    world.checker.passes = (_, request) => {
      tests += Number(nameOf(request) === 'test-c');
      return nameOf(request) !== 'test-c' || tests > 1;
    };
    assert.deepEqual(await verdicts(['a', 'b', 'c']), [{ is: 'passed' }]);
    assert.ok(!world.events.some(({ type }) => type === 'task.retrying'));
  });

  it('takes what cannot be merged without the others for no proof against them', async () => {
    redWith('bc');
    // The work of c stands on that of a.
    world.merger.conflicts = ({ onto, tip }) => tip === 'c1' && !tipsOf(onto).includes('a1');
    const [found] = await verdicts(['a', 'b', 'c']);
    assert.partialDeepStrictEqual(found, { is: 'together', with: 'b' });
  });

  it('is given up with its process and taken up again, and no test of it is another one then', async () => {
    redWith('ab');
    const run = await world.create(plan(['a', 'b']), SETTINGS);
    allAtOnce(2);
    const { until } = world.checker;
    world.checker.until = (request) =>
      nameOf(request) === 'blame-b-again' ? new Promise(() => undefined) : until(request);
    const driven = world.drive(run);
    await world.until(() => trials().includes('blame-b-again'));
    await world.cox().request(run, { type: 'requested.stop', mode: 'now', reason: 'terminated' });
    assert.deepEqual(await driven, { is: 'suspended', reason: 'terminated' });
    const keys = world.checker.asked.filter((each) => nameOf(each).startsWith('blame')).map(({ key }) => key);
    world.checker.until = until;
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
    const later = world.checker.asked
      .filter((each) => nameOf(each).startsWith('blame'))
      .map(({ key }) => key);
    assert.deepEqual(later.slice(keys.length), keys);
  });
});

describe('a test that is of no use any more', () => {
  it('is given up, and nothing of it is taken for a result', async () => {
    redWith('a');
    const never = new Promise<void>(() => undefined);
    const all = new Promise<void>((resolve) => {
      world.checker.until = (request) => {
        if (world.checker.asked.filter(isFirst).length >= 3) resolve();
        return nameOf(request) === 'test-a' ? all : tipsOf(request.commit).includes('a1') ? never : all;
      };
    });
    const run = await world.create(plan(['a', 'b', 'c']), { ...SETTINGS, retries: 0 });
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'failed' });
    const stopped = world.events.filter(({ type }) => type === 'test.stopped');
    assert.equal(stopped.length, 2);
    const { tasks } = await world.state(run);
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => tasks.get(id)?.state.is),
      ['failed', 'merged', 'merged'],
    );
  });
});
