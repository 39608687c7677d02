import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it } from 'node:test';

import type { Slot } from '../../ports/worktree.ts';
import { makeRepository } from '../../testing/git-fixture.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { WorktreeBench } from '../../testing/worktree-bench.ts';
import { worktreeContract } from '../../testing/worktree-contract.ts';
import { inspectRepository } from '../base/repository.ts';
import { poolFolderOf } from '../base/state-places.ts';
import { SlotPools } from './slot-pools.ts';

const CONTRACT_FILES = { 'a.txt': 'a\n', 'src/b.txt': 'b\n', '.gitignore': '*.log\n' };

worktreeContract('All slots of a repository', async () => {
  const own = await openPool(makeRepository({ files: CONTRACT_FILES }));
  const { pools, bench } = await poolsIn('all', own);
  return { ...own, bench, close: () => pools.settle().then(own.close) };
});

let opened: OpenedPool;
before(async () => {
  opened = await openPool(makeRepository({ files: { 'a.txt': 'a\n' } }));
});
after(() => opened.close());

/** As a process has them whose settings name that folder. */
async function poolsIn(
  name: string,
  { bench: { fixture }, git } = opened,
): Promise<{ readonly pools: SlotPools; readonly bench: WorktreeBench }> {
  const repository = await inspectRepository(git, fixture.path);
  assert.ok(repository.ok);
  const pools = new SlotPools({
    git,
    repository: repository.value,
    poolFolder: join(fixture.root, name),
    host: fixture.env,
    archiveFolder: (run) => join(fixture.root, 'runs', run),
  });
  after(() => pools.settle());
  return { pools, bench: new WorktreeBench(fixture, pools) };
}

it('of a run that goes on with another folder are where they were made', async () => {
  const before = await poolsIn('before');
  const slot = await before.bench.prepare('one');
  before.bench.write(slot, { 'one.txt': 'one\n' });
  const { pools, bench } = await poolsIn('after');
  const other = await bench.prepare('two');
  assert.deepEqual([other.name, other.path === slot.path], [slot.name, false]);
  bench.write(other, { 'two.txt': 'two\n' });

  assert.deepEqual(await pools.find(bench.holder('one')), slot);
  const held = (await pools.held()).map(({ slot: { path } }) => path);
  assert.deepEqual(held.toSorted(), [slot.path, other.path].toSorted());
  assert.deepEqual((await bench.harvest(slot, 'one')).files, ['one.txt']);
  await pools.release(slot, bench.holder('one'), 'reuse');
  assert.equal(await before.pools.find(bench.holder('one')), null);
  const again = await bench.prepare('one', { attempt: 2 });
  assert.equal(again.path.startsWith(join(bench.fixture.root, 'after')), true, 'its branch is free');
});

it('are found in no folder that is no pool of the repository', async () => {
  const { pools, bench } = await poolsIn('mine');
  const strange = join(bench.fixture.root, 'strange');
  const slot: Slot = {
    name: 'slot-1',
    path: join(strange, 'slot-1'),
    portBase: 0,
    ports: 0,
    environment: {},
  };
  mkdirSync(join(strange, '.slot-1'), { recursive: true });
  const owner = { ...bench.holder('x'), state: 'held', since: 0 };
  writeFileSync(join(strange, '.slot-1', 'owner.json'), JSON.stringify(owner));
  const work = await bench.tryHarvest(slot, 'x');
  assert.equal(work.ok ? 'taken' : work.error.reason, 'no-slot');
  await pools.release(slot, bench.holder('x'), 'reuse');
  assert.equal(await pools.find(bench.holder('x')), null);
});

it('whose folder is gone are nobody’s', async () => {
  const gone = await poolsIn('gone');
  const slot = await gone.bench.prepare('lost');
  rmSync(join(gone.bench.fixture.root, 'gone'), { recursive: true });
  const { pools, bench } = await poolsIn('here');
  assert.equal(await pools.find(bench.holder('lost')), null);
  const work = await bench.tryHarvest(slot, 'lost');
  assert.equal(work.ok ? 'taken' : work.error.reason, 'no-slot');
});

it('lie in one folder for all checkouts of a repository', async () => {
  const { bench, git } = opened;
  const { fixture } = bench;
  const linked = join(fixture.root, 'linked');
  fixture.git(['worktree', 'add', '--quiet', '--detach', linked]);
  const folders = await Promise.all(
    [fixture.path, linked].map(async (path) => {
      const repository = await inspectRepository(git, path);
      assert.ok(repository.ok);
      return poolFolderOf('/state', repository.value, undefined);
    }),
  );
  assert.equal(folders[0], folders[1]);
});
