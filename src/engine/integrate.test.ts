import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Integrated } from '../core/integrated.ts';
import type { Result } from '../core/result.ts';
import { EngineWorld } from '../testing/engine-world.ts';
import { doneOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { checkOf } from '../testing/proofs.ts';
import type { IntegrateOptions, Refusal } from './api.ts';

type Done = Result<Integrated | null, Refusal>;

interface Opened {
  readonly world: EngineWorld;
  readonly run: string;
  readonly tip: string;
  integrate(change?: Partial<IntegrateOptions>): Promise<Done>;
}

/** A run of one task that is merged, with `main` where it began. */
async function withRun(use: (opened: Opened) => Promise<void>): Promise<void> {
  const world = new EngineWorld();
  try {
    world.dispatcher.auto = ({ id }) => doneOutcome(`t-${id.task}`);
    const run = await world.create(makePlan([makeTask('a', 1, { contracts: ['contracts/api.yaml'] })]));
    await world.drive(run);
    const { tip } = (await world.state(run)).integration;
    const { integration } = world;
    integration.commits = ['c0', tip];
    integration.branches.set(`integration/${run}`, tip).set('main', 'c0');
    integration.proof = () => ({ checks: [checkOf('passed')], boundaries: [] });
    const integrate = (change: Partial<IntegrateOptions> = {}): Promise<Done> =>
      world.cox().integrate(run, {
        ignoreDirty: [],
        report: () => undefined,
        signal: new AbortController().signal,
        ...change,
      });
    await use({ world, run, tip, integrate });
  } finally {
    await world.close();
  }
}

function doneOf(done: Done): Integrated {
  assert.ok(done.ok && done.value !== null, JSON.stringify(done));
  return done.value;
}

function refusalOf(done: Done): string {
  assert.ok(!done.ok);
  return `${done.error.reason}: ${done.error.message}`;
}

describe('integrating a run', () => {
  it('asks for all of it, held to the contracts as a whole, and gives the run back', () =>
    withRun(async ({ world, run, tip, integrate }) => {
      const done = doneOf(await integrate());
      assert.deepEqual([done.tip, done.into, done.foreign], [tip, null, []]);
      const [asked] = world.integration.asked;
      assert.deepEqual([asked?.base, asked?.tip, asked?.isWhole], ['c0', tip, true]);
      assert.deepEqual(asked?.contracts, ['contracts/api.yaml']);
      assert.deepEqual(
        asked?.works.map(({ task }) => task.id),
        ['a'],
      );
      assert.equal(await world.cox().owner(run), null);
    }));

  it('is refused while another has the run, or where its branch is somewhere else', () =>
    withRun(async ({ world, run, integrate }) => {
      const lease = await world.store.takeLease(run, {
        pid: 1,
        host: 'elsewhere',
        startTime: '1',
        bootId: 'b',
      });
      assert.ok(lease.is === 'held');
      assert.match(refusalOf(await integrate()), /^owned: /);
      await world.store.releaseLease(run, lease.fence);
      world.integration.branches.set(`integration/${run}`, 'c0');
      assert.match(refusalOf(await integrate()), /^not-possible: .* does not hold the work/);
      world.integration.branches.delete(`integration/${run}`);
      assert.equal(doneOf(await integrate()).branchIsGone, true);
    }));

  it('is refused where all of its plan was done before, and says so', () =>
    withRun(async ({ world }) => {
      const idle = await world.create(makePlan([makeTask('a', 1, { done: true })]));
      const options = {
        ignoreDirty: [],
        report: () => undefined,
        signal: new AbortController().signal,
      };
      assert.match(refusalOf(await world.cox().integrate(idle, options)), /had nothing to do/);
    }));

  it('stops where it is asked to', () =>
    withRun(async ({ world, integrate }) => {
      world.integration.proof = () => null;
      const done = await integrate({ into: 'main' });
      assert.deepEqual(done, { ok: true, value: null });
      assert.deepEqual(world.integration.moves, []);
    }));
});

describe('merging into a branch', () => {
  it('moves it when nothing failed, without a second test where it has nothing of its own', () =>
    withRun(async ({ world, tip, integrate }) => {
      const { into } = doneOf(await integrate({ into: 'main' }));
      const commit = `c0+${tip}`;
      assert.deepEqual(into, { is: 'merged', branch: 'main', from: 'c0', commit });
      assert.deepEqual(world.integration.moves, [{ branch: 'main', from: 'c0', to: commit }]);
      assert.equal(world.integration.asked.length, 1);
    }));

  it('tests the merge where the branch has commits of its own, and leaves it where that is red', () =>
    withRun(async ({ world, tip, integrate }) => {
      const { integration } = world;
      integration.branches.set('main', 'theirs');
      integration.proof = (request) => ({
        checks: [checkOf(request.tip === tip ? 'passed' : 'failed')],
        boundaries: [],
      });
      const { into } = doneOf(await integrate({ into: 'main' }));
      assert.equal(into?.is, 'red');
      assert.deepEqual(
        integration.asked.map((asked) => asked.base),
        ['c0', 'theirs'],
      );
      assert.deepEqual(integration.moves, []);
    }));

  it('is not tried where the work itself failed', () =>
    withRun(async ({ world, integrate }) => {
      world.integration.proof = () => ({
        checks: [checkOf('failed', { name: 'lint', critical: false })],
        boundaries: [{ task: 'a', result: checkOf('failed', { name: 'boundaries' }) }],
      });
      const { into } = doneOf(await integrate({ into: 'main' }));
      assert.deepEqual(into, { is: 'unproven', branch: 'main', checks: ['boundaries of a'] });
      assert.deepEqual(world.integration.moves, []);
    }));

  it('tells of conflicts, of what holds it already, and of who was faster', () =>
    withRun(async ({ world, tip, integrate }) => {
      world.merger.conflicts = () => true;
      assert.deepEqual(doneOf(await integrate({ into: 'main' })).into, {
        is: 'conflict',
        branch: 'main',
        paths: ['shared.txt'],
      });
      world.merger.conflicts = () => false;
      world.integration.moved = () => ({ is: 'elsewhere', actual: 'theirs' });
      const { into } = doneOf(await integrate({ into: 'main' }));
      assert.ok(into?.is === 'refused' && /was moved to theirs/.test(into.message));
      world.integration.branches.set('main', tip);
      const held = doneOf(await integrate({ into: 'main' })).into;
      assert.deepEqual(held, { is: 'held', branch: 'main', commit: tip, completed: false });
    }));

  it('is refused before anything is run, or moved', () =>
    withRun(async ({ world, run, integrate }) => {
      assert.match(refusalOf(await integrate({ into: 'nowhere' })), /^no-such-branch: /);
      assert.match(refusalOf(await integrate({ into: `integration/${run}` })), /^not-possible: /);
      assert.match(
        refusalOf(await integrate({ into: `cox/${run}/a` })),
        /^not-possible: .* is the branch of a/,
      );
      world.integration.against = [{ message: 'a.txt is changed', remedy: 'Commit it.' }];
      assert.match(refusalOf(await integrate({ into: 'main' })), /^repository: a\.txt is changed/);
      assert.deepEqual([world.integration.asked, world.integration.moves], [[], []]);
    }));
});
