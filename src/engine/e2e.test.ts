import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { E2eSettings } from '../core/e2e.ts';
import { e2eOf } from '../core/e2e-of-task.ts';
import type { Task } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';
import type { RunSettings } from '../core/settings.ts';
import { e2eResult } from '../testing/e2e-results.ts';
import { EngineWorld } from '../testing/engine-world.ts';
import { doneOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask } from '../testing/plans.ts';

const SETTINGS: E2eSettings = {
  start: 'npm start',
  url: 'http://127.0.0.1:{port}/',
  paths: ['/'],
  timeoutMs: 60_000,
  threshold: 0.01,
  baseline: '.claude/screenshots/baseline',
};

let world: EngineWorld;
beforeEach(() => {
  world = new EngineWorld();
  world.dispatcher.auto = ({ id }) => doneOutcome(`${id.task}${id.number}`);
});
afterEach(() => world.close());

const FRONTEND: Partial<Task> = { workType: 'FRONTEND' };

async function run(
  tasks: readonly Task[],
  settings: Partial<RunSettings> = { e2e: SETTINGS },
): Promise<RunState> {
  const id = await world.create(makePlan(tasks), settings);
  await world.drive(id);
  return await world.state(id);
}

const keysOf = (): readonly string[] => world.e2e.asked.map(({ key }) => key.replace(/^\d+-/, ''));

describe('a merge that is looked at in a browser', () => {
  it('is that of work on the front end, and of no other without files of a user interface', async () => {
    const state = await run([
      makeTask('a', 1, FRONTEND),
      makeTask('b', 1),
      makeTask('c', 1, { workType: 'BACKEND' }),
    ]);
    assert.deepEqual(keysOf(), ['test-a']);
    assert.equal(state.phase.is === 'finished' && state.phase.status, 'succeeded');
    assert.equal(state.mergeTests.size, 0);
    assert.equal(e2eOf(state, 'a')?.status, 'passed');
    assert.equal(e2eOf(state, 'b'), null);
  });

  it('is looked at when its test has passed, and only then', async () => {
    world.checker.passes = (commit) => !commit.includes('a1');
    const state = await run([makeTask('a', 1, FRONTEND)], { e2e: SETTINGS, mergeTest: 'test' });
    assert.deepEqual(
      world.checker.asked.map(({ commit }) => commit.includes('a2')),
      [false, true],
    );
    assert.deepEqual(
      world.e2e.asked.map(({ commit }) => commit.includes('a2')),
      [true],
    );
    assert.equal(state.mergeTests.get('a')?.passed, true);
  });

  it('sends its task back with what was found, from the merge itself', async () => {
    const finding = '/ at mobile (375×667): horizontal overflow';
    world.e2e.sees = ({ commit }) =>
      commit.includes('a2')
        ? e2eResult('passed')
        : e2eResult('failed', { findings: [finding, 'another'], output: 'GET /' });
    const state = await run([makeTask('a', 1, FRONTEND)]);
    const again = world.events.find((event) => event.type === 'attempt.starting' && event.attempt === 2);
    assert.ok(again?.type === 'attempt.starting');
    assert.match(
      again.feedback,
      /a browser found fault with the merged application: .*horizontal overflow, and 1 more/,
    );
    assert.match(again.feedback, /^ {4}- \/ at mobile \(375×667\): horizontal overflow$/m);
    assert.match(again.feedback, /^ {4}GET \/$/m);
    assert.equal(state.phase.is === 'finished' && state.phase.status, 'succeeded');
    assert.equal(e2eOf(state, 'a')?.status, 'passed');
  });

  it('fails for good when no try is left', async () => {
    world.e2e.sees = () => e2eResult('failed', { findings: ['a console error'] });
    const state = await run([makeTask('a', 1, FRONTEND)], { e2e: SETTINGS, retries: 1 });
    const task = state.tasks.get('a')?.state;
    assert.ok(task?.is === 'failed' && task.failure.reason === 'e2e');
    assert.equal(state.integration.tip, state.base);
  });

  it('counts when nobody could look, which is never shown as passed', async () => {
    world.e2e.sees = () => e2eResult('not run', { detail: 'no browser was found' });
    const state = await run([makeTask('a', 1, FRONTEND)]);
    assert.equal(state.phase.is === 'finished' && state.phase.status, 'succeeded');
    assert.equal(e2eOf(state, 'a')?.status, 'not run');
  });

  it('is not run without an application, and that is said of whoever asked', async () => {
    const state = await run([makeTask('a', 1, FRONTEND), makeTask('b', 1)], {});
    assert.deepEqual(world.e2e.asked, []);
    assert.partialDeepStrictEqual(e2eOf(state, 'a'), {
      status: 'not run',
      detail: 'no e2e.start configured',
    });
    assert.equal(e2eOf(state, 'b'), null);
  });

  it('is looked at once more with and without its neighbours, when both together are at fault', async () => {
    // Both are merged before the first look ends, so the second stands on what is not proven.
    world.e2e.sees = ({ commit }) =>
      commit.includes('a1') && commit.includes('b1')
        ? e2eResult('failed', { findings: ['they overlap'] })
        : e2eResult('passed');
    const state = await run([makeTask('a', 1, FRONTEND), makeTask('b', 1, FRONTEND)], {
      e2e: SETTINGS,
      mergeSlots: 4,
    });
    assert.equal(state.phase.is === 'finished' && state.phase.status, 'succeeded');
    assert.equal(state.tasks.get('b')?.attempts.length, 2);
    assert.equal(state.tasks.get('a')?.attempts.length, 1);
  });
});
