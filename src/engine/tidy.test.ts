import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { NewEvent } from '../ports/store.ts';
import { EngineWorld } from '../testing/engine-world.ts';
import { doneOutcome } from '../testing/outcomes.ts';
import { NO_PROTECTION } from '../testing/plans.ts';

const HOUR = 3_600_000;
const OWNER = { pid: process.pid, host: 'here', startTime: '1', bootId: 'b' };

let world: EngineWorld;
beforeEach(() => {
  world = new EngineWorld();
  world.dispatcher.auto = ({ id }) => doneOutcome(`t-${id.task}`);
});
afterEach(() => world.close());

async function ended(): Promise<string> {
  const run = await world.create();
  await world.drive(run);
  return run;
}

/** A run whose process went down so many hours ago, with an attempt under way. */
async function brokenOff(hours: number): Promise<string> {
  const at = Date.now() - hours * HOUR;
  const run = await world.create();
  const lease = await world.store.takeLease(run, OWNER);
  assert.ok(lease.is === 'held');
  const events: NewEvent[] = [
    { type: 'run.opened', owner: OWNER, protection: NO_PROTECTION, at },
    { type: 'integration.preparing', branch: 'i', base: 'c0', at },
    { type: 'integration.prepared', branch: 'i', at },
    { type: 'group.opened', group: 1, at },
    {
      type: 'attempt.starting',
      task: 'a',
      attempt: 1,
      role: 'executor',
      base: 'c0',
      startFrom: 'c0',
      branch: 'b',
      feedback: '',
      at,
    },
  ];
  const { seq } = await world.state(run);
  assert.equal((await world.store.append(run, seq, lease.fence, events)).is, 'appended');
  await world.store.releaseLease(run, lease.fence);
  world.leftovers.slots.set(run, at);
  return run;
}

/** The next run, which clears away what it may. */
async function next(runs = 20): Promise<void> {
  const keeping = { runs, abandonedMs: 5 * HOUR, removesSlots: false };
  await world.drive(await world.create(), world.cox({ keeping }));
}

describe('the logs of an earlier run', () => {
  it('go when it has ended and is none of the newest', async () => {
    const runs = [await ended(), await ended(), await ended()];
    for (const run of runs) world.leftovers.logs.add(run);
    await next(2);
    assert.deepEqual([...world.leftovers.logs], [runs[2]]);
  });

  it('stay while it can be resumed, or somebody has it', async () => {
    const broken = await brokenOff(1000);
    const held = await ended();
    for (const run of [broken, held]) world.leftovers.logs.add(run);
    assert.equal((await world.store.takeLease(held, { ...OWNER })).is, 'held');
    await next(1);
    assert.deepEqual([...world.leftovers.logs], [broken, held]);
  });
});

describe('the slots of an earlier run', () => {
  it('are given back when nobody has driven it for long; its attempts are concluded and never begun', async () => {
    const run = await brokenOff(6);
    await next();
    assert.equal(world.leftovers.slots.size, 0);
    assert.deepEqual(
      world.dispatcher.stopped.map(({ id }) => [id.run, id.task, id.number]),
      [[run, 'a', 1]],
    );
    // Its log is as it was: a resume goes on from there.
    const state = await world.state(run);
    assert.deepEqual([state.tasks.get('a')?.state.is, state.open.size], ['running', 1]);
    assert.equal(await world.store.leaseOwner(run), null);
  });

  it('stay while it was driven not long ago, or its agents may be alive by their time limit', async () => {
    const run = await brokenOff(4);
    await next();
    assert.deepEqual([...world.leftovers.slots.keys()], [run]);
    const patient = await brokenOff(0);
    world.leftovers.slots.set(patient, 0);
    await next();
    assert.ok(world.leftovers.slots.has(patient));
  });

  it('stay while somebody has it', async () => {
    const run = await brokenOff(6);
    assert.equal((await world.store.takeLease(run, OWNER)).is, 'held');
    await next();
    assert.deepEqual([...world.leftovers.slots.keys()], [run]);
  });

  it('are given back of a run that the log does not know', async () => {
    world.leftovers.slots.set('unknown', 0);
    await next();
    assert.equal(world.leftovers.slots.size, 0);
    assert.deepEqual(world.dispatcher.stopped, []);
  });
});

it('a run begins also when nothing can be cleared away', async () => {
  world.leftovers.heldSlots = async () => {
    throw new OutsideFailure('no such folder', { mayPass: false });
  };
  await next();
  assert.equal(world.events.at(-1)?.type, 'run.finished');
});

describe('slots that nobody has', () => {
  const ended = async (removesSlots: boolean): Promise<number> => {
    const before = world.leftovers.removals;
    const keeping = { runs: 20, abandonedMs: 5 * HOUR, removesSlots };
    await world.drive(await world.create(), world.cox({ keeping }));
    return world.leftovers.removals - before;
  };

  it('are removed where that is wanted, when a run has succeeded', async () => {
    assert.deepEqual([await ended(true), await ended(false)], [1, 0]);
  });
});
