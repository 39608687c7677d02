import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { AppendResult, EventStore } from '../ports/store.ts';
import { EngineWorld, realClock } from '../testing/engine-world.ts';
import { Journal, LeaseLost } from './journal.ts';

const OWNER = { pid: process.pid, host: 'here', startTime: '1', bootId: 'b' };
const PAUSE = { type: 'requested.pause', at: 1 } as const;
const OPENED = { type: 'group.opened', group: 1 } as const;

let world: EngineWorld;
let run = '';
let fence = 0;
beforeEach(async () => {
  world = new EngineWorld();
  run = await world.create();
  const lease = await world.store.takeLease(run, OWNER);
  assert.ok(lease.is === 'held');
  fence = lease.fence;
});
afterEach(() => world.close());

async function open(store: EventStore = world.store, sleeps: number[] = []): Promise<Journal> {
  const sleep = async (ms: number): Promise<void> => {
    sleeps.push(ms);
  };
  const clock = { ...realClock, sleep };
  const opened = await Journal.open({ store, clock, run, fence, ...world.watching() });
  assert.ok(opened.ok);
  return opened.value;
}

/** The real store, whose disk is full for a while. */
function fullFor(times: number): EventStore {
  let left = times;
  const full: AppendResult = { is: 'unavailable', detail: 'no room' };
  return new Proxy(world.store, {
    get(store, name: keyof EventStore) {
      if (name !== 'append') return store[name].bind(store);
      return async (...args: Parameters<EventStore['append']>) => {
        left -= 1;
        return left >= 0 ? full : store.append(...args);
      };
    },
  });
}

describe('the journal', () => {
  it('takes a decision back when a request came before it, and knows the request then', async () => {
    const journal = await open();
    await world.openStore().append(run, 1, null, [PAUSE]);
    journal.stage([OPENED]);
    assert.equal(journal.state.groups.get(1)?.state, 'open');
    assert.equal(await journal.commit(), false);
    assert.equal(journal.state.control.paused, true);
    assert.equal(journal.state.groups.get(1)?.state, 'pending');
    journal.stage([OPENED]);
    assert.equal(await journal.commit(), true);
    assert.deepEqual(
      world.events.map((event) => [event.seq, event.type]),
      [
        [2, 'requested.pause'],
        [3, 'group.opened'],
      ],
    );
  });

  it('writes what has happened behind whatever came before it, once', async () => {
    const journal = await open();
    await world.openStore().append(run, 1, null, [PAUSE, PAUSE]);
    await journal.record([OPENED]);
    const log = await world.store.read(run, 0);
    assert.deepEqual(
      log.map((event) => event.type),
      ['run.created', 'requested.pause', 'requested.pause', 'group.opened'],
    );
    assert.equal(journal.state.seq, 4);
  });

  it('waits while the log cannot be written, says so once, and once that it is over', async () => {
    const sleeps: number[] = [];
    const journal = await open(fullFor(3), sleeps);
    await journal.record([OPENED]);
    assert.deepEqual(world.troubles, ['no room', null]);
    assert.equal(sleeps.length, 3);
    assert.equal((await world.store.read(run, 1)).length, 1);
  });

  it('sees a request that came while it waited', async () => {
    const journal = await open(fullFor(1));
    journal.stage([OPENED]);
    const committed = journal.commit();
    await world.store.append(run, 1, null, [PAUSE]);
    assert.equal(await committed, false);
    assert.equal(journal.state.control.paused, true);
  });

  it('writes what was staged in parts at once, and tells of nothing before', async () => {
    const journal = await open();
    journal.stage([OPENED]);
    journal.stage([{ type: 'integration.preparing', branch: 'b', base: 'c' }]);
    assert.deepEqual([world.events, (await world.store.read(run, 0)).length], [[], 1]);
    assert.equal(await journal.commit(), true);
    const log = await world.store.read(run, 1);
    assert.deepEqual(
      log.map(({ seq, type }) => [seq, type]),
      [
        [2, 'group.opened'],
        [3, 'integration.preparing'],
      ],
    );
    assert.deepEqual(world.events, log);
    assert.equal(await journal.commit(), true);
  });

  it('throws when another process has taken the run, and writes nothing', async () => {
    const journal = await open();
    await world.store.releaseLease(run, fence);
    await world.store.takeLease(run, OWNER);
    await assert.rejects(journal.record([OPENED]), LeaseLost);
    assert.equal((await world.store.read(run, 0)).length, 1);
  });

  it('says what is wrong with a log that does not begin with its creation', async () => {
    await world.store.append('odd', 0, null, [PAUSE]);
    const opened = await Journal.open({
      store: world.store,
      clock: realClock,
      run: 'odd',
      fence,
      ...world.watching(),
    });
    assert.ok(!opened.ok && /starts with requested\.pause/.test(opened.error));
  });
});
