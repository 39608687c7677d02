import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openConflicts } from '../core/foreseen.ts';
import { EngineWorld } from '../testing/engine-world.ts';
import { makePlan, makeTask } from '../testing/plans.ts';

const plan = makePlan([makeTask('a', 1), makeTask('b', 1)]);
const AB = { task: 'a', other: 'b', paths: ['x.ts'] } as const;

let world: EngineWorld;
beforeEach(() => {
  world = new EngineWorld();
});
afterEach(() => world.close());

function told(task: string): readonly string[] {
  return world.dispatcher.told.filter(({ id }) => id.task === task).map(({ message }) => message.subject);
}

async function open(run: string): Promise<number> {
  return openConflicts((await world.state(run)).foreseen).length;
}

test('what is seen is in the log once, both agents are told once, and it goes when it is over', async () => {
  const run = await world.create(plan);
  world.radar.sight = { conflicts: [AB], unseen: [] };
  const driving = world.drive(run, world.cox({ lookEveryMs: 5 }));
  await world.until(() => world.dispatcher.told.length === 2);
  const asked = world.radar.asked.length;
  await world.until(() => world.radar.asked.length > asked + 3);
  assert.equal(await open(run), 1);
  assert.deepEqual(told('a'), ['Your changes would conflict with the work of b in x.ts']);
  assert.deepEqual(told('b'), ['Your changes would conflict with the work of a in x.ts']);
  world.radar.sight = { conflicts: [{ ...AB, paths: ['x.ts', 'y.ts'] }], unseen: [] };
  await world.until(() => world.dispatcher.told.length === 4);
  world.radar.sight = { conflicts: [], unseen: [] };
  await world.until(async () => (await open(run)) === 0);
  for (const task of ['a', 'b']) world.dispatcher.end(task);
  assert.deepEqual(await driving, { is: 'finished', status: 'succeeded' });
  const looks = world.events.filter((event) => event.type === 'conflicts.foreseen');
  assert.deepEqual(
    looks.map((event) => [event.found.map(({ known }) => known), event.gone.length]),
    [
      [[false], 0],
      [[true], 0],
      [[], 1],
    ],
  );
  assert.deepEqual(world.radar.rested, [run]);
});

test('an agent that gives a sign of life is looked at anew', async () => {
  const run = await world.create(plan);
  const driving = world.drive(run, world.cox({ lookEveryMs: 5 }));
  const last = (): string =>
    String(world.radar.asked.at(-1)?.heads.map(({ at, stirred }) => [at.is, stirred]));
  await world.until(() => last() === 'slot,false,slot,false');
  world.dispatcher.progress('a', 'Writing');
  await world.until(() =>
    world.radar.asked.some(({ heads }) => heads.some(({ task, stirred }) => task === 'a' && stirred)),
  );
  await world.until(() => last() === 'slot,false,slot,false');
  for (const task of ['a', 'b']) world.dispatcher.end(task);
  await driving;
});

test('a look that fails changes nothing, and the run goes on', async () => {
  const run = await world.create(plan);
  world.radar.failure = 'no room';
  const driving = world.drive(run, world.cox({ lookEveryMs: 5 }));
  await world.until(() => world.radar.asked.length > 3);
  for (const task of ['a', 'b']) world.dispatcher.end(task);
  assert.deepEqual(await driving, { is: 'finished', status: 'succeeded' });
  assert.equal((await world.state(run)).foreseen.looked, false);
});

test('nobody looks where that is switched off', async () => {
  world.dispatcher.auto = () => null;
  const run = await world.create(plan);
  const driving = world.drive(run, world.cox({ lookEveryMs: null }));
  await world.until(() => world.dispatcher.started.length === 2);
  for (const task of ['a', 'b']) world.dispatcher.end(task);
  await driving;
  assert.deepEqual([world.radar.asked, world.radar.rested], [[], []]);
});
