import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { Disks, JobDisks } from './disk-room.ts';

const root = mkdtempSync(join(tmpdir(), 'cox-room-'));
after(() => rmSync(root, { recursive: true, force: true }));

test('folders on one disk count it once, and those that are not there not at all', async () => {
  const folders = ['a', 'b', 'c'].map((name) => join(root, name));
  for (const folder of folders) mkdirSync(folder);
  const { blocks, bfree, bsize } = await statfs(root);
  const { used, free } = await new JobDisks(new Disks(), [...folders, join(root, 'absent')]).room();
  const expected = (blocks - bfree) * bsize;
  // Others write to the disk meanwhile; twice as much would be counting it twice.
  assert.ok(used > expected * 0.8 && used < expected * 1.2, `${used} instead of ${expected}`);
  assert.ok(free > 0 && Number.isFinite(free));
  const nowhere = await new JobDisks(new Disks(), [join(root, 'absent')]).room();
  assert.deepEqual(nowhere, { used: 0, free: Number.POSITIVE_INFINITY });
});

test('an answer serves all, and a folder that has gone spoils it for no other', async () => {
  const disks = new Disks();
  const { dev } = statSync(root);
  assert.equal(await disks.room(dev, join(root, 'gone')), null);
  const first = disks.room(dev, root);
  assert.equal(disks.room(dev, join(root, 'gone')), first);
  assert.notEqual(await first, null);
});
