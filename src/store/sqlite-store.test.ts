import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { EventStore, NewEvent } from '../ports/store.ts';
import { ownIdentity } from '../process/identity.ts';
import { storeContract } from '../testing/store-contract.ts';
import { migrate } from './migrations.ts';
import { openEventStore, type StoreOptions } from './open.ts';
import { SqliteEventStore } from './sqlite-store.ts';

storeContract('the SQLite store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cox-store-'));
  return {
    opener: new URL('../testing/store-opener.ts', import.meta.url).href,
    where: join(folder, 'coxswain', 'log.db'),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
});

const PAUSE: NewEvent = { type: 'requested.pause', at: 1 };

function open(options: StoreOptions): EventStore {
  const opened = openEventStore(options);
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

describe('the SQLite store', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cox-sqlite-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('waits for the lock of another process without holding up its own', async () => {
    const file = join(folder, 'locked.db');
    const store = open({ file });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    let done = false;
    const appended = store.append('run', 0, null, [PAUSE]).finally(() => {
      done = true;
    });
    for (let turns = 0; turns < 5; turns += 1) await sleep(20);
    assert.equal(done, false);
    assert.deepEqual(await store.read('run', 0), [], 'reading needs no lock');
    other.exec('COMMIT');
    assert.deepEqual(await appended, { is: 'appended', seq: 1 });
    other.close();
    await store.close();
  });

  it('gives up on a lock that is held for too long, and says so', async () => {
    const file = join(folder, 'stuck.db');
    const store = open({ file, patienceMs: 100 });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const refused = await store.append('run', 0, null, [PAUSE]);
    assert.ok(refused.is === 'unavailable');
    assert.match(refused.detail, /see what holds it \(`fuser .*stuck\.db`\)/);
    await assert.rejects(store.takeLease('run', ownIdentity()), { name: 'StoreError' });
    other.exec('ROLLBACK');
    other.close();
    assert.deepEqual(await store.append('run', 0, null, [PAUSE]), { is: 'appended', seq: 1 });
    await store.close();
  });

  it('syncs what decides, and only that', async () => {
    const db = new DatabaseSync(':memory:');
    assert.ok(migrate(db, 'log.db').ok);
    const rules = { leaseTtlMs: 1_000, leaseHungAfterMs: 1_000, now: Date.now };
    const store = new SqliteEventStore(db, { file: 'log.db', pollMs: 1_000, patienceMs: 0, ...rules });
    const report: NewEvent = { type: 'attempt.progress', task: 't', attempt: 1, at: 1 };
    const plans = [[PAUSE], [report], [report, PAUSE, report], [report, report]];
    const levels: unknown[] = [];
    for (const events of plans) {
      const last = (await store.read('run', 0)).length;
      assert.equal((await store.append('run', last, null, events)).is, 'appended');
      levels.push(db.prepare('PRAGMA synchronous').get()?.['synchronous']);
    }
    // 2 is FULL, 1 is NORMAL.
    assert.deepEqual(levels, [2, 1, 2, 1]);
    await store.close();
  });

  it('takes the lease from an owner that lives and hangs, or whose clock was set back', async () => {
    let now = 1_000_000;
    const store = open({ file: join(folder, 'hangs.db'), leaseHungAfterMs: 60_000, now: () => now });
    const owner = ownIdentity();
    assert.deepEqual(await store.takeLease('run', owner), { is: 'held', fence: 1 });
    now += 60_000;
    assert.deepEqual(await store.leaseOwner('run'), owner);
    now += 1;
    assert.equal(await store.leaseOwner('run'), null);
    assert.deepEqual(await store.takeLease('run', owner), { is: 'held', fence: 2 });
    now -= 60_001;
    assert.deepEqual(await store.takeLease('run', owner), { is: 'held', fence: 3 });
    await store.close();
  });
});
