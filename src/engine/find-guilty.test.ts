import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import type { GuiltySearch } from '../core/integrated.ts';
import type { CheckResult } from '../core/proof.ts';
import type { Look } from '../ports/combined-prover.ts';
import { EngineWorld } from '../testing/engine-world.ts';
import { doneOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { checkOf } from '../testing/proofs.ts';

const RED: CheckResult = checkOf('failed', { name: 'tests', command: 'npm test', onBase: 'passed' });

interface Case {
  readonly tasks: number;
  readonly sight: (index: number) => Look;
  readonly red?: CheckResult;
}

/** Runs the tasks, makes the combined work red, and has the guilty one searched. */
async function searched({ tasks, sight, red = RED }: Case): Promise<{
  readonly search: GuiltySearch | null;
  readonly looked: readonly number[];
}> {
  const world = new EngineWorld();
  try {
    world.dispatcher.auto = ({ id }) => doneOutcome(`t-${id.task}`);
    const plan = makePlan(Array.from({ length: tasks }, (_, index) => makeTask(`task-${index + 1}`, 1)));
    const run = await world.create(plan, { maxParallel: 1 });
    await world.drive(run);
    const { integration } = world;
    const line = mergedInOrder(await world.state(run));
    integration.commits = ['c0', ...line];
    integration.branches.set(`integration/${run}`, line.at(-1) ?? '');
    integration.proof = () => ({ checks: [red], boundaries: [] });
    integration.sight = ({ commit }) => sight(line.indexOf(commit));
    const done = await world.cox().integrate(run, {
      ignoreDirty: [],
      report: () => undefined,
      signal: new AbortController().signal,
    });
    assert.ok(done.ok && done.value !== null, JSON.stringify(done));
    return { search: done.value.search, looked: integration.looked.map((commit) => line.indexOf(commit)) };
  } finally {
    await world.close();
  }
}

/** By length, for a merge's commit is made of the names of all that it holds. */
function mergedInOrder({ tasks }: Awaited<ReturnType<EngineWorld['state']>>): readonly string[] {
  return [...tasks.values()]
    .flatMap(({ state }) => (state.is === 'merged' ? state.commit : []))
    .toSorted((one, other) => one.length - other.length);
}

describe('the search for the merge that broke a check', () => {
  it('names the first that fails, with no more looks than halving takes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.nat(), async (tasks, pick) => {
        const guilty = pick % tasks;
        const { search, looked } = await searched({
          tasks,
          sight: (index) => (index >= guilty ? { is: 'failed', names: [] } : { is: 'passed' }),
        });
        assert.deepEqual(search?.found, {
          is: 'merge',
          commit: search?.found.is === 'merge' ? search.found.commit : '',
          task: `task-${guilty + 1}`,
        });
        assert.ok(looked.length <= Math.ceil(Math.log2(tasks)), `${looked.length} looks for ${tasks}`);
      }),
      { numRuns: 15 },
    );
  });

  it('takes a commit without the check for one that does not fail', async () => {
    const { search } = await searched({
      tasks: 4,
      red: checkOf('failed', { name: 'tests', command: 'npm test' }),
      sight: (index) => (index < 2 ? { is: 'absent' } : { is: 'failed', names: [] }),
    });
    assert.equal(search?.found.is === 'merge' ? search.found.task : null, 'task-3');
  });

  it('leaves out what cannot be tested or fails for something else, and says what is left', async () => {
    const red = { ...RED, findings: [{ message: 'adds' }] };
    const { search } = await searched({
      tasks: 4,
      red,
      sight: (index) =>
        index === 0
          ? { is: 'passed' }
          : index === 1
            ? { is: 'failed', names: ['other'] }
            : { is: 'not run', detail: '' },
    });
    assert.deepEqual(search?.found.is, 'among');
    assert.equal(search?.found.is === 'among' ? search.found.commits.length : 0, 3);
    assert.deepEqual(search?.tested.map(({ is }) => is).toSorted(), ['not run', 'not run', 'passed']);
  });

  it('is not begun where the base fails as well', async () => {
    for (const onBase of ['warning', 'not run'] as const) {
      const { search, looked } = await searched({
        tasks: 2,
        red: { ...RED, onBase },
        sight: () => ({ is: 'passed' }),
      });
      assert.deepEqual([search?.found.is, looked.length], ['nothing', 0]);
    }
    const { search } = await searched({
      tasks: 2,
      red: { ...RED, onBase: 'failed' },
      sight: () => ({ is: 'passed' }),
    });
    assert.equal(search, null);
  });
});
