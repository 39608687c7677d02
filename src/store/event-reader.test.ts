import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';

import type { EventStore } from '../ports/store.ts';
import { openEventStore } from './open.ts';
import { DamagedEventError } from './problem.ts';

const COUNT = 600;

let folder = '';
let store: EventStore;
let db: DatabaseSync;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cox-reader-'));
  const file = join(folder, 'log.db');
  const opened = openEventStore({ file });
  if (!opened.ok) throw new Error(opened.error.detail);
  store = opened.value;
  db = new DatabaseSync(file);
});
after(async () => {
  db.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** A run in which one event's text was changed behind the store's back. */
async function damagedRun(run: string, seq: number, sql: string): Promise<void> {
  const events = Array.from({ length: COUNT }, (_, index) => ({
    type: 'requested.pause' as const,
    at: index,
  }));
  await store.append(run, 0, null, events);
  db.prepare(sql).run(run, seq);
}

describe('a damaged event', () => {
  const damages = new Map([
    ['no JSON', 'garbage'],
    ['nothing', ''],
    ['two values in place of one', '{"type":"a","at":1},{"type":"b","at":2}'],
    ['no object', 'null'],
    ['a list', '[]'],
    ['no type', '{"at":1}'],
    ['a type that is no text', '{"type":1,"at":1}'],
    ['no time', '{"type":"a"}'],
  ]);
  for (const [name, body] of damages) {
    it(`is named by run and seq: ${name}`, async () => {
      for (const seq of [1, 64, 65, 256, COUNT]) {
        const run = `${name}-${seq}`;
        await damagedRun(run, seq, `UPDATE events SET body = '${body}' WHERE run = ? AND seq = ?`);
        await assert.rejects(store.read(run, 0), (error) => {
          assert.ok(error instanceof DamagedEventError);
          assert.deepEqual([error.run, error.seq, error.problem.reason], [run, seq, 'damaged']);
          assert.match(error.message, new RegExp(`event ${seq} of run`));
          return true;
        });
        assert.equal((await store.read(run, seq)).length, COUNT - seq, 'what follows can be read');
      }
    });
  }

  it('is named when it is missing', async () => {
    for (const seq of [1, 64, 65, 300]) {
      const run = `missing-${seq}`;
      await damagedRun(run, seq, 'DELETE FROM events WHERE run = ? AND seq = ?');
      await assert.rejects(store.read(run, 0), { name: 'DamagedEventError', seq });
    }
  });
});
