import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Owner } from '../core/event.ts';
import type { EventStore } from '../ports/store.ts';
import { identify, ownIdentity } from '../process/identity.ts';
import type { StoreBench } from './store-bench.ts';
import { request } from './store-contract-log.ts';

const ELSEWHERE: Owner = { pid: 1, host: 'elsewhere.invalid', startTime: '1', bootId: 'another boot' };

export function leaseContract(bench: StoreBench): void {
  describe('the fence', () => fenceContract(bench));
  describe('the lease', () => holdingContract(bench));
  describe('the lease of an owner that is gone', () => takeoverContract(bench));
}

function fenceContract(bench: StoreBench): void {
  it('lets the holder append, and nobody with another fence', async () => {
    const { store } = bench;
    const run = bench.newRun();
    const owner = ownIdentity();
    const fence = await hold(store, run, owner);
    assert.deepEqual(await store.append(run, 0, fence, [request('mine')]), { is: 'appended', seq: 1 });
    for (const wrong of [fence - 1, fence + 1]) {
      assert.deepEqual(await store.append(run, 1, wrong, [request('x')]), { is: 'fenced', owner });
    }
    assert.equal((await store.read(run, 0)).length, 1);
  });

  it('lets requests in without one', async () => {
    const run = bench.newRun();
    const fence = await hold(bench.store, run, ownIdentity());
    await bench.store.append(run, 0, null, [request('from another terminal')]);
    assert.deepEqual(await bench.store.append(run, 0, fence, [request('x')]), { is: 'conflict', seq: 1 });
  });

  it('is worth nothing once the lease was given back', async () => {
    const run = bench.newRun();
    const fence = await hold(bench.store, run, ownIdentity());
    await bench.store.releaseLease(run, fence);
    assert.deepEqual(await bench.store.append(run, 0, fence, [request('x')]), { is: 'fenced', owner: null });
    assert.deepEqual(await bench.store.append(bench.newRun(), 0, 1, [request('x')]), {
      is: 'fenced',
      owner: null,
    });
  });

  it('is looked at before the seq, for the caller has lost more than a race', async () => {
    const run = bench.newRun();
    await bench.store.append(run, 0, null, [request('first')]);
    const old = await hold(bench.store, run, ownIdentity());
    await bench.store.releaseLease(run, old);
    const owner = ownIdentity();
    await hold(await bench.open(), run, owner);
    assert.deepEqual(await bench.store.append(run, 0, old, [request('x')]), { is: 'fenced', owner });
  });
}

function holdingContract(bench: StoreBench): void {
  it('has one holder, seen by all', async () => {
    const other = await bench.open();
    const run = bench.newRun();
    assert.equal(await other.leaseOwner(run), null);
    const owner = ownIdentity();
    const fence = await hold(bench.store, run, owner);
    assert.deepEqual(await other.takeLease(run, owner), { is: 'taken', owner }, 'even by the same process');
    assert.deepEqual(await other.leaseOwner(run), owner);
    assert.equal(await other.renewLease(run, fence), true);
    assert.equal(await other.renewLease(run, fence + 1), false);
  });

  it('tells when its holder last gave a sign, also after the holder is gone', async () => {
    const other = await bench.open();
    const run = bench.newRun();
    assert.equal(await other.leaseSeen(run), null);
    const before = Date.now();
    const fence = await hold(bench.store, run, ownIdentity());
    const taken = await other.leaseSeen(run);
    assert.ok(taken !== null && taken >= before && taken <= Date.now(), String(taken));
    while (Date.now() === taken) await sleep(1);
    await bench.store.renewLease(run, fence);
    const renewed = await other.leaseSeen(run);
    assert.ok(renewed !== null && renewed > taken, `${taken} to ${renewed}`);
    await bench.store.releaseLease(run, fence);
    assert.equal(await other.leaseSeen(run), renewed);
  });

  it('is free after it was given back, with a fence that grows by one', async () => {
    const run = bench.newRun();
    for (const expected of [1, 2, 3]) {
      const fence = await hold(bench.store, run, ownIdentity());
      assert.equal(fence, expected);
      await bench.store.releaseLease(run, fence);
      assert.equal(await bench.store.leaseOwner(run), null);
      assert.equal(await bench.store.renewLease(run, fence), false);
    }
  });

  it('is not given back by somebody with an old fence', async () => {
    const run = bench.newRun();
    const old = await hold(bench.store, run, ownIdentity());
    await bench.store.releaseLease(run, old);
    const fence = await hold(bench.store, run, ownIdentity());
    await bench.store.releaseLease(run, old);
    assert.equal(await bench.store.renewLease(run, fence), true);
  });

  it('goes to one of many who want it at once', async () => {
    const run = bench.newRun();
    const stores = await Promise.all(Array.from({ length: 4 }, () => bench.open()));
    const results = await Promise.all(stores.map((store) => store.takeLease(run, ownIdentity())));
    assert.deepEqual(results.map((result) => result.is).toSorted(), ['held', 'taken', 'taken', 'taken']);
  });

  it('goes to one of many processes that want it at once', async () => {
    const run = bench.newRun();
    const children = await Promise.all(Array.from({ length: 4 }, () => bench.child('hold', run)));
    for (const child of children) child.go();
    const results = await Promise.all(children.map((child) => child.next()));
    assert.equal(results.filter((result) => isHeld(result)).length, 1, JSON.stringify(results));
    await Promise.all(children.map((child) => child.kill()));
  });

  it('says nothing about the leases of other runs', async () => {
    const [one, other] = [bench.newRun(), bench.newRun()];
    await hold(bench.store, one, ownIdentity());
    assert.equal(await bench.store.leaseOwner(other), null);
    assert.equal(await hold(bench.store, other, ownIdentity()), 1);
  });
}

function takeoverContract(bench: StoreBench): void {
  it('is free at once after SIGKILL, and the dead one is fenced out', async () => {
    const run = bench.newRun();
    const child = await bench.child('hold', run);
    child.go();
    assert.deepEqual(await child.next(), { is: 'held', fence: 1 });
    const denied = await bench.store.takeLease(run, ownIdentity());
    assert.equal(denied.is, 'taken');
    await child.kill();
    assert.equal(await bench.store.leaseOwner(run), null);
    assert.deepEqual(await bench.store.takeLease(run, ownIdentity()), { is: 'held', fence: 2 });
    const late = await bench.store.append(run, 0, 1, [request('x')]);
    assert.equal(late.is, 'fenced');
    assert.equal(await bench.store.renewLease(run, 1), false);
  });

  it('is free after a reboot, and when its pid was given to another process', async () => {
    const own = ownIdentity();
    for (const gone of [
      { ...own, bootId: 'the boot before' },
      { ...own, startTime: 'long ago' },
    ]) {
      const run = bench.newRun();
      await hold(bench.store, run, gone);
      assert.equal(await bench.store.leaseOwner(run), null);
      assert.equal(await hold(bench.store, run, own), 2);
    }
  });

  it('of another host is free only when it was not renewed in time', async () => {
    const hasty = await bench.open({ leaseTtlMs: 20 });
    const run = bench.newRun();
    const fence = await hold(bench.store, run, ELSEWHERE);
    await sleep(50);
    assert.deepEqual(await bench.store.takeLease(run, ownIdentity()), { is: 'taken', owner: ELSEWHERE });
    assert.equal(await hasty.leaseOwner(run), null);
    assert.equal(await bench.store.renewLease(run, fence), true, 'late, but nobody took it');
    assert.deepEqual(await bench.store.append(run, 0, fence, [request('late')]), { is: 'appended', seq: 1 });
    await sleep(50);
    assert.deepEqual(await hasty.takeLease(run, ownIdentity()), { is: 'held', fence: fence + 1 });
    assert.equal(await bench.store.renewLease(run, fence), false);
  });

  it('of a living process here is kept though it is late', async () => {
    const hasty = await bench.open({ leaseTtlMs: 1 });
    const run = bench.newRun();
    const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      await once(sleeper, 'spawn');
      const owner = identify(sleeper.pid ?? 0);
      assert.ok(owner !== null);
      await hold(hasty, run, owner);
      await sleep(20);
      assert.deepEqual(await hasty.takeLease(run, ownIdentity()), { is: 'taken', owner });
    } finally {
      sleeper.kill('SIGKILL');
    }
  });
}

async function hold(store: EventStore, run: string, owner: Owner): Promise<number> {
  const result = await store.takeLease(run, owner);
  assert.ok(result.is === 'held', JSON.stringify(result));
  return result.fence;
}

function isHeld(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'is' in result && result.is === 'held';
}
