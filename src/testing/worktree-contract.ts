/** What everything that gives slots must do, whatever stands behind it. Run by the tests of each implementation. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { branchOf, type WorktreeBench } from './worktree-bench.ts';

/** `open` makes a repository whose first commit has `a.txt` (`a`), `src/b.txt` (`b`) and a `.gitignore` for `*.log`. */
export function worktreeContract(
  name: string,
  open: () => Promise<{ readonly bench: WorktreeBench; readonly close: () => Promise<void> }>,
  skip: string | false = false,
): void {
  describe(`${name} as worktrees`, { skip }, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    before(async () => {
      opened = await open();
    });
    after(() => opened.close());
    preparing(() => opened.bench);
    harvesting(() => opened.bench);
    releasing(() => opened.bench);
  });
}

function preparing(bench: () => WorktreeBench): void {
  it('gives a clean worktree at the commit, on the branch', async () => {
    const slot = await bench().prepare('clean');
    assert.equal(bench().git(slot, 'symbolic-ref', 'HEAD'), `refs/heads/${branchOf('clean')}`);
    assert.equal(bench().git(slot, 'rev-parse', 'HEAD'), bench().base);
    assert.equal(bench().dirt(slot), '');
    assert.equal(bench().read(slot, 'src/b.txt'), 'b\n');
    assert.ok(!slot.path.startsWith(`${bench().fixture.path}/`), 'the slot lies in the checkout');
  });

  it('gives a detached HEAD where no branch is asked for', async () => {
    const holder = { run: 'run-1', key: 'check/one' };
    const slot = await bench().worktrees.prepare({ holder, commit: bench().base, ...bench().isolated() });
    assert.ok(slot.ok);
    assert.throws(() => bench().git(slot.value, 'symbolic-ref', '--quiet', 'HEAD'));
    assert.equal(bench().git(slot.value, 'rev-parse', 'HEAD'), bench().base);
    await bench().worktrees.release(slot.value, holder, 'reuse');
  });

  it('gives a slot without anything of its earlier use where that is asked for', async () => {
    const used = await bench().prepare('used');
    bench().write(used, { 'kept.log': 'ignored\n', 'left.txt': 'left\n' });
    await bench().worktrees.release(used, bench().holder('used'), 'reuse');
    const holder = { run: 'run-1', key: 'attempt/used/2' };
    const request = { holder, commit: bench().base, fromScratch: true, ...bench().isolated() } as const;
    const slot = await bench().worktrees.prepare(request);
    assert.ok(slot.ok);
    assert.equal(bench().dirt(slot.value), '');
    await bench().worktrees.release(slot.value, holder, 'reuse');
  });

  it('gives one holder one slot, also when it is asked for twice at once', async () => {
    const request = {
      holder: bench().holder('twice'),
      commit: bench().base,
      branch: branchOf('twice'),
      ...bench().isolated(),
    };
    const both = await Promise.all([bench().worktrees.prepare(request), bench().worktrees.prepare(request)]);
    assert.ok(both[0].ok && both[1].ok);
    assert.equal(both[0].value.name, both[1].value.name);
    assert.deepEqual(await bench().worktrees.find(request.holder), both[0].value);
  });

  it('gives different holders different slots with different ports', async () => {
    const slots = await Promise.all(['one', 'two', 'three'].map((task) => bench().prepare(task)));
    assert.equal(new Set(slots.map((slot) => slot.path)).size, 3);
    const ports = slots.flatMap(({ portBase, ports: count }) =>
      Array.from({ length: count }, (_, at) => portBase + at),
    );
    assert.equal(new Set(ports).size, ports.length);
  });

  it('gives a further attempt of a task the slot of the one before', async () => {
    const first = await bench().prepare('again');
    bench().write(first, { 'left.txt': 'left\n' });
    const second = await bench().prepare('again', { attempt: 2 });
    assert.equal(second.name, first.name);
    assert.equal(bench().read(second, 'left.txt'), null);
    assert.equal(await bench().worktrees.find(bench().holder('again', 1)), null);
  });

  it('refuses names that git would take for something else', async () => {
    for (const branch of ['--force', 'a..b', 'x.lock', 'a b', '@{-1}', '']) {
      const refused = await bench().worktrees.prepare({
        holder: bench().holder('bad'),
        commit: bench().base,
        branch,
      });
      assert.ok(!refused.ok, branch);
    }
    const refused = await bench().worktrees.prepare({ holder: bench().holder('bad'), commit: '--help' });
    assert.ok(!refused.ok);
    assert.equal(await bench().worktrees.find(bench().holder('bad')), null);
  });

  it('finds nothing for a holder that has no slot', async () => {
    assert.equal(await bench().worktrees.find(bench().holder('nobody')), null);
  });
}

function harvesting(bench: () => WorktreeBench): void {
  it('takes what was committed and what was left', async () => {
    const slot = await bench().prepare('mixed');
    bench().write(slot, { 'committed.txt': '1\n2\n' });
    bench().git(slot, 'add', '--all');
    bench().git(slot, 'commit', '--quiet', '-m', 'By the agent');
    bench().write(slot, { 'left.txt': '3\n', 'a.txt': null, 'noise.log': 'x' });
    const work = await bench().harvest(slot, 'mixed');
    assert.deepEqual(work.files, ['a.txt', 'committed.txt', 'left.txt']);
    assert.deepEqual([work.commits, work.linesAdded, work.linesRemoved], [2, 3, 1]);
    assert.equal(bench().fixture.git(['rev-parse', branchOf('mixed')]), work.tip);
    assert.deepEqual(Object.keys(bench().files(work.tip)), [
      '.gitignore',
      'committed.txt',
      'left.txt',
      'src/b.txt',
    ]);
    assert.equal(bench().fixture.git(['log', '-1', '--format=%an|%s', work.tip]), 'Ada Tester|Work on mixed');
    assert.match(
      bench().fixture.git(['for-each-ref', '--contains', work.tip, 'refs/cox/']),
      /run-1\/attempts\/mixed\/1/,
    );
  });

  it('finds no work where nothing was done, and the same work when asked again', async () => {
    const slot = await bench().prepare('nothing');
    const none = await bench().harvest(slot, 'nothing');
    assert.deepEqual(none, { tip: bench().base, commits: 0, files: [], linesAdded: 0, linesRemoved: 0 });
    bench().write(slot, { 'late.txt': 'late\n' });
    const first = await bench().harvest(slot, 'nothing');
    // Into another second: a commit that was made anew would be another one.
    await sleep(1_100);
    assert.deepEqual(await bench().harvest(slot, 'nothing'), { ...first });
  });

  it('says of work that goes on from an earlier try whether its files are the same', async () => {
    const slot = await bench().prepare('again-harvest');
    bench().write(slot, { 'first.txt': '1\n' });
    const first = await bench().harvest(slot, 'again-harvest');
    assert.equal(first.unchanged, undefined);
    const options = { attempt: 2, startFrom: first.tip };
    const second = await bench().prepare('again-harvest', { attempt: 2, commit: first.tip });
    assert.equal((await bench().harvest(second, 'again-harvest', options)).unchanged, true);
    bench().git(second, 'commit', '--quiet', '--allow-empty', '-m', 'Nothing in it');
    const empty = await bench().harvest(second, 'again-harvest', options);
    assert.deepEqual([empty.unchanged, empty.files, empty.tip === first.tip], [true, ['first.txt'], false]);
    bench().write(second, { 'first.txt': '2\n' });
    assert.equal((await bench().harvest(second, 'again-harvest', options)).unchanged, undefined);
  });

  it('never commits the sign that an agent gives', async () => {
    const slot = await bench().prepare('marker');
    bench().write(slot, { '.claude-task-complete': '', 'done.txt': 'done\n' });
    bench().git(slot, 'add', '--all');
    bench().git(slot, 'commit', '--quiet', '-m', 'With the marker');
    const work = await bench().harvest(slot, 'marker');
    assert.deepEqual(work.files, ['done.txt']);
    const next = await bench().prepare('marker', { attempt: 2, commit: work.tip });
    assert.equal(bench().read(next, '.claude-task-complete'), null);
  });

  it('takes nothing of a slot that was given back, and is nobody’s or somebody else’s', async () => {
    const slot = await bench().prepare('former');
    bench().write(slot, { 'mine.txt': 'mine\n' });
    const { tip } = await bench().harvest(slot, 'former');
    await bench().worktrees.release(slot, bench().holder('former'), 'reuse');
    const late = await bench().tryHarvest(slot, 'former');
    assert.equal(late.ok ? 'taken' : late.error.reason, 'no-slot');
    const next = await bench().prepare('latter');
    assert.equal(next.name, slot.name);
    bench().write(next, { 'theirs.txt': 'theirs\n' });
    const later = await bench().tryHarvest(slot, 'former');
    assert.equal(later.ok ? 'taken' : later.error.reason, 'no-slot');
    assert.equal(bench().fixture.git(['rev-parse', branchOf('former')]), tip);
    assert.deepEqual((await bench().harvest(next, 'latter')).files, ['theirs.txt']);
  });

  it('refuses work that does not descend from the base, and keeps it', async () => {
    const slot = await bench().prepare('orphan');
    bench().git(slot, 'checkout', '--quiet', '--orphan', 'elsewhere');
    bench().git(slot, 'commit', '--quiet', '-m', 'Without a parent');
    bench().git(slot, 'branch', '-D', branchOf('orphan'));
    const tip = bench().git(slot, 'rev-parse', 'HEAD');
    const refused = await bench().tryHarvest(slot, 'orphan');
    assert.ok(!refused.ok);
    assert.equal(refused.error.reason, 'not-descended');
    assert.match(bench().fixture.git(['for-each-ref', '--contains', tip, 'refs/cox/']), /beside/);
  });
}

function releasing(bench: () => WorktreeBench): void {
  it('gives a slot back for others, without a trace of its holder', async () => {
    const slot = await bench().prepare('gone');
    bench().write(slot, { 'deep/er/x.txt': 'x', 'noise.log': 'n' });
    await bench().worktrees.release(slot, bench().holder('gone'), 'reuse');
    assert.equal(await bench().worktrees.find(bench().holder('gone')), null);
    bench().fixture.git(['checkout', '--quiet', branchOf('gone')]);
    bench().fixture.git(['checkout', '--quiet', 'main']);
    const next = await bench().prepare('next');
    assert.equal(next.name, slot.name);
    assert.equal(bench().dirt(next), '');
  });

  it('lets only the holder give a slot back', async () => {
    const slot = await bench().prepare('mine');
    await bench().worktrees.release(slot, bench().holder('not-mine'), 'reuse');
    assert.deepEqual(await bench().worktrees.find(bench().holder('mine')), slot);
  });

  it('leaves a kept slot as it is, for its task to go on in', async () => {
    const slot = await bench().prepare('kept');
    bench().write(slot, { 'left.txt': 'left' });
    await bench().worktrees.release(slot, bench().holder('kept'), 'keep');
    const other = await bench().prepare('other');
    assert.notEqual(other.name, slot.name);
    assert.ok(existsSync(join(slot.path, 'left.txt')));
    assert.equal((await bench().prepare('kept', { attempt: 2 })).name, slot.name);
  });

  it('lists who has a slot, and not those that are left for a look', async () => {
    const kept = await bench().prepare('list-kept');
    await bench().worktrees.release(kept, bench().holder('list-kept'), 'keep');
    const before = Date.now();
    const slot = await bench().prepare('list-held');
    const held = await bench().worktrees.held();
    const mine = held.filter(({ holder }) => holder.task?.startsWith('list-'));
    assert.deepEqual(
      mine.map(({ slot: each, holder }) => [each, holder]),
      [[slot, bench().holder('list-held')]],
    );
    assert.ok(mine.every(({ since }) => since >= before && since <= Date.now()));
  });
}
