import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { RunSettings } from '../core/settings.ts';
import { EngineWorld, onePlan } from '../testing/engine-world.ts';
import { doneOutcome } from '../testing/outcomes.ts';
import { TEST_SETTINGS } from '../testing/plans.ts';
import { proofOf, reviewedOutcome } from '../testing/proofs.ts';

let world: EngineWorld;
beforeEach(() => {
  world = new EngineWorld();
});
afterEach(() => world.close());

const CHECKED: Partial<RunSettings> = { checks: { ...TEST_SETTINGS.checks, enabled: true } };
const agent = { driver: 'command', options: { command: 'review' } };
const REVIEWED: Partial<RunSettings> = { ...CHECKED, qa: { agent, rejections: 3, tries: 3 } };

describe('work that the engine has proven', () => {
  it('is checked against its base, and a proof that a process began is asked for by the next under the same key', async () => {
    world.dispatcher.auto = () => doneOutcome('t');
    world.prover.hangs = true;
    const run = await world.create(onePlan(), CHECKED);
    const first = world.drive(run);
    await world.until(() => world.prover.asked.length === 1);
    await world.cox().request(run, { type: 'requested.stop', mode: 'now', reason: 'interrupted' });
    assert.deepEqual(await first, { is: 'suspended', reason: 'interrupted' });
    assert.equal(world.prover.givenUp, 1);
    world.prover.hangs = false;
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
    const asked = world.prover.asked.map(({ key, base, tip }) => [key, base, tip]);
    assert.deepEqual(asked, [
      ['checks/a/1', 'c0', 't'],
      ['checks/a/1', 'c0', 't'],
    ]);
  });

  it('is not looked at any longer once its task is cancelled', async () => {
    world.dispatcher.auto = () => doneOutcome('t');
    world.prover.hangs = true;
    const run = await world.create(onePlan(), CHECKED);
    const driven = world.drive(run);
    await world.until(() => world.prover.asked.length === 1);
    await world.cox().request(run, { type: 'requested.cancel', task: 'a' });
    assert.deepEqual(await driven, { is: 'finished', status: 'failed' });
    assert.equal(world.prover.givenUp, 1);
    assert.equal((await world.state(run)).tasks.get('a')?.state.is, 'cancelled');
  });

  it('is shown to QA by its own agent, with the diff and the checks, and without what the executor says', async () => {
    world.dispatcher.auto = ({ role }) =>
      role === 'qa' ? reviewedOutcome('approved') : { ...doneOutcome('t'), summary: 'TRUST ME' };
    const run = await world.create(onePlan(), REVIEWED);
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
    const [executor, qa] = world.dispatcher.started;
    assert.deepEqual([executor?.role, qa?.role], ['executor', 'qa']);
    assert.deepEqual([qa?.startFrom, qa?.base, qa?.agent], ['t', 'c0', agent]);
    for (const part of ['+c0..t', 'tests: passed (npm test)']) assert.ok(qa?.prompt.includes(part), part);
    assert.ok(!JSON.stringify(qa).includes('TRUST ME'));
  });

  it('bounds what checks and QA say before it enters the log', async () => {
    const long = 'é'.repeat(50_000);
    const findings = Array.from({ length: 200 }, () => ({ message: long }));
    world.dispatcher.auto = ({ role }) =>
      role === 'qa' ? reviewedOutcome('rejected', long) : doneOutcome(`t-${world.dispatcher.started.length}`);
    world.prover.proof = () => proofOf('warning', { output: long, detail: long, findings });
    const run = await world.create(onePlan(), REVIEWED);
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'failed' });
    for (const event of world.events)
      assert.ok(JSON.stringify(event).length < 40_000, `${event.type} is too large`);
  });
});
