import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { WakeList, type WakeSource } from './wake.ts';

class FakeLog implements WakeSource {
  commits = 0;
  looks = 0;
  readonly last = new Map<string, number>();
  failure: { readonly passes: boolean } | null = null;

  version(): number {
    this.looks += 1;
    if (this.failure !== null) throw new Error('it cannot be read');
    return this.commits;
  }

  lastSeq(run: string): number {
    if (this.failure !== null) throw new Error('it cannot be read');
    return this.last.get(run) ?? 0;
  }

  mayPass(): boolean {
    return this.failure?.passes === true;
  }

  foreignAppend(run: string, seq: number): void {
    this.commits += 1;
    this.last.set(run, seq);
  }
}

const HOURS = 2 ** 30;

function never(): AbortSignal {
  return new AbortController().signal;
}

describe('the list of those who wait', () => {
  it('needs no look at the log for appends of its own process', async () => {
    const list = new WakeList(new FakeLog(), HOURS);
    const woken = Promise.all([list.wait('run', 0, never()), list.wait('run', 4, never())]);
    list.appended('run', 5);
    await woken;
  });

  it('looks for all of them at once, and not when nobody waits', async () => {
    const log = new FakeLog();
    const list = new WakeList(log, 5);
    await sleep(30);
    assert.equal(log.looks, 0);
    const waiting = Array.from({ length: 50 }, () => list.wait('run', 0, never()));
    assert.equal(log.looks, 1, 'the first look is shared');
    log.foreignAppend('run', 1);
    await Promise.all(waiting);
    const looks = log.looks;
    await sleep(30);
    assert.equal(log.looks, looks);
  });

  it('sees what was written while the last of them left and the next came', async () => {
    const log = new FakeLog();
    const list = new WakeList(log, 5);
    for (let seq = 1; seq <= 5; seq += 1) {
      const woken = list.wait('run', seq - 1, never());
      log.foreignAppend('run', seq);
      await woken;
    }
  });

  it('goes on through a failure that passes', async () => {
    const log = new FakeLog();
    const list = new WakeList(log, 5);
    const woken = list.wait('run', 0, never());
    log.failure = { passes: true };
    log.foreignAppend('run', 1);
    const another = list.wait('run', 0, never());
    await sleep(30);
    log.failure = null;
    await Promise.all([woken, another]);
  });

  it('tells them of a failure that stays', async () => {
    const log = new FakeLog();
    const list = new WakeList(log, 5);
    const woken = list.wait('run', 0, never());
    log.failure = { passes: false };
    await assert.rejects(woken, /cannot be read/);
    await assert.rejects(list.wait('run', 0, never()), /cannot be read/);
  });
});
