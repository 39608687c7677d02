import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { LoggedEvent } from '../core/event.ts';
import { EngineWorld } from '../testing/engine-world.ts';
import { doneOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask } from '../testing/plans.ts';

let world: EngineWorld;
beforeEach(() => {
  world = new EngineWorld();
  world.dispatcher.auto = ({ id }) => doneOutcome(`${id.task}${id.number}`);
  // What is resolved conflicts no more.
  world.merger.conflicts = ({ tip, resolved }) => tip === 'b1' && resolved === undefined;
});
afterEach(() => world.close());

const PLAN = makePlan([makeTask('a', 1), makeTask('b', 1)]);
const TEXT = { path: 'shared.txt', text: 'both', patterns: ['imports'] } as const;
const LOCK = { path: 'uv.lock', text: 'ours' } as const;

function merges(task: string): readonly Extract<LoggedEvent, { type: 'merge.ended' }>[] {
  return world.events.filter((event) => event.type === 'merge.ended').filter((event) => event.task === task);
}

describe('a merge with a conflict', () => {
  it('is merged with the texts that were put together, and says which', async () => {
    world.resolver.resolutions = { resolved: [TEXT], lockfiles: [LOCK], unresolved: [] };
    const seen: unknown[] = [];
    world.merger.before = ({ tip, strategy, resolved }) => {
      if (tip === 'b1') seen.push([strategy, resolved?.map(({ path }) => path) ?? null]);
    };
    const run = await world.create(PLAN, { mergeStrategy: 'merge' });
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
    const resolved = [
      { path: 'shared.txt', pattern: 'imports' },
      { path: 'uv.lock', pattern: 'lockfile' },
    ];
    assert.partialDeepStrictEqual(merges('b'), [{ result: { is: 'clean', resolved } }]);
    // The package manager begins from a commit of all that is merged.
    assert.deepEqual(seen, [
      ['merge', null],
      ['squash', ['shared.txt', 'uv.lock']],
      ['merge', ['shared.txt', 'uv.lock']],
    ]);
    assert.partialDeepStrictEqual((await world.state(run)).integration.resolutions, [
      { task: 'b', resolved },
    ]);
  });

  it('is one still, with the reason, when something of it needs somebody', async () => {
    world.resolver.resolutions = {
      resolved: [TEXT],
      lockfiles: [LOCK],
      unresolved: [{ path: 'other.txt', reason: 'both change it' }],
    };
    await world.drive(await world.create(PLAN, { retries: 0 }));
    assert.equal(world.resolver.asked.length, 0, 'a package manager was started for nothing');
    assert.partialDeepStrictEqual(merges('b')[0]?.result, {
      is: 'conflict',
      paths: ['shared.txt'],
      unresolved: [{ path: 'other.txt', reason: 'both change it' }],
    });
  });

  it('is left alone when the run says so', async () => {
    world.resolver.resolutions = { resolved: [TEXT], lockfiles: [], unresolved: [] };
    await world.drive(await world.create(PLAN, { retries: 0, mergeResolve: 'off' }));
    assert.deepEqual(merges('b')[0]?.result, { is: 'conflict', paths: ['shared.txt'] });
  });

  it('is given up with the run while a lockfile is made, and done at the next', async () => {
    world.resolver.resolutions = { resolved: [], lockfiles: [LOCK], unresolved: [] };
    world.resolver.hangs = true;
    const run = await world.create(PLAN);
    const cox = world.cox();
    const driven = world.drive(run, cox);
    await world.until(() => world.resolver.asked.length > 0);
    await cox.request(run, { type: 'requested.stop', mode: 'now', reason: 'interrupted' });
    assert.deepEqual(await driven, { is: 'suspended', reason: 'interrupted' });
    assert.equal(merges('b').length, 0);
    world.resolver.hangs = false;
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
    const keys = world.resolver.asked.map(({ key }) => key);
    assert.equal(new Set(keys).size, 1, keys.join());
  });

  it('is put together in the same way when it is searched for who broke a test', async () => {
    world.resolver.resolutions = { resolved: [TEXT], lockfiles: [], unresolved: [] };
    // Red with both, and green alone: the trial merges b onto what the first of them stands on.
    world.checker.passes = (commit) => !(commit.includes('a1') && commit.includes('b1'));
    let begun = 0;
    world.checker.until = async ({ key }) => {
      if (!/-test-[ab]$/.test(key)) return;
      begun += 1;
      await world.until(() => begun >= 2);
    };
    await world.drive(await world.create(PLAN, { retries: 0, mergeTest: 'test', mergeSlots: 4 }));
    const blamed = world.events.filter((event) => event.type === 'blame.ended');
    assert.partialDeepStrictEqual(blamed, [{ task: 'b', found: { is: 'together', with: 'a' } }]);
  });
});
