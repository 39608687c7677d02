import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Request } from '../core/request.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { EventStore } from '../ports/store.ts';
import { EngineWorld, onePlan, realClock } from '../testing/engine-world.ts';
import { doneOutcome, failedOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { startChild } from '../testing/store-process.ts';

let world: EngineWorld;
beforeEach(() => {
  world = new EngineWorld();
});
afterEach(() => world.close());

const NOON = Date.UTC(2026, 0, 2, 12, 0, 0);
const noon = { ...realClock, now: () => NOON };

describe('creating runs', () => {
  it('gives each an id of its own, also within one second and from several processes', async () => {
    const handles = [world.cox({ clock: noon }), world.cox({ clock: noon })];
    const runs = await Promise.all(
      Array.from({ length: 6 }, (_, index) => world.create(onePlan(), {}, handles[index % 2])),
    );
    assert.equal(new Set(runs).size, 6);
    assert.ok(runs.includes('plan-20260102-120000') && runs.includes('plan-20260102-120000-2'), runs.join());
    const branches = await Promise.all(runs.map(async (run) => (await world.state(run)).integration.branch));
    assert.equal(new Set(branches).size, 6);
  });

  it('makes an id from any name of a plan', async () => {
    for (const [name, start] of [
      ['../../Été / x', 'ete-x-2026'],
      ['日本', 'run-2026'],
      [`${'a'.repeat(39)} b`, `${'a'.repeat(39)}-2026`],
    ] as const) {
      const run = await world.create({ ...onePlan(), name }, {}, world.cox({ clock: noon }));
      assert.ok(run.startsWith(start), run);
    }
  });

  it('makes nothing when the repository does not allow it, and says everything at once', async () => {
    const refusal = (message: string) => ({ reason: 'dirty', message, remedy: `Mend ${message}.` });
    const repository = {
      refusals: async () => [refusal('one'), refusal('two')],
      base: async () => ({ commit: 'c0' }),
      freeBranches: async (wanted: readonly string[]) => wanted,
    };
    const made = await world.cox({ repository }).create({
      plan: onePlan(),
      settings: (await world.state(await world.create())).settings,
      source: '/p',
      allowDirty: false,
      ignoreDirty: [],
    });
    assert.deepEqual(made, {
      ok: false,
      error: { reason: 'repository', message: 'one\ntwo', remedy: 'Mend one. Mend two.' },
    });
    assert.equal((await world.store.runs()).length, 1);
  });

  it('takes the branches that the plan names where they are free, and none that is no branch', async () => {
    const asked: string[][] = [];
    const repository = {
      refusals: async () => [],
      base: async () => ({ commit: 'c0' }),
      freeBranches: async (wanted: readonly string[], reserved: readonly string[] = []) => {
        asked.push([...wanted, ...reserved]);
        return wanted.map((name) => (name === 'main' ? 'main-2' : name));
      },
    };
    const named = [undefined, 'main', '--force', 'agent/a b', 'agent/ada/x'];
    const tasks = named.map((branch, index) =>
      makeTask(`t${index}`, 1, branch === undefined ? {} : { branch }),
    );
    const cox = world.cox({ repository, clock: noon });
    const state = await world.state(await world.create(makePlan(tasks), {}, cox));
    assert.deepEqual(
      state.plan.tasks.map(({ branch }) => branch),
      [undefined, 'main-2', undefined, undefined, 'agent/ada/x'],
    );
    assert.deepEqual(asked.at(-1), [
      `integration/${state.run}`,
      'main',
      'agent/ada/x',
      `cox/${state.run}/task`,
    ]);
  });

  it('takes no branch that another run has named and will make when it goes on', async () => {
    let reserved: readonly string[] = [];
    const repository = {
      refusals: async () => [],
      base: async () => ({ commit: 'c0' }),
      freeBranches: async (wanted: readonly string[], others: readonly string[] = []) => {
        reserved = others.filter((name) => name.startsWith('auto/'));
        return wanted;
      },
    };
    world.dispatcher.auto = () => doneOutcome('t');
    const cox = world.cox({ repository });
    const named = (id: string) => makePlan([makeTask(id, 1, { branch: `auto/${id}` })]);
    const first = await world.create(named('a'), {}, cox);
    assert.deepEqual(reserved, []);
    await world.create(named('b'), {}, cox);
    assert.deepEqual(reserved, ['auto/a']);
    await world.drive(first, cox);
    await world.create(named('c'), {}, cox);
    assert.deepEqual(reserved, ['auto/b']);
  });

  it('refuses where a branch keeps the agents’ branches from being made', async () => {
    const repository = {
      refusals: async () => [],
      base: async () => ({ commit: 'c0' }),
      freeBranches: async (wanted: readonly string[]) => wanted.map((name) => name.replaceAll('/', '-')),
    };
    await assert.rejects(
      world.create(onePlan(), {}, world.cox({ repository })),
      /branch `cox` is in the way/,
    );
  });
});

describe('finding a run', () => {
  it('knows ids, starts of ids, plans and nothing at all', async () => {
    const cox = world.cox({ clock: noon });
    assert.equal((await cox.find(undefined)).ok, false);
    const other = await world.create({ ...onePlan(), id: 'TS-0002', name: 'other' }, {}, cox);
    const first = await world.create(onePlan(), {}, cox);
    const second = await world.create(onePlan(), {}, cox);
    for (const [what, run] of [
      [undefined, second],
      [first, first],
      ['other-2', other],
      ['TS-0001', second],
      ['plan', second],
      ['/project/plan', second],
      ['TS-0002', other],
    ] as const) {
      assert.deepEqual(await cox.find(what), { ok: true, value: run }, what);
    }
    const unclear = await cox.find('plan-2');
    assert.ok(!unclear.ok && unclear.error.reason === 'ambiguous-run');
    const none = await cox.find('nothing');
    assert.ok(!none.ok && none.error.reason === 'no-such-run');
  });

  it('takes of a plan the run that had anything to do, for it is the one with work', async () => {
    const cox = world.cox({ clock: noon });
    const done = makePlan([makeTask('a', 1, { done: true })]);
    const idle = await world.create(done, {}, cox);
    assert.deepEqual(await cox.find('TS-0001'), { ok: true, value: idle });
    const first = await world.create(onePlan(), {}, cox);
    const second = await world.create(done, {}, cox);
    assert.deepEqual(await cox.find('TS-0001'), { ok: true, value: first });
    assert.deepEqual(await cox.find(undefined), { ok: true, value: second });
  });
});

describe('requests', () => {
  async function refused(run: string, request: Request): Promise<string | null> {
    const asked = await world.cox().request(run, request);
    return asked.ok ? null : asked.error.reason;
  }

  it('that cannot mean anything are refused', async () => {
    assert.equal(await refused('nowhere', { type: 'requested.pause' }), 'no-such-run');
    const run = await world.create();
    assert.equal(await refused(run, { type: 'requested.cancel', task: 'z' }), 'no-such-task');
    assert.equal(await refused(run, { type: 'requested.answer', task: 'a', text: '' }), 'not-possible');
    assert.equal(await refused(run, { type: 'requested.retry', task: 'a' }), 'not-possible');
    const driven = world.drive(run);
    await world.until(() => world.dispatcher.started.length === 1);
    assert.equal(await refused(run, { type: 'requested.skip', task: 'a' }), 'not-possible');
    world.dispatcher.end('a');
    await driven;
    assert.equal(await refused(run, { type: 'requested.skip', task: 'a' }), 'not-possible');
    assert.equal(await refused(run, { type: 'requested.pause' }), 'finished');
    assert.equal(await refused(run, { type: 'requested.retry', task: 'a' }), 'not-possible');
  });

  it('for another look at work that QA could not look at are taken, also of a run that has ended', async () => {
    const plan = makePlan([makeTask('a', 1), makeTask('b', 1)]);
    const run = await world.create(plan, {
      onFailure: 'stop',
      retries: 0,
      qa: { agent: { driver: 'recipe', options: {} }, rejections: 1, tries: 1 },
    });
    const driven = world.drive(run);
    await world.until(() => world.dispatcher.started.length === 2);
    world.dispatcher.end('a');
    await world.until(() => world.dispatcher.started.length === 3);
    world.dispatcher.end('a', failedOutcome(1), 2);
    await world.until(async () => (await world.state(run)).tasks.get('a')?.state.is === 'qa-blocked');
    world.dispatcher.end('b', failedOutcome(1));
    await driven;
    assert.equal((await world.state(run)).phase.is, 'finished');
    assert.equal(await refused(run, { type: 'requested.retry', task: 'a' }), null);
    const state = await world.state(run);
    assert.equal(state.tasks.get('a')?.state.is, 'reviewing');
    assert.equal(state.phase.is, 'suspended');
  });

  it('get into the log of a run that is busier than its log is quick to read', {
    timeout: 120_000,
  }, async () => {
    const run = await world.create();
    const { store } = world;
    const busy: EventStore = new Proxy(store, {
      get(_, name: keyof EventStore) {
        if (name !== 'read') return store[name].bind(store);
        return async (of: string, after: number) => {
          const events = await store.read(of, after);
          // While the whole log is read, the run goes on.
          const pause = { type: 'requested.pause', at: 1 } as const;
          if (after === 0) await store.append(of, events.length, null, [pause]);
          return events;
        };
      },
    });
    const asked = await world.cox({ store: busy }).request(run, { type: 'requested.limit', maxParallel: 9 });
    assert.ok(asked.ok);
    assert.equal(asked.value.control.maxParallel, 9);
    assert.equal((await world.state(run)).seq, 3);
  });
});

describe('driving', () => {
  it('refuses a run that another process drives, naming it, and takes it when that is killed', async () => {
    world.dispatcher.auto = () => doneOutcome('t');
    const run = await world.create();
    const opener = new URL('../testing/store-opener.ts', import.meta.url).href;
    const owner = await startChild([opener, world.file, 'hold', run]);
    try {
      owner.go();
      await owner.next();
      const held = await world.cox().owner(run);
      const refused = await world.cox().drive(run, world.watching());
      assert.ok(!refused.ok && refused.error.reason === 'owned');
      assert.ok(held !== null && refused.error.message.includes(`process ${held.pid} on ${held.host}`));
      assert.deepEqual(refused.error.owner, held);
      assert.deepEqual(world.events, []);
    } finally {
      await owner.kill();
    }
    assert.deepEqual(await world.drive(run), { is: 'finished', status: 'succeeded' });
  });

  it('refuses a second drive in the same process', async () => {
    const run = await world.create();
    const driven = world.drive(run);
    await world.until(() => world.dispatcher.started.length === 1);
    const second = await world.cox().drive(run, world.watching());
    assert.ok(!second.ok && second.error.reason === 'owned');
    world.dispatcher.end('a');
    assert.deepEqual(await driven, { is: 'finished', status: 'succeeded' });
  });

  it('knows no run that was not made, and makes none', async () => {
    const driven = await world.cox().drive('nowhere', world.watching());
    assert.ok(!driven.ok && driven.error.reason === 'no-such-run');
    assert.deepEqual(await world.store.runs(), []);
  });
});

describe('the patch of work', () => {
  it('is what git shows; where git does not work that is said, and a bug is thrown', async () => {
    const shown = await world.cox().workPatch('c0', 't-a');
    assert.deepEqual(shown, { ok: true, value: { patch: Buffer.from('+c0..t-a'), isWhole: true } });
    const failing = (error: Error) => {
      const { diff, ...ports } = world.ports();
      const patch = (): Promise<never> => Promise.reject(error);
      return world.cox({ ports: { ...ports, diff: { ...diff, patch } } }).workPatch('c0', 't-a');
    };
    const failed = await failing(new OutsideFailure('no such commit', { mayPass: false }));
    assert.ok(!failed.ok && failed.error.reason === 'outside');
    assert.match(failed.error.message, /t-a cannot be read: no such commit/);
    await assert.rejects(failing(new TypeError('a bug')), /a bug/);
  });
});
