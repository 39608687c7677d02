/** What everything that merges must do, whatever stands behind it. Run by the tests of each implementation. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { type MergerBench, OpenedMerger } from './merger-bench.ts';
import { branching, unpinning } from './merger-contract-branches.ts';

/** `open` makes a repository whose first commit has `a.txt` (`1`) and `b.txt` (`b`). */
export function mergerContract(name: string, open: () => Promise<MergerBench>): void {
  describe(`${name} as a merger`, () => {
    let opened: OpenedMerger;
    before(async () => {
      const bench = await open();
      opened = new OpenedMerger(bench, await bench.merger());
    });
    after(() => opened.bench.close());
    merging(() => opened);
    branching(() => opened);
    unpinning(() => opened);
    committing(() => opened);
  });
}

function merging(opened: () => OpenedMerger): void {
  it('makes a merge commit of both sides with the message, pinned, and leaves everything else alone', async () => {
    const o = opened();
    const left = o.commitOn(o.base, { 'left.txt': 'l\n' });
    const right = o.commitOn(o.base, { 'c "d\n.txt': 'c\n' });
    const before = o.surroundings();
    const commit = await o.clean(left, right);
    assert.equal(
      o.git('show', '-s', '--format=%P|%B', commit).trim(),
      `${left} ${right}|Merge task-001: Title`,
    );
    const names = o.git('ls-tree', '--name-only', '-z', commit).split('\0').filter(Boolean);
    assert.deepEqual(names, ['a.txt', 'b.txt', 'c "d\n.txt', 'left.txt']);
    assert.notEqual(o.pins(commit), '');
    assert.equal(o.surroundings(), before);
  });

  it('merges changes of one file where they do not meet', async () => {
    const o = opened();
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}\n`);
    const base = o.commitOn(o.base, { 'long.txt': lines.join('') });
    const left = o.commitOn(base, { 'long.txt': ['first\n', ...lines.slice(1)].join('') });
    const right = o.commitOn(base, { 'long.txt': [...lines.slice(0, -1), 'last\n'].join('') });
    const commit = await o.clean(left, right);
    assert.equal(o.git('show', `${commit}:long.txt`), ['first\n', ...lines.slice(1, -1), 'last'].join(''));
  });

  it('gives the same commit for the same request, to any process at any time', async () => {
    const o = opened();
    const left = o.commitOn(o.base, { 'same-l.txt': 'l\n' });
    const right = o.commitOn(o.base, { 'same-r.txt': 'r\n' });
    const request = { run: 'run-1', onto: left, tip: right, message: 'Merge', strategy: 'merge' } as const;
    const first = await o.merger.merge(request);
    // A date of the present would be another one then.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assert.deepEqual(await (await o.bench.merger()).merge(request), first);
  });

  it('makes a merge commit also of work that stands on what it is merged onto', async () => {
    const o = opened();
    const tip = o.commitOn(o.commitOn(o.base, { 'a.txt': '2\n' }), { 'b.txt': null, 'on.txt': 'o\n' });
    const commit = await o.clean(o.base, tip);
    assert.equal(o.git('show', '-s', '--format=%P', commit), `${o.base} ${tip}`);
    assert.equal(o.tree(commit), o.tree(tip));
    const undone = o.commitOn(tip, { 'a.txt': '1\n', 'b.txt': 'b\n', 'on.txt': null });
    assert.equal(o.git('show', '-s', '--format=%P', await o.clean(o.base, undone)), `${o.base} ${undone}`);
  });

  it('makes a merge commit of work whose files are there already, for its history is not', async () => {
    const o = opened();
    const first = o.commitOn(o.base, { 'twin.txt': 't\n' });
    const second = o.git('commit-tree', '-p', o.base, '-m', 'The same again', `${first}^{tree}`);
    const commit = await o.clean(first, second);
    assert.equal(o.git('show', '-s', '--format=%P', commit), `${first} ${second}`);
    assert.equal(o.tree(commit), o.tree(first));
  });

  it('answers with what it merges onto when that holds the tip already', async () => {
    const o = opened();
    const onto = o.commitOn(o.base, { 'more.txt': 'm\n' });
    assert.equal(await o.clean(onto, o.base), onto);
    assert.equal(await o.clean(onto, onto), onto);
  });

  it('names the paths of a conflict, makes nothing, and merges others afterwards', async () => {
    const o = opened();
    const left = o.commitOn(o.base, { 'a.txt': 'left\n', 'b.txt': null, 'ü\n.txt': 'l\n' });
    const right = o.commitOn(o.base, { 'a.txt': 'right\n', 'b.txt': 'other\n', 'ü\n.txt': 'r\n' });
    const before = [o.surroundings(), o.git('for-each-ref', 'refs/cox')];
    const conflict = await o.merge(left, right);
    assert.ok(conflict.is === 'conflict', JSON.stringify(conflict));
    assert.deepEqual([...conflict.paths].sort(), ['a.txt', 'b.txt', 'ü\n.txt']);
    assert.deepEqual([o.surroundings(), o.git('for-each-ref', 'refs/cox')], before);
    await o.clean(left, o.commitOn(o.base, { 'other.txt': 'o\n' }));
  });

  it('tells the texts of a conflict, and takes others in their place, as the same kind of commit', async () => {
    const o = opened();
    const base = o.commitOn(o.base, { 'both.txt': 'base\n', 'gone.txt': 'g\n' });
    const left = o.commitOn(base, { 'both.txt': 'left\n', 'new.txt': 'l\n', 'clean-l.txt': 'l\n' });
    const right = o.commitOn(base, { 'both.txt': 'right\n', 'new.txt': 'r\n', 'clean-r.txt': 'r\n' });
    const request = { run: 'run-1', onto: left, tip: right, strategy: 'merge', message: 'Merge' } as const;
    assert.deepEqual(await o.merger.conflict(request), {
      files: [
        { path: 'both.txt', base: 'base\n', ours: 'left\n', theirs: 'right\n' },
        { path: 'new.txt', base: null, ours: 'l\n', theirs: 'r\n' },
      ],
      others: [],
    });
    const both = { path: 'both.txt', text: 'left and right\n' };
    const resolved = [both, { path: 'new.txt', text: 'l and r\n' }];
    const commit = await o.clean(left, right, { resolved });
    assert.equal(o.git('show', '-s', '--format=%P', commit), `${left} ${right}`);
    assert.equal(o.git('show', `${commit}:both.txt`), 'left and right');
    assert.equal(o.git('show', `${commit}:new.txt`), 'l and r');
    assert.deepEqual(
      o
        .git('ls-tree', '--name-only', commit)
        .split('\n')
        .filter((name) => name.startsWith('clean')),
      ['clean-l.txt', 'clean-r.txt'],
    );
    assert.equal(await o.clean(left, right, { resolved }), commit, 'another commit for the same request');
    for (const strategy of ['squash', 'rebase'] as const) {
      const flat = await o.clean(left, right, { resolved, strategy });
      assert.equal(o.git('show', '-s', '--format=%P', flat), left);
      assert.equal(o.tree(flat), o.tree(commit));
    }
    for (const wrong of [[], [both], [...resolved, { path: 'gone.txt', text: 'x' }]])
      assert.equal((await o.merge(left, right, { resolved: wrong })).is, 'conflict');
  });

  it('names what is no matter of two texts', async () => {
    const o = opened();
    const base = o.commitOn(o.base, { 'del.txt': 'base\n', 'bin.dat': 'a\0b', 'text.txt': 't\n' });
    const left = o.commitOn(base, { 'del.txt': null, 'bin.dat': 'a\0c', 'text.txt': 'l\n' });
    const right = o.commitOn(base, { 'del.txt': 'right\n', 'bin.dat': 'a\0d', 'text.txt': 'r\n' });
    const request = { run: 'run-1', onto: left, tip: right, strategy: 'merge', message: 'Merge' } as const;
    const { files, others } = await o.merger.conflict(request);
    assert.deepEqual(
      files.map(({ path }) => path),
      ['text.txt'],
    );
    assert.deepEqual(others.map(({ path }) => path).sort(), ['bin.dat', 'del.txt']);
    assert.match(others.find(({ path }) => path === 'del.txt')?.reason ?? '', /modify\/delete/);
    const all = ['del.txt', 'bin.dat', 'text.txt'].map((path) => ({ path, text: 'x' }));
    assert.equal((await o.merge(left, right, { resolved: all })).is, 'conflict');
    assert.deepEqual(await o.merger.conflict({ ...request, tip: left }), { files: [], others: [] });
  });

  it('refuses what is no commit', async () => {
    const o = opened();
    for (const tip of ['--output=x', 'main', '', 'f'.repeat(40), o.tree(o.base)]) {
      await assert.rejects(o.merge(o.base, tip), JSON.stringify(tip));
    }
  });
}

function committing(opened: () => OpenedMerger): void {
  it('commits files on top of a commit, the same ones to the same commit, and pins it', async () => {
    const o = opened();
    const files = new Map([
      ['a.txt', '2\n'],
      ['b.txt', null],
      ['new/c.txt', 'c\n'],
    ]);
    const request = { run: 'files', onto: o.base, files, message: 'Files\n' };
    const commit = await o.merger.commitFiles(request);
    assert.equal(o.git('rev-parse', `${commit}^`), o.base);
    assert.equal(o.git('log', '-1', '--format=%s', commit), 'Files');
    assert.equal(o.git('ls-tree', '-r', '--name-only', commit), 'a.txt\nnew/c.txt');
    assert.equal(o.git('show', `${commit}:a.txt`), '2');
    assert.notEqual(o.pins(commit), '');
    assert.equal(await (await o.bench.merger()).commitFiles(request), commit);
  });

  it('makes no commit of files that are there as they are', async () => {
    const o = opened();
    const files = new Map([['a.txt', '1\n']]);
    assert.equal(await o.merger.commitFiles({ run: 'files', onto: o.base, files, message: 'x' }), o.base);
    assert.equal(
      await o.merger.commitFiles({ run: 'files', onto: o.base, files: new Map(), message: 'x' }),
      o.base,
    );
  });
}
