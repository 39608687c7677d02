import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { EventBody } from '../core/event.ts';
import type { Clock } from '../ports/clock.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import { EngineWorld, onePlan } from '../testing/engine-world.ts';
import { doneOutcome, failedOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask } from '../testing/plans.ts';

let world: EngineWorld;
beforeEach(() => {
  world = new EngineWorld();
});
afterEach(() => world.close());

const always = (): ReturnType<typeof doneOutcome> => doneOutcome('t');
const running = (task: string) => () => world.dispatcher.started.some((spec) => spec.id.task === task);
const types = (): EventBody['type'][] => world.events.map((event) => event.type);

/** Time passes with every look at it, and a sleep ends a little early, as timers do. */
function jumpyClock(): Clock {
  let now = 1_000_000;
  return {
    now: () => {
      now += 1;
      return now;
    },
    sleep: async (ms, signal) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted !== true) now += Math.max(1, ms - 3);
    },
  };
}

describe('the engine', () => {
  it('drives a run to its end, and another time gives that end at once', async () => {
    world.dispatcher.auto = always;
    const run = await world.create();
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
    const { length } = world.events;
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
    assert.equal(world.events.length, length);
    assert.equal(world.dispatcher.started.length, 1);
    assert.ok(world.merger.unpinned > 0);
  });

  it('never misses a time that passes between two looks at the clock', { timeout: 120_000 }, async () => {
    world.dispatcher.auto = ({ id }) => (id.number < 4 ? failedOutcome(id.number) : doneOutcome('t'));
    for (const firstMs of [5, 6, 7, 8, 9, 10, 11, 12]) {
      const backoff = { firstMs, factor: 1, longestMs: 1000 };
      const run = await world.create(onePlan(), { retries: 5, backoff });
      const end = await world.drive(run, world.cox({ clock: jumpyClock() }));
      assert.deepEqual(end, { is: 'finished', status: 'succeeded' });
    }
  });

  it('writes at most the latest progress of each agent each second, and the last before its end', async () => {
    const tasks = Array.from({ length: 10 }, (_, index) => `task-${index}`);
    const run = await world.create(makePlan(tasks.map((id) => makeTask(id, 1))), { maxParallel: 10 });
    const driven = world.drive(run);
    await world.until(() => world.dispatcher.started.length === 10);
    const begun = Date.now();
    let step = 0;
    while (Date.now() - begun < 1500 || step <= 100) {
      step += 1;
      for (const task of tasks) world.dispatcher.progress(task, `step ${step}`);
      if (step % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const elapsed = Date.now() - begun;
    for (const task of tasks) world.dispatcher.end(task);
    await driven;
    for (const task of tasks) {
      const told = world.events.filter((event) => event.type === 'attempt.progress' && event.task === task);
      assert.ok(told.length >= 1 && told.length <= elapsed / 1000 + 2, `${told.length} of ${task}`);
      const last = told.at(-1);
      assert.ok(last?.type === 'attempt.progress' && last.step === `step ${step}`);
      const end = world.events.find((event) => event.type === 'attempt.ended' && event.task === task);
      assert.ok(last.seq < (end?.seq ?? 0));
    }
  });

  it('bounds what agents and commands say before it enters the log', async () => {
    const long = 'é'.repeat(50_000);
    world.checker.output = long;
    world.checker.passes = () => world.checker.asked.length > 1;
    world.dispatcher.auto = ({ id }) =>
      id.number === 1
        ? {
            is: 'failed',
            failure: { reason: 'exit-code', code: 1, tail: long },
            usage: {},
            exitCode: 1,
            summary: long,
          }
        : doneOutcome('t');
    const run = await world.create(onePlan(), { mergeTest: 'test' });
    await world.drive(run);
    for (const event of world.events) {
      assert.ok(JSON.stringify(event).length < 20_000, `${event.type} is too large`);
    }
    const ended = world.events.find((event) => event.type === 'attempt.ended');
    assert.ok(ended?.type === 'attempt.ended' && ended.outcome.summary?.endsWith('…'));
  });

  it('waits for what may pass, tells it once, and goes on', { timeout: 120_000 }, async () => {
    world.dispatcher.auto = always;
    let left = 2;
    world.merger.before = () => {
      left -= 1;
      if (left >= 0) throw new OutsideFailure('no room on the disk', { mayPass: true });
    };
    const run = await world.create();
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
    assert.deepEqual(world.troubles, ['no room on the disk', null]);
  });

  it('leaves the run for resume when git does not work, and keeps everything', async () => {
    world.dispatcher.auto = always;
    world.merger.before = () => {
      throw new OutsideFailure('the repository is damaged', { mayPass: false });
    };
    const run = await world.create();
    const ended = await world.cox().drive(run, world.watching());
    assert.ok(!ended.ok && ended.error.reason === 'outside');
    assert.match(ended.error.message, /the repository is damaged/);
    assert.match(ended.error.remedy, new RegExp(`cox resume ${run}`));
    assert.equal(await world.cox().owner(run), null, 'the lease was kept');
    assert.ok(world.dispatcher.detached > 0);
    world.merger.before = () => undefined;
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
    assert.equal(world.dispatcher.started.length, 1);
  });

  it('gives a bug of a port to its caller, and lets go of the run', async () => {
    world.dispatcher.auto = always;
    world.merger.before = () => {
      throw new TypeError('a bug');
    };
    const run = await world.create();
    await assert.rejects(world.cox().drive(run, world.watching()), /a bug/);
    assert.equal(await world.cox().owner(run), null);
  });

  it('lets go of its agents when another process has taken the run', async () => {
    const run = await world.create();
    const driven = world.cox().drive(run, world.watching());
    await world.until(running('a'));
    const { store } = world;
    await store.releaseLease(run, 1);
    assert.equal(
      (await store.takeLease(run, { pid: process.pid, host: 'other', startTime: '1', bootId: 'b' })).is,
      'held',
    );
    world.dispatcher.end('a');
    const ended = await driven;
    assert.ok(!ended.ok && ended.error.reason === 'owned', JSON.stringify(ended));
    assert.equal(world.dispatcher.detached, 1);
  });

  it('takes up a check that was given up, under the same key', async () => {
    world.dispatcher.auto = always;
    world.checker.hangs = true;
    const run = await world.create(onePlan(), { mergeTest: 'test' });
    const cox = world.cox();
    const driven = world.drive(run);
    await world.until(() => world.checker.asked.length === 1);
    assert.ok((await cox.request(run, { type: 'requested.stop', mode: 'now', reason: 'interrupted' })).ok);
    assert.deepEqual(await driven, { is: 'suspended', reason: 'interrupted' });
    world.checker.hangs = false;
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
    const [first, second] = world.checker.asked;
    assert.equal(first?.key, second?.key);
  });

  it('takes no report any more once the run was left', async () => {
    const run = await world.create();
    const driven = world.drive(run);
    await world.until(running('a'));
    const cox = world.cox();
    await cox.request(run, { type: 'requested.stop', mode: 'now', reason: 'interrupted' });
    await driven;
    const { seq } = await world.state(run);
    const report = world.dispatcher.reporters.get('a/1');
    assert.ok(report !== undefined);
    report({ is: 'progress', step: 'late' });
    report({ is: 'ended', outcome: doneOutcome('t') });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal((await world.state(run)).seq, seq);
  });
});

describe('requests to a run that is driven', () => {
  const two = makePlan([makeTask('a', 1), makeTask('b', 2, { dependsOn: ['a'] })]);

  it('cancel one task: its agent is stopped, what waits for it is blocked', async () => {
    const run = await world.create(two);
    const driven = world.drive(run);
    await world.until(running('a'));
    await world.cox().request(run, { type: 'requested.cancel', task: 'a' });
    assert.deepEqual(await driven, { is: 'finished', status: 'failed' });
    const { tasks, open } = await world.state(run);
    assert.deepEqual([tasks.get('a')?.state.is, tasks.get('b')?.state.is], ['cancelled', 'blocked']);
    assert.equal(open.size, 0);
    assert.equal(world.dispatcher.stopped[0]?.why, 'cancelled');
  });

  it('pause: nothing new starts until it is over', async () => {
    const run = await world.create(two);
    const cox = world.cox();
    const driven = world.drive(run);
    await world.until(running('a'));
    await cox.request(run, { type: 'requested.pause' });
    world.dispatcher.end('a');
    await world.until(
      () =>
        types().includes('group.opened') &&
        types().filter((type) => type === 'integration.advanced').length === 1,
    );
    await world.until(() => types().filter((type) => type === 'group.opened').length === 2);
    assert.ok(!running('b')());
    world.dispatcher.auto = always;
    await cox.request(run, { type: 'requested.unpause' });
    assert.deepEqual(await driven, { is: 'finished', status: 'succeeded' });
  });

  it('answer: the run is left with the question, and goes on with the answer', async () => {
    world.dispatcher.auto = ({ id }) =>
      id.number === 1 ? { is: 'asking', question: 'Which?', usage: {}, exitCode: 0 } : doneOutcome('t');
    const run = await world.create();
    const cox = world.cox();
    assert.deepEqual(await world.drive(run), { is: 'suspended', reason: 'question' });
    assert.ok((await cox.request(run, { type: 'requested.answer', task: 'a', text: 'The blue one' })).ok);
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
    assert.match(world.dispatcher.started[1]?.prompt ?? '', /The blue one/);
  });

  it('limit: a spent budget stops what runs, and more of it lets the run go on', async () => {
    world.dispatcher.auto = ({ id }) =>
      id.task === 'a'
        ? { ...doneOutcome('t'), usage: { inputTokens: 60, outputTokens: 50 } }
        : doneOutcome('u');
    const run = await world.create(two, { budget: { tokens: 100 } });
    assert.deepEqual(await world.drive(run), { is: 'suspended', reason: 'budget' });
    assert.deepEqual(await world.drive(run), { is: 'suspended', reason: 'budget' });
    await world.cox().request(run, { type: 'requested.limit', budget: { tokens: 1000 } });
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
  });

  it('retry: a finished run goes on with the failed task and what it blocked', async () => {
    world.dispatcher.auto = () => failedOutcome(2);
    const run = await world.create(two, { retries: 0 });
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'failed' });
    world.dispatcher.auto = always;
    assert.ok((await world.cox().request(run, { type: 'requested.retry', task: 'a' })).ok);
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
    assert.match(world.dispatcher.started[1]?.prompt ?? '', /exited with 2/);
  });
});
