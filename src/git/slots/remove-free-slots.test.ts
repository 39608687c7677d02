import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { Worker } from 'node:worker_threads';

import { makeRepository } from '../../testing/git-fixture.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { takeFree } from './slot-owner.ts';
import { slotPlace } from './slot-place.ts';

let opened: OpenedPool;
before(async () => {
  opened = await openPool(makeRepository({ files: { 'a.txt': 'a\n' } }));
});
after(() => opened.close());

const worktrees = (): readonly string[] =>
  opened.bench.fixture
    .git(['worktree', 'list', '--porcelain'])
    .split('\n')
    .flatMap((line) => /^worktree .*\/(slot-\d+)$/.exec(line)?.[1] ?? []);

it('are gone with their folders; who has one, or left one for a look, loses nothing', async () => {
  const { bench, pool } = opened;
  const [free, held, kept] = [await bench.prepare('a'), await bench.prepare('b'), await bench.prepare('c')];
  mkdirSync(join(free.path, 'locked'));
  writeFileSync(join(free.path, 'locked', 'x'), '');
  chmodSync(join(free.path, 'locked'), 0o500);
  await pool.release(free, bench.holder('a'), 'reuse');
  writeFileSync(join(held.path, 'work.txt'), 'mine\n');
  writeFileSync(join(kept.path, 'left.txt'), 'look\n');
  await pool.release(kept, bench.holder('c'), 'keep');
  await pool.removeFree();
  assert.deepEqual(worktrees(), ['slot-2', 'slot-3']);
  assert.ok(!existsSync(free.path));
  assert.deepEqual(
    readdirSync(join(bench.fixture.root, 'pool')).filter((name) => name.startsWith('.slot-')),
    ['.slot-2', '.slot-3'],
  );
  assert.equal(bench.read(held, 'work.txt'), 'mine\n');
  assert.equal(bench.read(kept, 'left.txt'), 'look\n');
  const again = await bench.prepare('d');
  assert.equal(bench.read(again, 'a.txt'), 'a\n', 'a new one is made where it is wanted');
});

it('are removed by the next who asks, when whoever began it has died', async () => {
  const { bench, pool } = opened;
  const slot = await bench.prepare('e');
  await pool.release(slot, bench.holder('e'), 'reuse');
  const place = slotPlace(join(bench.fixture.root, 'pool'), Number(slot.name.slice('slot-'.length)));
  assert.equal(takeFree(place), true);
  const other = await bench.prepare('f');
  assert.notEqual(other.name, slot.name, 'nobody gets it meanwhile');
  await pool.removeFree();
  assert.ok(!existsSync(slot.path));
  assert.ok(existsSync(other.path));
});

it('can be claimed at no moment while they are taken apart', async () => {
  const { bench, pool } = opened;
  const slot = await bench.prepare('i');
  await pool.release(slot, bench.holder('i'), 'reuse');
  const { data, ownerFile } = slotPlace(
    join(bench.fixture.root, 'pool'),
    Number(slot.name.slice('slot-'.length)),
  );
  for (const folder of ['a', 'm', 'p', 'z']) {
    mkdirSync(join(data, folder));
    for (let index = 0; index < 2_000; index += 1) writeFileSync(join(data, folder, String(index)), '');
  }
  const looks = new Worker(LOOK, { eval: true, workerData: { data, ownerFile } });
  await once(looks, 'message');
  const [[half]] = await Promise.all([once(looks, 'message'), pool.removeFree()]);
  assert.equal(half, false, 'it stood there, and nobody had it');
});

/** Says when it has begun to look; then, when the folder is gone, whether it was ever there without its owner's file. */
const LOOK = `
  const { existsSync } = require('node:fs');
  const { parentPort, workerData: { data, ownerFile } } = require('node:worker_threads');
  parentPort.postMessage('looks');
  while (!existsSync(ownerFile));
  while (existsSync(ownerFile));
  parentPort.postMessage(existsSync(data));
`;

it('asked for twice at once, are removed once', async () => {
  const { bench, pool } = opened;
  const slot = await bench.prepare('g');
  await pool.release(slot, bench.holder('g'), 'reuse');
  await Promise.all([pool.removeFree(), pool.removeFree()]);
  assert.ok(!existsSync(slot.path));
  assert.equal(bench.read(await bench.prepare('h'), 'a.txt'), 'a\n');
});
