import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { LoggedEvent } from '../core/event.ts';
import type { Plan } from '../core/plan.ts';
import { EngineWorld } from '../testing/engine-world.ts';
import { doneOutcome, failedOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask } from '../testing/plans.ts';

let world: EngineWorld;
beforeEach(() => {
  world = new EngineWorld();
  world.dispatcher.auto = ({ id }) => doneOutcome(`${id.task}${id.number}`);
});
afterEach(() => world.close());

function plan(ids: readonly string[], command = 'validate'): Plan {
  return makePlan(
    ids.map((id) => makeTask(id, 1)),
    (group) => ({ ...group, validation: { kind: 'shell', command } }),
  );
}

/** What a scripted commit holds: the tips that were merged. */
const tipsOf = (commit: string): readonly string[] => commit.split('+').slice(1);

async function firstVerdict(made: Plan): Promise<Extract<LoggedEvent, { type: 'validation.ended' }>> {
  const run = await world.create(made, { retries: 1, maxParallel: 50 });
  await world.drive(run);
  const ended = world.events.find((event) => event.type === 'validation.ended');
  assert.ok(ended?.type === 'validation.ended');
  return ended;
}

describe('the search for the merge that broke a validation', () => {
  it('bisects for the first merge that fails on top of one that passes', async () => {
    world.checker.passes = (commit) => !tipsOf(commit).includes('c1');
    const { guilty } = await firstVerdict(plan(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']));
    assert.deepEqual(guilty, ['c']);
    const ofFirst = world.checker.asked.filter(({ key }) => /without/.test(key));
    assert.deepEqual(ofFirst, [], 'nothing had to be left out');
    // The candidate, its base and three steps; then the candidate of the second try.
    assert.equal(world.checker.asked.length, 6);
  });

  it('leaves one out where the validation needs the whole group', async () => {
    const passes = (tips: readonly string[]): boolean => tips.length >= 2 && !tips.includes('b1');
    world.checker.passes = (commit) => passes(tipsOf(commit));
    assert.deepEqual((await firstVerdict(plan(['a', 'b', 'c']))).guilty, ['b']);
  });

  it('suspects the tasks whose files the output names', async () => {
    world.checker.passes = () => false;
    world.checker.output = 'FAILED in b.txt:3';
    assert.deepEqual((await firstVerdict(plan(['a', 'b', 'c']))).guilty, ['b']);
  });

  it('suspects the tasks whose files the command names', async () => {
    world.checker.passes = () => false;
    assert.deepEqual((await firstVerdict(plan(['a', 'b', 'c'], 'cat a.txt c.txt'))).guilty, ['a', 'c']);
  });

  it('names nobody where nobody can be named: the whole group is tried again', async () => {
    world.checker.passes = (commit) => tipsOf(commit).includes('a2');
    assert.deepEqual((await firstVerdict(plan(['a', 'b', 'c']))).guilty, []);
    assert.deepEqual(world.dispatcher.started.map(({ id }) => `${id.task}${id.number}`).sort(), [
      'a1',
      'a2',
      'b1',
      'b2',
      'c1',
      'c2',
    ]);
  });

  it('blames nobody for what a lost task of the group left out', async () => {
    world.checker.passes = () => false;
    world.dispatcher.auto = ({ id }) =>
      id.task === 'a' ? failedOutcome(1) : doneOutcome(`${id.task}${id.number}`);
    assert.deepEqual((await firstVerdict(plan(['a', 'b']))).guilty, []);
    assert.equal(world.checker.asked.length, 1);
  });

  it('names the only task there is without another run', async () => {
    world.checker.passes = (commit) => tipsOf(commit).includes('a2');
    assert.deepEqual((await firstVerdict(plan(['a']))).guilty, ['a']);
    assert.equal(world.checker.asked.length, 2);
  });

  it('leaves out no more than a dozen of a large group, the suspected ones first', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `t${index}`);
    world.checker.output = 'FAILED in t33.txt';
    world.checker.passes = () => false;
    assert.deepEqual((await firstVerdict(plan(ids))).guilty, ['t33']);
    const [, , third] = world.checker.asked;
    assert.match(third?.key ?? '', /without-t33$/);
    const first = world.checker.asked.findIndex(({ key }, index) => index > 0 && key.endsWith('candidate'));
    assert.equal(world.checker.asked.slice(0, first).length, 2 + 12);
  });

  it('gives up with its process and is taken up again', async () => {
    world.checker.hangs = true;
    const run = await world.create(plan(['a', 'b']));
    const driven = world.drive(run);
    await world.until(() => world.checker.asked.length === 1);
    await world.cox().request(run, { type: 'requested.stop', mode: 'now', reason: 'terminated' });
    assert.deepEqual(await driven, { is: 'suspended', reason: 'terminated' });
    world.checker.hangs = false;
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
    assert.equal(world.checker.asked.length, 2);
  });
});
