import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { mergerContract } from '../../testing/merger-contract.ts';
import { GitFailure } from '../base/failure.ts';
import { inspectRepository } from '../base/repository.ts';
import { createGit } from '../base/runner.ts';
import { ObjectMerger } from './object-merger.ts';

const fixtures: GitFixture[] = [];
after(() => {
  for (const fixture of fixtures) fixture.remove();
});

async function setUp(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly fixture: GitFixture; readonly merger: ObjectMerger }> {
  const fixture = makeRepository({ files });
  fixtures.push(fixture);
  return { fixture, merger: await open(fixture) };
}

async function open(fixture: GitFixture): Promise<ObjectMerger> {
  const git = createGit({ host: fixture.env });
  const repository = await inspectRepository(git, fixture.path);
  assert.ok(repository.ok);
  return new ObjectMerger({ git, repository: repository.value });
}

mergerContract('The merger on objects', async () => {
  const fixture = makeRepository({ files: { 'a.txt': '1\n', 'b.txt': 'b\n' } });
  const merger = () => open(fixture);
  return { fixture, merger, close: () => fixture.remove() };
});

/** A commit on top of `base`, leaving the checkout where it was. */
function commitOn(fixture: GitFixture, base: string, files: Readonly<Record<string, string | null>>): string {
  fixture.git(['checkout', '-q', '--detach', base]);
  const commit = fixture.commit(files, 'Work');
  fixture.git(['checkout', '-q', 'main']);
  return commit;
}

describe('merging on objects', () => {
  it('runs no merge driver of the repository, and heeds the built-in ones that the tree asks for', async () => {
    const { fixture, merger } = await setUp({
      '.gitattributes': 'CHANGELOG merge=union\n*.txt merge=trap\n',
      CHANGELOG: 'first\n',
      'a.txt': '1\n',
    });
    const trap = join(fixture.root, 'trapped');
    fixture.git(['config', 'merge.trap.driver', `touch ${trap}; exit 0`]);
    const base = fixture.git(['rev-parse', 'HEAD']);
    const left = commitOn(fixture, base, { CHANGELOG: 'first\nleft\n' });
    const right = commitOn(fixture, base, { CHANGELOG: 'first\nright\n' });
    const merged = await merger.merge({ run: 'r', onto: left, tip: right, message: 'M', strategy: 'merge' });
    assert.ok(merged.is === 'clean');
    assert.equal(fixture.git(['show', `${merged.commit}:CHANGELOG`]), 'first\nleft\nright');
    const one = commitOn(fixture, base, { 'a.txt': 'one\n' });
    const two = commitOn(fixture, base, { 'a.txt': 'two\n' });
    const refused = await merger.merge({ run: 'r', onto: one, tip: two, message: 'M', strategy: 'merge' });
    assert.deepEqual(refused, { is: 'conflict', paths: ['a.txt'] });
    assert.ok(!existsSync(trap));
  });

  it('refuses what is no commit before git sees it', async () => {
    const { fixture, merger } = await setUp({ 'a.txt': '1\n' });
    const base = fixture.git(['rev-parse', 'HEAD']);
    await assert.rejects(
      merger.merge({ run: 'r', onto: base, tip: '--output=x', message: 'M', strategy: 'merge' }),
      /not a commit/,
    );
    await assert.rejects(
      merger.merge({ run: 'r', onto: base, tip: 'f'.repeat(40), message: 'M', strategy: 'merge' }),
      GitFailure,
    );
  });
});

describe('the integration branch', () => {
  it('takes the files of a worktree along that looks at it, but no change of the user’s', async () => {
    const { fixture, merger } = await setUp({ 'a.txt': '1\n', 'b.txt': '1\n' });
    const base = fixture.git(['rev-parse', 'HEAD']);
    const next = commitOn(fixture, base, { 'a.txt': '2\n' });
    await merger.prepareBranch('integration/r', base);
    fixture.git(['checkout', '-q', 'integration/r']);
    fixture.write({ 'b.txt': 'mine\n' });
    assert.deepEqual(await merger.advance({ branch: 'integration/r', from: base, to: next }), {
      is: 'advanced',
    });
    assert.equal(fixture.git(['status', '--porcelain']), ' M b.txt');
    assert.equal(readFileSync(join(fixture.path, 'a.txt'), 'utf8'), '2\n');
    const third = fixture.git(['commit-tree', '-p', next, '-m', 'Third', `${base}^{tree}`]);
    fixture.write({ 'a.txt': 'mine too\n' });
    assert.deepEqual(await merger.advance({ branch: 'integration/r', from: next, to: third }), {
      is: 'advanced',
    });
    assert.equal(readFileSync(join(fixture.path, 'a.txt'), 'utf8'), 'mine too\n');
  });

  it('tells a ref that cannot be written from one that was moved', async () => {
    const { fixture, merger } = await setUp({ 'a.txt': '1\n' });
    const base = fixture.git(['rev-parse', 'HEAD']);
    const next = commitOn(fixture, base, { 'b.txt': 'b\n' });
    await merger.prepareBranch('integration/r', base);
    writeFileSync(join(fixture.path, '.git/refs/heads/integration/r.lock'), '');
    await assert.rejects(merger.advance({ branch: 'integration/r', from: base, to: next }), GitFailure);
    fixture.git(['branch', 'taken']);
    await assert.rejects(merger.prepareBranch('taken/r', base), GitFailure);
  });
});
