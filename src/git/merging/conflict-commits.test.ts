import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { MergeRequest } from '../../ports/merger.ts';
import { type FileMap, type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { GitFailure } from '../base/failure.ts';
import { inspectRepository } from '../base/repository.ts';
import { createGit } from '../base/runner.ts';
import { ObjectConflictCommits } from './conflict-commits.ts';
import { ObjectMerger } from './object-merger.ts';

describe('a conflict', () => {
  let fixture: GitFixture;
  let conflicts: ObjectConflictCommits;
  let merger: ObjectMerger;
  let rest: () => Promise<void>;
  let base = '';
  let ours = '';
  let theirs = '';
  before(async () => {
    fixture = makeRepository({ files: { 'a.txt': '1\n2\n3\n', 'b.txt': 'b\n' } });
    base = fixture.git(['rev-parse', 'HEAD']);
    const git = createGit({ host: fixture.env });
    rest = () => git.rest();
    const repository = await inspectRepository(git, fixture.path);
    assert.ok(repository.ok);
    conflicts = new ObjectConflictCommits({ git, repository: repository.value });
    merger = new ObjectMerger({ git, repository: repository.value });
    ours = commitOn(base, { 'a.txt': '1\nours\n3\n', 'ours.txt': 'o\n' });
    theirs = commitOn(base, { 'a.txt': '1\ntheirs\n3\n', 'theirs.txt': 't\n' });
  });
  after(async () => {
    await rest();
    fixture.remove();
  });

  function commitOn(parent: string, files: FileMap): string {
    fixture.git(['checkout', '-q', '--detach', parent]);
    const commit = fixture.commit(files, 'Work');
    fixture.git(['checkout', '-q', 'main']);
    return commit;
  }

  const ask = (change: Partial<MergeRequest> = {}): MergeRequest => {
    const given = {
      run: 'r',
      onto: ours,
      tip: theirs,
      strategy: 'merge',
      message: 'Merge b: Title',
    } as const;
    return { ...given, ...change };
  };
  const pinned = (commit: string): string => fixture.git(['for-each-ref', '--points-at', commit, 'refs/cox']);
  const parents = (commit: string): string => fixture.git(['show', '-s', '--format=%P', commit]);

  it('is shown as a commit with markers on top of both sides, the same each time, on no branch', async () => {
    const heads = fixture.git(['for-each-ref', 'refs/heads']);
    const shown = await conflicts.show(ask());
    assert.deepEqual(await conflicts.show(ask()), shown);
    assert.equal(shown.ancestor, base);
    assert.deepEqual(shown.line, [ours]);
    assert.equal(parents(shown.unresolved), `${ours} ${theirs}`);
    assert.match(
      fixture.git(['show', `${shown.unresolved}:a.txt`]),
      /^1\n<{7} .*\nours\n={7}\ntheirs\n>{7} .*\n3$/,
    );
    assert.equal(fixture.git(['show', `${shown.unresolved}:theirs.txt`]), 't');
    assert.notEqual(pinned(shown.unresolved), '');
    assert.equal(fixture.git(['for-each-ref', 'refs/heads']), heads);
    assert.equal(fixture.git(['status', '--porcelain']), '');
  });

  it('of what is counted from a commit of its own brings no history along', async () => {
    const dropped = commitOn(base, { 'dropped.txt': 'd\n' });
    const tip = commitOn(dropped, { 'a.txt': '1\ntheirs\n3\n' });
    const shown = await conflicts.show(ask({ tip, since: dropped }));
    assert.equal(shown.ancestor, dropped);
    assert.equal(parents(shown.unresolved), ours);
    const names = fixture.git(['ls-tree', '--name-only', shown.unresolved]).split('\n');
    assert.ok(!names.includes('dropped.txt'), names.join());
  });

  it('that is resolved becomes one merge commit, to which the branch is moved from where we left it', async () => {
    const { unresolved } = await conflicts.show(ask());
    const resolved = commitOn(unresolved, { 'a.txt': '1\nours\ntheirs\n3\n' });
    fixture.git(['branch', 'cox/r/b', theirs]);
    const settle = { merge: ask(), resolved, branch: 'cox/r/b' };
    const commit = await conflicts.settle(settle);
    assert.equal(parents(commit), `${ours} ${theirs}`);
    assert.equal(
      fixture.git(['rev-parse', `${commit}^{tree}`]),
      fixture.git(['rev-parse', `${resolved}^{tree}`]),
    );
    assert.equal(fixture.git(['show', '-s', '--format=%B', commit]).trim(), 'Merge b: Title');
    assert.equal(fixture.git(['rev-parse', 'cox/r/b']), commit);
    assert.notEqual(pinned(commit), '');
    assert.equal(await conflicts.settle(settle), commit);
    // It is the merge that the queue makes of it, as long as the line has not moved.
    assert.deepEqual(await merger.merge(ask({ tip: commit })), { is: 'clean', commit });
    const moved = commitOn(ours, { 'more.txt': 'm\n' });
    const later = await merger.merge(ask({ onto: moved, tip: commit }));
    assert.ok(later.is === 'clean');
    assert.equal(parents(later.commit), `${moved} ${commit}`);
    for (const strategy of ['squash', 'rebase'] as const) {
      const one = await merger.merge(ask({ tip: commit, strategy }));
      assert.ok(one.is === 'clean');
      assert.equal(parents(one.commit), ours, strategy);
    }
  });

  it('leaves a branch alone that somebody has moved meanwhile', async () => {
    const { unresolved } = await conflicts.show(ask());
    const resolved = commitOn(unresolved, { 'a.txt': '1\nboth\n3\n' });
    const mine = commitOn(theirs, { 'mine.txt': 'm\n' });
    fixture.git(['branch', 'cox/r/moved', mine]);
    await conflicts.settle({ merge: ask(), resolved, branch: 'cox/r/moved' });
    assert.equal(fixture.git(['rev-parse', 'cox/r/moved']), mine);
  });

  it('is taken over from the branch where the user has resolved it, with the newest base that it holds', async () => {
    const adopt = (branch: string, bases: readonly string[]) =>
      conflicts.adopt({ run: 'r', branch, tip: theirs, bases });
    fixture.git(['branch', 'cox/r/user', theirs]);
    assert.deepEqual(await adopt('cox/r/user', [ours, base]), { is: 'unchanged' });
    assert.deepEqual(await adopt('cox/r/gone', [ours, base]), { is: 'unchanged' });
    const more = commitOn(theirs, { 'a.txt': '1\n3\n' });
    fixture.git(['branch', '-f', 'cox/r/user', more]);
    assert.deepEqual(await adopt('cox/r/user', [ours, base]), { is: 'moved', tip: more, base });
    const { unresolved } = await conflicts.show(ask());
    const merged = commitOn(unresolved, { 'a.txt': '1\nboth\n3\n' });
    fixture.git(['branch', '-f', 'cox/r/user', merged]);
    assert.deepEqual(await adopt('cox/r/user', [ours, base]), { is: 'moved', tip: merged, base: ours });
    assert.notEqual(pinned(merged), '');
    const other = fixture.git(['commit-tree', '-m', 'Other', `${base}^{tree}`]);
    fixture.git(['branch', '-f', 'cox/r/user', other]);
    assert.deepEqual(await adopt('cox/r/user', [ours, base]), { is: 'unrelated', tip: other });
  });

  it('is not asked about in other words than commits and branches', async () => {
    await assert.rejects(conflicts.show(ask({ tip: '--all' })), /not a commit/);
    await assert.rejects(conflicts.show(ask({ tip: 'f'.repeat(40) })), GitFailure);
    await assert.rejects(
      conflicts.adopt({ run: 'r', branch: '--x', tip: theirs, bases: [] }),
      /not a branch/,
    );
  });
});
