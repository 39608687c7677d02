import assert from 'node:assert/strict';
import { statfsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { EventStore, NewEvent } from '../ports/store.ts';
import { ownIdentity } from '../process/identity.ts';
import { mountTmpfs } from '../testing/mount.ts';
import { openEventStore, type StoreOptions } from './open.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cox-full-'));
});
after(() => rm(folder, { recursive: true, force: true }));

function open(options: StoreOptions): EventStore {
  const opened = openEventStore(options);
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

function event(size: number): NewEvent {
  return { type: 'requested.answer', task: 'task-001', text: 'x'.repeat(size), at: 1 };
}

/** Appends until the store says no. Returns the seq of the last event that was written. */
async function fill(store: EventStore, run: string, size: number): Promise<number> {
  for (let seq = 0; seq < 100_000; seq += 1) {
    const result = await store.append(run, seq, null, [event(size)]);
    if (result.is === 'appended') continue;
    assert.ok(result.is === 'unavailable', JSON.stringify(result));
    assert.match(result.detail, /make room|system log/);
    return seq;
  }
  return assert.fail('it was never full');
}

describe('a log that may not grow', () => {
  it('refuses what has no room, whole, and takes what has', async () => {
    const store = open({ file: join(folder, 'small.db'), maxPages: 20 });
    await store.append('run', 0, null, [event(10)]);
    for (const _again of [1, 2]) {
      const result = await store.append('run', 1, null, [event(10), event(100_000)]);
      assert.equal(result.is, 'unavailable');
    }
    assert.equal((await store.read('run', 0)).length, 1);
    assert.deepEqual(await store.append('run', 1, null, [event(10)]), { is: 'appended', seq: 2 });
    await store.close();
  });
});

describe('a full disk', () => {
  it('loses nothing, and the same call succeeds when there is room', async (context) => {
    const disk = join(folder, 'disk');
    const mounted = mountTmpfs(disk, 'size=1m');
    if (mounted === null) return context.skip('no file system can be mounted here');
    try {
      const store = open({ file: join(disk, 'log.db') });
      const lease = await store.takeLease('run', ownIdentity());
      assert.ok(lease.is === 'held');
      await writeFile(join(disk, 'filler'), new Uint8Array(freeBytes(disk) - 200_000));
      const written = await fill(store, 'run', 3_000);
      assert.ok(written > 0);
      assert.equal(await store.renewLease('run', lease.fence), true, 'late is not lost');
      assert.equal((await store.read('run', 0)).length, written);
      assert.equal((await store.append('run', written, lease.fence, [event(3_000)])).is, 'unavailable');
      await rm(join(disk, 'filler'));
      assert.deepEqual(await store.append('run', written, lease.fence, [event(3_000)]), {
        is: 'appended',
        seq: written + 1,
      });
      await store.close();
      const again = open({ file: join(disk, 'log.db') });
      assert.equal((await again.read('run', 0)).length, written + 1);
      await again.close();
    } finally {
      mounted.unmount();
    }
  });
});

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
