import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { MergeStrategy } from '../../core/settings.ts';
import type { MergeRequest } from '../../ports/merger.ts';
import { type FileMap, makeRepository } from '../../testing/git-fixture.ts';
import { inspectRepository } from '../base/repository.ts';
import { createGit } from '../base/runner.ts';
import { ObjectMerger } from './object-merger.ts';

const STRATEGIES: readonly MergeStrategy[] = ['merge', 'squash', 'rebase'];

describe('a strategy of merging', () => {
  const fixture = makeRepository({ files: { 'a.txt': '1\n2\n3\n', 'b.txt': 'b\n' } });
  const base = fixture.git(['rev-parse', 'HEAD']);
  let merger: ObjectMerger;
  before(async () => {
    const git = createGit({ host: fixture.env });
    const repository = await inspectRepository(git, fixture.path);
    assert.ok(repository.ok);
    merger = new ObjectMerger({ git, repository: repository.value });
  });
  after(() => fixture.remove());

  function commitOn(parent: string, files: FileMap, message = 'Work'): string {
    fixture.git(['checkout', '-q', '--detach', parent]);
    const commit = fixture.commit(files, message);
    fixture.git(['checkout', '-q', 'main']);
    return commit;
  }

  function ask(strategy: MergeStrategy, change: Pick<MergeRequest, 'onto' | 'tip' | 'since'>): MergeRequest {
    return { run: 'r', strategy, message: 'task-001: Title', ...change };
  }

  async function clean(
    strategy: MergeStrategy,
    change: Pick<MergeRequest, 'onto' | 'tip' | 'since'>,
  ): Promise<string> {
    const merged = await merger.merge(ask(strategy, change));
    assert.ok(merged.is === 'clean', JSON.stringify(merged));
    assert.deepEqual(await merger.merge(ask(strategy, change)), merged, 'the same request, another commit');
    return merged.commit;
  }

  const tree = (commit: string): string => fixture.git(['rev-parse', `${commit}^{tree}`]);
  const log = (format: string, commit: string, onto: string): readonly string[] =>
    fixture.git(['log', '--reverse', `--format=${format}`, commit, `^${onto}`]).split('\n');
  const files = (commit: string): readonly string[] =>
    fixture.git(['ls-tree', '--name-only', commit]).split('\n');

  /** Two commits on the base, of another author. */
  function twoCommits(): string {
    const first = commitOn(base, { 'one.txt': '1\n' }, 'One\n\nAt length.');
    const second = commitOn(first, { 'a.txt': 'one\n2\n3\n' }, 'Two');
    const named = {
      GIT_AUTHOR_NAME: 'Änne',
      GIT_AUTHOR_EMAIL: 'a@b.example',
      GIT_AUTHOR_DATE: '@1700000000 +0230',
    };
    fixture.git(['checkout', '-q', '--detach', second]);
    fixture.git(['commit', '-q', '--amend', '--no-edit', '--reset-author'], { env: named });
    const tip = fixture.git(['rev-parse', 'HEAD']);
    fixture.git(['checkout', '-q', 'main']);
    return tip;
  }

  it('never changes what is merged', async () => {
    const onto = commitOn(base, { 'a.txt': '1\n2\nthree\n', 'left.txt': 'l\n' });
    const tip = twoCommits();
    const trees = await Promise.all(STRATEGIES.map(async (each) => tree(await clean(each, { onto, tip }))));
    assert.equal(new Set(trees).size, 1);
    const other = commitOn(base, { 'a.txt': 'uno\n2\n3\n' });
    for (const strategy of STRATEGIES) {
      const conflict = await merger.merge(ask(strategy, { onto: other, tip }));
      assert.deepEqual(conflict, { is: 'conflict', paths: ['a.txt'] }, strategy);
    }
  });

  it('squash makes one commit of a branch, and none of one that adds nothing', async () => {
    const onto = commitOn(base, { 'left.txt': 'l\n' });
    const tip = twoCommits();
    const commit = await clean('squash', { onto, tip });
    assert.deepEqual(log('%P|%s', commit, onto), [`${onto}|task-001: Title`]);
    assert.equal(await clean('squash', { onto: commit, tip }), commit);
  });

  it('rebase puts the commits of a branch on top, with their authors and messages', async () => {
    const onto = commitOn(base, { 'left.txt': 'l\n' });
    const tip = twoCommits();
    const commit = await clean('rebase', { onto, tip });
    assert.deepEqual(log('%an|%ad|%B', commit, onto), log('%an|%ad|%B', tip, base));
    assert.equal(fixture.git(['show', '-s', '--format=%P', `${commit}^`]), onto);
    assert.ok(log('%an', commit, onto).includes('Änne'));
    assert.equal(await clean('rebase', { onto: base, tip }), tip, 'what lies on top already stays as it is');
    assert.equal(await clean('rebase', { onto: commit, tip }), commit);
  });

  it('rebase leaves out commits whose change is there already', async () => {
    const onto = commitOn(base, { 'one.txt': '1\n' }, 'The same, by another');
    const commit = await clean('rebase', { onto, tip: twoCommits() });
    assert.deepEqual(log('%s', commit, onto), ['Two']);
  });

  it('rebase makes one commit of a branch that cannot be replayed to the same end', async () => {
    const onto = commitOn(base, { 'a.txt': '1\n2\nthree\n' });
    const merging = commitOn(base, { 'one.txt': '1\n' });
    const merge = fixture.git(['commit-tree', '-p', merging, '-p', base, '-m', 'M', `${merging}^{tree}`]);
    assert.deepEqual(log('%s', await clean('rebase', { onto, tip: merge }), onto), ['task-001: Title']);
    // On its way the branch changes what `onto` changes, and it takes that back.
    const detour = commitOn(commitOn(base, { 'a.txt': '1\n2\nDREI\n' }), { 'a.txt': null });
    const back = commitOn(detour, { 'a.txt': '1\n2\n3\n', 'end.txt': 'e\n' });
    const commit = await clean('rebase', { onto, tip: back });
    assert.deepEqual(log('%s', commit, onto), ['task-001: Title']);
    assert.equal(fixture.git(['show', `${commit}:a.txt`]), '1\n2\nthree');
  });

  it('rebase takes no word of a malformed commit', async () => {
    const onto = commitOn(base, { 'left.txt': 'l\n' });
    const work = commitOn(base, { 'odd.txt': 'o\n' });
    const raw = `tree ${tree(work)}\nparent ${base}\nauthor no address 1 x\ncommitter C <c@x> 1700000000 +0000\nencoding ISO-8859-1\n\nCaf`;
    const input = Buffer.concat([Buffer.from(raw), Buffer.from([0xe9, 0x0a])]);
    const literally = ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'];
    const tip = fixture.git(literally, { input });
    const commit = await clean('rebase', { onto, tip });
    assert.deepEqual(log('%an|%B', commit, onto).slice(0, 1), [
      `${fixture.git(['config', 'user.name'])}|Café`,
    ]);
  });

  for (const strategy of STRATEGIES) {
    it(`${strategy} takes along only what a branch adds to a commit that was dropped`, async () => {
      const onto = commitOn(base, { 'left.txt': 'l\n' });
      const bad = commitOn(base, { 'bad.txt': 'bad\n', 'a.txt': '1\n2\nbad\n' });
      const dropped = fixture.git(['commit-tree', '-p', base, '-p', bad, '-m', 'M', `${bad}^{tree}`]);
      const tip = commitOn(dropped, { 'good.txt': 'g\n', 'a.txt': 'good\n2\nbad\n' });
      const commit = await clean(strategy, { onto, tip, since: dropped });
      assert.deepEqual(files(commit), ['a.txt', 'b.txt', 'good.txt', 'left.txt']);
      assert.equal(fixture.git(['show', `${commit}:a.txt`]), 'good\n2\n3');
      assert.equal(log('%H', commit, onto).length, 1, 'nothing else of its history');
      const builtOn = commitOn(dropped, { 'bad.txt': 'better\n' });
      const conflict = await merger.merge(ask(strategy, { onto, tip: builtOn, since: dropped }));
      assert.deepEqual(conflict, { is: 'conflict', paths: ['bad.txt'] });
    });
  }
});
