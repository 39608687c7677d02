import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type GitFixture, makeRepository } from '../testing/git-fixture.ts';
import { GitFailure } from './failure.ts';
import { ObjectMerger } from './object-merger.ts';
import { inspectRepository } from './repository.ts';
import { createGit } from './runner.ts';

const fixtures: GitFixture[] = [];
after(() => {
  for (const fixture of fixtures) fixture.remove();
});

async function setUp(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly fixture: GitFixture; readonly merger: ObjectMerger }> {
  const fixture = makeRepository({ files });
  fixtures.push(fixture);
  const git = createGit({ host: fixture.env });
  const repository = await inspectRepository(git, fixture.path);
  assert.ok(repository.ok);
  return { fixture, merger: new ObjectMerger({ git, repository: repository.value }) };
}

/** A commit on top of `base`, leaving the checkout where it was. */
function commitOn(fixture: GitFixture, base: string, files: Readonly<Record<string, string | null>>): string {
  fixture.git(['checkout', '-q', '--detach', base]);
  const commit = fixture.commit(files, 'Work');
  fixture.git(['checkout', '-q', 'main']);
  return commit;
}

describe('merging on objects', () => {
  it('makes a merge commit with both sides, pins it, and leaves the checkout alone', async () => {
    const { fixture, merger } = await setUp({ 'a.txt': '1\n' });
    const base = fixture.git(['rev-parse', 'HEAD']);
    const left = commitOn(fixture, base, { 'b.txt': 'b\n' });
    const right = commitOn(fixture, base, { 'c "d\n.txt': 'c\n' });
    const merged = await merger.merge({ run: 'r', onto: left, tip: right, message: 'Merge task-001: Title' });
    assert.ok(merged.is === 'clean');
    assert.deepEqual(
      fixture.git(['show', '-s', '--format=%P|%s', merged.commit]),
      `${left} ${right}|Merge task-001: Title`,
    );
    assert.deepEqual(
      fixture.git(['ls-tree', '--name-only', '-z', merged.commit]).split('\0').filter(Boolean),
      ['a.txt', 'b.txt', 'c "d\n.txt'],
    );
    assert.match(fixture.git(['for-each-ref', 'refs/cox/r/']), new RegExp(merged.commit));
    assert.equal(fixture.git(['status', '--porcelain']), '');
    assert.equal(fixture.git(['rev-parse', 'HEAD']), base);
  });

  it('gives the same commit for the same request, whenever it is made', async () => {
    const { fixture, merger } = await setUp({ 'a.txt': '1\n' });
    const base = fixture.git(['rev-parse', 'HEAD']);
    const left = commitOn(fixture, base, { 'b.txt': 'b\n' });
    const right = commitOn(fixture, base, { 'c.txt': 'c\n' });
    const request = { run: 'r', onto: left, tip: right, message: 'Merge' };
    const first = await merger.merge(request);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assert.deepEqual(await merger.merge(request), first);
  });

  it('names the paths of a conflict and makes nothing', async () => {
    const { fixture, merger } = await setUp({ 'a.txt': '1\n', 'z.txt': 'z\n' });
    const base = fixture.git(['rev-parse', 'HEAD']);
    const left = commitOn(fixture, base, { 'a.txt': 'left\n', 'z.txt': null });
    const right = commitOn(fixture, base, { 'a.txt': 'right\n', 'z.txt': 'other\n' });
    assert.deepEqual(await merger.merge({ run: 'r', onto: left, tip: right, message: 'M' }), {
      is: 'conflict',
      paths: ['a.txt', 'z.txt'],
    });
    assert.equal(fixture.git(['for-each-ref', 'refs/cox/']), '');
  });

  it('answers with what it stands on when that holds the tip already', async () => {
    const { fixture, merger } = await setUp({ 'a.txt': '1\n' });
    const base = fixture.git(['rev-parse', 'HEAD']);
    const left = commitOn(fixture, base, { 'b.txt': 'b\n' });
    assert.deepEqual(await merger.merge({ run: 'r', onto: left, tip: base, message: 'M' }), {
      is: 'clean',
      commit: left,
    });
  });

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
    const merged = await merger.merge({ run: 'r', onto: left, tip: right, message: 'M' });
    assert.ok(merged.is === 'clean');
    assert.equal(fixture.git(['show', `${merged.commit}:CHANGELOG`]), 'first\nleft\nright');
    const one = commitOn(fixture, base, { 'a.txt': 'one\n' });
    const two = commitOn(fixture, base, { 'a.txt': 'two\n' });
    const refused = await merger.merge({ run: 'r', onto: one, tip: two, message: 'M' });
    assert.deepEqual(refused, { is: 'conflict', paths: ['a.txt'] });
    assert.ok(!existsSync(trap));
  });

  it('makes a merge commit of work that stands on what it is merged onto, with the work’s files', async () => {
    const { fixture, merger } = await setUp({ 'a.txt': '1\n', 'b.txt': 'b\n' });
    const onto = fixture.git(['rev-parse', 'HEAD']);
    const first = commitOn(fixture, onto, { 'a.txt': '2\n' });
    const tip = commitOn(fixture, first, { 'b.txt': null, 'c.txt': 'c\n' });
    const merged = await merger.merge({ run: 'r', onto, tip, message: 'M' });
    assert.ok(merged.is === 'clean');
    assert.equal(fixture.git(['show', '-s', '--format=%P', merged.commit]), `${onto} ${tip}`);
    assert.equal(
      fixture.git(['rev-parse', `${merged.commit}^{tree}`]),
      fixture.git(['rev-parse', `${tip}^{tree}`]),
    );
    const undone = commitOn(fixture, tip, { 'a.txt': '1\n', 'b.txt': 'b\n', 'c.txt': null });
    const empty = await merger.merge({ run: 'r', onto, tip: undone, message: 'M' });
    assert.ok(empty.is === 'clean' && empty.commit !== onto);
  });

  it('drops the pins of a run and no others', async () => {
    const { fixture, merger } = await setUp({ 'a.txt': '1\n' });
    const base = fixture.git(['rev-parse', 'HEAD']);
    const left = commitOn(fixture, base, { 'b.txt': 'b\n' });
    const right = commitOn(fixture, base, { 'c.txt': 'c\n' });
    await merger.merge({ run: 'r', onto: left, tip: right, message: 'M' });
    await merger.merge({ run: 'other', onto: right, tip: left, message: 'M' });
    await merger.unpin('r');
    assert.match(
      fixture.git(['for-each-ref', '--format=%(refname)', 'refs/cox/']),
      /^refs\/cox\/other\/candidates\/\w+$/,
    );
  });

  it('refuses what is no commit before git sees it', async () => {
    const { fixture, merger } = await setUp({ 'a.txt': '1\n' });
    const base = fixture.git(['rev-parse', 'HEAD']);
    await assert.rejects(
      merger.merge({ run: 'r', onto: base, tip: '--output=x', message: 'M' }),
      /not a commit/,
    );
    await assert.rejects(
      merger.merge({ run: 'r', onto: base, tip: 'f'.repeat(40), message: 'M' }),
      GitFailure,
    );
  });
});

describe('the integration branch', () => {
  it('is made once, and again only at the same commit', async () => {
    const { fixture, merger } = await setUp({ 'a.txt': '1\n' });
    const base = fixture.git(['rev-parse', 'HEAD']);
    await merger.prepareBranch('integration/r', base);
    await merger.prepareBranch('integration/r', base);
    assert.equal(fixture.git(['rev-parse', 'refs/heads/integration/r']), base);
    const other = commitOn(fixture, base, { 'b.txt': 'b\n' });
    await assert.rejects(merger.prepareBranch('integration/r', other), /another commit/);
  });

  it('moves from where it was expected, once', async () => {
    const { fixture, merger } = await setUp({ 'a.txt': '1\n' });
    const base = fixture.git(['rev-parse', 'HEAD']);
    const next = commitOn(fixture, base, { 'b.txt': 'b\n' });
    await merger.prepareBranch('integration/r', base);
    const request = { branch: 'integration/r', from: base, to: next };
    assert.deepEqual(await merger.advance(request), { is: 'advanced' });
    assert.deepEqual(await merger.advance(request), { is: 'advanced' });
  });

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

  it('is not moved when somebody else moved it, and says whether our work is still in it', async () => {
    const { fixture, merger } = await setUp({ 'a.txt': '1\n' });
    const base = fixture.git(['rev-parse', 'HEAD']);
    const next = commitOn(fixture, base, { 'b.txt': 'b\n' });
    const theirs = commitOn(fixture, base, { 'c.txt': 'c\n' });
    const elsewhere = fixture.git(['commit-tree', '-m', 'Root', `${base}^{tree}`]);
    await merger.prepareBranch('integration/r', base);
    const request = { branch: 'integration/r', from: base, to: next };
    fixture.git(['update-ref', 'refs/heads/integration/r', theirs]);
    assert.deepEqual(await merger.advance(request), { is: 'moved', actual: theirs, ours: true });
    fixture.git(['update-ref', 'refs/heads/integration/r', elsewhere]);
    assert.deepEqual(await merger.advance(request), { is: 'moved', actual: elsewhere, ours: false });
    fixture.git(['update-ref', '-d', 'refs/heads/integration/r']);
    assert.deepEqual(await merger.advance(request), { is: 'moved', actual: null, ours: false });
  });
});
