import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { EventStore } from '../ports/store.ts';
import type { StoreBench } from './store-bench.ts';
import { request } from './store-contract-log.ts';

/** Generous, for a loaded machine; the port asks for 200 ms. */
const LATEST_MS = 2_000;

export function wakeContract(bench: StoreBench): void {
  describe('waking', () => {
    wakingHere(bench);
    wakingAcross(bench);
  });
}

function wakingHere(bench: StoreBench): void {
  it('is at once when the event is there', async () => {
    const run = bench.newRun();
    await bench.store.append(run, 0, null, [request('a'), request('b')]);
    await bench.store.wake(run, 1, never());
  });

  it('is at once when this store appends, for all who wait for that and nobody else', async () => {
    const run = bench.newRun();
    const waits = new AbortController();
    const waiters = Array.from({ length: 100 }, () => bench.store.wake(run, 0, never()));
    const later = settled(bench.store.wake(run, 1, waits.signal));
    const elsewhere = settled(bench.store.wake(bench.newRun(), 0, waits.signal));
    await bench.store.append(run, 0, null, [request('a')]);
    await Promise.all(waiters);
    await sleep(300);
    assert.deepEqual([later(), elsewhere()], [false, false]);
    waits.abort();
  });

  it('comes for another handle of the same process', async () => {
    const other = await bench.open();
    const run = bench.newRun();
    for (const seen of [0, 1, 2]) {
      const woken = bench.store.wake(run, seen, never());
      await other.append(run, seen, null, [request('a')]);
      await woken;
    }
  });

  it('ends with the signal', async () => {
    const run = bench.newRun();
    await bench.store.wake(run, 0, AbortSignal.abort());
    const waits = new AbortController();
    const woken = bench.store.wake(run, 0, waits.signal);
    waits.abort();
    await woken;
  });

  it('ends when the store is closed', async () => {
    const store = await bench.open();
    const woken = store.wake(bench.newRun(), 0, never());
    await store.close();
    await woken;
  });
}

function wakingAcross(bench: StoreBench): void {
  it('comes for every event of another process, soon', async (context) => {
    const run = bench.newRun();
    const child = await bench.child('request', run, '15', '37');
    child.go();
    const late: number[] = [];
    for (let seen = 0; seen < 15; ) {
      await wakeSoon(bench.store, run, seen);
      const now = Date.now();
      for (const event of await bench.store.read(run, seen)) {
        late.push(now - event.at);
        seen = event.seq;
      }
    }
    assert.equal(await child.exited, 0);
    const sorted = late.toSorted((one, other) => one - other);
    context.diagnostic(`woken late by ${sorted[7]} ms (median), ${sorted.at(-1)} ms (worst)`);
    assert.ok((sorted.at(-1) ?? 0) < LATEST_MS, `late: ${sorted.join(' ')} ms`);
  });
}

async function wakeSoon(store: EventStore, run: string, seen: number): Promise<void> {
  const tooLate = AbortSignal.timeout(20_000);
  await store.wake(run, seen, tooLate);
  assert.equal(tooLate.aborted, false, `not woken for event ${seen + 1}`);
}

function never(): AbortSignal {
  return new AbortController().signal;
}

function settled(promise: Promise<void>): () => boolean {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  return () => done;
}
