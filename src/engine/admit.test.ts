import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EngineWorld } from '../testing/engine-world.ts';
import { doneOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask } from '../testing/plans.ts';

let world: EngineWorld;
beforeEach(() => {
  world = new EngineWorld();
});
afterEach(() => world.close());

const started = (): string[] => world.dispatcher.started.map(({ id }) => id.task);

describe('while the machine has no room', () => {
  it('nothing is started, what it waits for is said once, and it goes on by itself', async () => {
    world.dispatcher.auto = () => doneOutcome('t');
    world.admission.room = 0;
    world.admission.shortage = 'memory is short';
    const run = await world.create(makePlan([makeTask('a', 1), makeTask('b', 1)]));
    const driven = world.drive(run);
    await world.until(() => world.troubles.includes('memory is short'));
    // Longer than it takes to ask again.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    assert.deepEqual([started(), world.troubles], [[], ['memory is short']]);
    world.admission.room = 9;
    world.admission.shortage = null;
    assert.deepEqual(await driven, { is: 'finished', status: 'succeeded' });
    assert.deepEqual(world.troubles, ['memory is short', null]);
  });

  it('what runs goes on to its end, and is merged', async () => {
    world.admission.room = 1;
    const run = await world.create(makePlan([makeTask('a', 1), makeTask('b', 1)]), { maxParallel: 1 });
    const driven = world.drive(run);
    await world.until(() => started().length === 1);
    world.admission.room = 0;
    world.admission.shortage = 'the disk is short of room';
    world.dispatcher.end('a');
    await world.until(() => world.events.some(({ type }) => type === 'merge.ended'));
    await world.until(() => world.troubles.length === 1);
    assert.deepEqual(started(), ['a']);
    world.admission.room = 1;
    world.admission.shortage = null;
    await world.until(() => started().length === 2);
    world.dispatcher.end('b');
    assert.deepEqual(await driven, { is: 'finished', status: 'succeeded' });
  });

  it('a run that is stopped meanwhile does not wait, and the trouble is over with it', async () => {
    world.admission.room = 0;
    world.admission.shortage = 'memory is short';
    const run = await world.create(makePlan([makeTask('a', 1)]));
    const driven = world.drive(run);
    await world.until(() => world.troubles.length === 1);
    await world.cox().request(run, { type: 'requested.cancel' });
    assert.deepEqual(await driven, { is: 'finished', status: 'cancelled' });
    assert.deepEqual(started(), []);
  });
});

it('where there is room for a few, these are started, and the others soon after without a word', async () => {
  world.admission.room = 2;
  const run = await world.create(makePlan(['a', 'b', 'c', 'd'].map((id) => makeTask(id, 1))));
  const driven = world.drive(run);
  await world.until(() => started().length === 4);
  assert.deepEqual(world.troubles, []);
  for (const task of ['a', 'b', 'c', 'd']) world.dispatcher.end(task);
  assert.deepEqual(await driven, { is: 'finished', status: 'succeeded' });
});
