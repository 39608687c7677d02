/** What everything that merges must do, whatever stands behind it. Run by the tests of each implementation. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { MergeRequest, Merger } from '../ports/merger.ts';
import type { FileMap, GitFixture } from './git-fixture.ts';

export interface MergerBench {
  readonly fixture: GitFixture;
  /** A merger over the same repository as the others, as a new process would have it. */
  merger(): Promise<Merger>;
  close(): void;
}

/** `open` makes a repository whose first commit has `a.txt` (`1`) and `b.txt` (`b`). */
export function mergerContract(name: string, open: () => Promise<MergerBench>): void {
  describe(`${name} as a merger`, () => {
    let opened: Opened;
    before(async () => {
      const bench = await open();
      opened = new Opened(bench, await bench.merger());
    });
    after(() => opened.bench.close());
    merging(() => opened);
    branching(() => opened);
    unpinning(() => opened);
    committing(() => opened);
  });
}

class Opened {
  readonly bench: MergerBench;
  readonly merger: Merger;
  readonly base: string;

  constructor(bench: MergerBench, merger: Merger) {
    this.bench = bench;
    this.merger = merger;
    this.base = this.git('rev-parse', 'HEAD');
  }

  git(...args: readonly string[]): string {
    return this.bench.fixture.git(args);
  }

  /** A commit on top of another, leaving the checkout where it was. */
  commitOn(parent: string, files: FileMap): string {
    this.git('checkout', '-q', '--detach', parent);
    const commit = this.bench.fixture.commit(files, 'Work');
    this.git('checkout', '-q', 'main');
    return commit;
  }

  merge(onto: string, tip: string, change: Partial<MergeRequest> = {}): ReturnType<Merger['merge']> {
    const given = { run: 'run-1', onto, tip, strategy: 'merge', message: 'Merge task-001: Title' } as const;
    return this.merger.merge({ ...given, ...change });
  }

  async clean(onto: string, tip: string, change: Partial<MergeRequest> = {}): Promise<string> {
    const merged = await this.merge(onto, tip, change);
    assert.ok(merged.is === 'clean', JSON.stringify(merged));
    return merged.commit;
  }

  tree(commit: string): string {
    return this.git('rev-parse', `${commit}^{tree}`);
  }

  /** Everything a merge must leave alone. */
  surroundings(): string {
    const heads = this.git('for-each-ref', 'refs/heads', 'refs/tags');
    return [heads, this.git('status', '--porcelain'), this.git('rev-parse', 'HEAD')].join('\n');
  }

  pins(commit: string): string {
    return this.git('for-each-ref', '--format=%(refname)', '--points-at', commit, 'refs/cox');
  }
}

function merging(opened: () => Opened): void {
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

function branching(opened: () => Opened): void {
  const tipOf = (o: Opened, branch: string): string => o.git('rev-parse', `refs/heads/${branch}`);

  it('makes the branch once, again only at the same commit, and never over another', async () => {
    const o = opened();
    const branch = 'integration/made';
    await o.merger.prepareBranch(branch, o.base);
    await (await o.bench.merger()).prepareBranch(branch, o.base);
    assert.equal(tipOf(o, branch), o.base);
    await assert.rejects(o.merger.prepareBranch(branch, o.commitOn(o.base, { 'x.txt': 'x\n' })));
    assert.equal(tipOf(o, branch), o.base);
  });

  it('refuses names that git would take for something else', async () => {
    const o = opened();
    for (const branch of ['--force', 'a..b', 'x.lock', 'a b', '@{-1}', '']) {
      await assert.rejects(o.merger.prepareBranch(branch, o.base), JSON.stringify(branch));
      await assert.rejects(o.merger.advance({ branch, from: o.base, to: o.base }), JSON.stringify(branch));
    }
  });

  it('moves it from where it was expected; asked again, it says so again', async () => {
    const o = opened();
    const request = { branch: 'integration/moves', from: o.base, to: o.commitOn(o.base, { 'm.txt': 'm\n' }) };
    await o.merger.prepareBranch(request.branch, o.base);
    assert.deepEqual(await o.merger.advance(request), { is: 'advanced' });
    assert.deepEqual(await (await o.bench.merger()).advance(request), { is: 'advanced' });
    assert.equal(tipOf(o, request.branch), request.to);
  });

  it('makes one that is not there, once, and takes no name that somebody else has', async () => {
    const o = opened();
    const request = { branch: 'ends/made', from: null, to: o.base };
    assert.deepEqual(await o.merger.advance(request), { is: 'advanced' });
    assert.deepEqual(await (await o.bench.merger()).advance(request), { is: 'advanced' });
    const other = o.commitOn(o.base, { 'x.txt': 'x\n' });
    const moved = { is: 'moved', actual: o.base, ours: false };
    assert.deepEqual(await o.merger.advance({ ...request, to: other }), moved);
    assert.equal(tipOf(o, request.branch), o.base);
    for (const branch of ['ends', 'ends/made/below'])
      assert.deepEqual(await o.merger.advance({ ...request, branch }), { ...moved, actual: null });
    await assert.rejects(o.merger.advance({ ...request, branch: 'a..b' }));
  });

  it('does not move what somebody else moved, and says whether our work is still in it', async () => {
    const o = opened();
    const branch = 'integration/theirs';
    const ref = `refs/heads/${branch}`;
    await o.merger.prepareBranch(branch, o.base);
    const request = { branch, from: o.base, to: o.commitOn(o.base, { 'ours.txt': 'o\n' }) };
    const theirs = o.commitOn(o.base, { 'theirs.txt': 't\n' });
    o.git('update-ref', ref, theirs);
    assert.deepEqual(await o.merger.advance(request), { is: 'moved', actual: theirs, ours: true });
    const elsewhere = o.git('commit-tree', '-m', 'Root', `${o.base}^{tree}`);
    o.git('update-ref', ref, elsewhere);
    assert.deepEqual(await o.merger.advance(request), { is: 'moved', actual: elsewhere, ours: false });
    assert.equal(tipOf(o, branch), elsewhere);
    o.git('update-ref', '-d', ref);
    assert.deepEqual(await o.merger.advance(request), { is: 'moved', actual: null, ours: false });
  });
}

function unpinning(opened: () => Opened): void {
  it('drops what is pinned for the merges of a run, of no other, and no tip of an attempt', async () => {
    const o = opened();
    const left = o.commitOn(o.base, { 'pin-l.txt': 'l\n' });
    const right = o.commitOn(o.base, { 'pin-r.txt': 'r\n' });
    const mine = await o.clean(left, right, { run: 'pins' });
    const others = await o.clean(right, left, { run: 'others' });
    o.git('update-ref', 'refs/cox/pins/attempts/task-001/1', left);
    await o.merger.unpin('pins');
    assert.equal(o.pins(mine), '');
    assert.notEqual(o.pins(others), '');
    assert.equal(o.pins(left), 'refs/cox/pins/attempts/task-001/1');
    await o.merger.unpin('pins');
    await o.merger.unpin('never-heard-of');
  });
}

function committing(opened: () => Opened): void {
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
