import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { inspectRepository } from '../base/repository.ts';
import { createGit, type Git } from '../base/runner.ts';
import { CheckedOutBranch } from './target-branch.ts';

const opened: { readonly fixture: GitFixture; readonly git: Git }[] = [];
after(async () => {
  for (const { fixture, git } of opened) {
    await git.rest();
    fixture.remove();
  }
});

interface Bench {
  readonly fixture: GitFixture;
  readonly target: CheckedOutBranch;
  readonly from: string;
  /** Has `a.txt` changed, `gone.txt` removed, `new.txt` and `dir/deep.txt` added. */
  readonly to: string;
  move(): { readonly branch: string; readonly from: string; readonly to: string };
  text(name: string): string;
}

async function open(): Promise<Bench> {
  const fixture = makeRepository({ files: { 'a.txt': '1\n', 'gone.txt': 'gone\n', 'plan.json': '{}\n' } });
  const git = createGit({ host: fixture.env });
  opened.push({ fixture, git });
  const from = fixture.git(['rev-parse', 'HEAD']);
  const to = fixture.commit(
    { 'a.txt': '2\n', 'gone.txt': null, 'new.txt': 'new\n', 'dir/deep.txt': 'deep\n' },
    'Theirs',
  );
  fixture.git(['reset', '--quiet', '--hard', from]);
  const found = await inspectRepository(git, fixture.path);
  assert.ok(found.ok);
  return {
    fixture,
    target: new CheckedOutBranch({ git, repository: found.value }),
    from,
    to,
    move: () => ({ branch: 'main', from, to }),
    text: (name) => readFileSync(join(fixture.path, name), 'utf8'),
  };
}

function note({ fixture, move }: Bench): void {
  const folder = join(fixture.path, '.git', 'coxswain', 'moves');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'main.json'), JSON.stringify(move()));
}

function isMoved({ fixture, to, text }: Bench): void {
  assert.equal(fixture.git(['rev-parse', 'main']), to);
  assert.equal(fixture.git(['status', '--porcelain']), '');
  assert.deepEqual([text('a.txt'), text('new.txt'), text('dir/deep.txt')], ['2\n', 'new\n', 'deep\n']);
  assert.ok(!existsSync(join(fixture.path, 'gone.txt')));
}

describe('moving a branch', () => {
  it('brings the files of its checkout along', async () => {
    const bench = await open();
    assert.deepEqual(await bench.target.obstacles(bench.move(), []), []);
    assert.deepEqual(await bench.target.move(bench.move(), 'for good'), { is: 'moved' });
    isMoved(bench);
    assert.match(bench.fixture.git(['reflog', '-1', 'main']), /for good/);
    assert.equal(await bench.target.complete('main'), null);
  });

  it('leaves alone changed files that it has no business with', async () => {
    const bench = await open();
    bench.fixture.write({ 'plan.json': '{"mine": 1}\n' });
    assert.equal((await bench.target.obstacles(bench.move(), [])).length, 1);
    assert.deepEqual(await bench.target.obstacles(bench.move(), ['plan.json']), []);
    assert.deepEqual(await bench.target.move(bench.move(), 'for good'), { is: 'moved' });
    assert.equal(bench.text('plan.json'), '{"mine": 1}\n');
    assert.equal(bench.text('a.txt'), '2\n');
  });

  it('is refused by what lies in the way, and touches nothing', async () => {
    const ways: readonly [what: RegExp, make: (bench: Bench) => void][] = [
      [/a\.txt/, ({ fixture }) => fixture.write({ 'a.txt': 'mine\n' })],
      [/new\.txt/, ({ fixture }) => fixture.write({ 'new.txt': 'mine\n' })],
      [
        /new\.txt/,
        ({ fixture }) => {
          writeFileSync(join(fixture.path, '.git', 'info', 'exclude'), 'new.txt\n');
          fixture.write({ 'new.txt': 'ignored and precious\n' });
        },
      ],
      [/dir/, ({ fixture }) => fixture.write({ dir: 'a file\n' })],
      [
        /merge is in progress/,
        ({ fixture, to }) => writeFileSync(join(fixture.path, '.git', 'MERGE_HEAD'), `${to}\n`),
      ],
    ];
    for (const [what, make] of ways) {
      const bench = await open();
      make(bench);
      const before = bench.fixture.git(['status', '--porcelain', '--ignored']);
      const found = await bench.target.obstacles(bench.move(), []);
      assert.equal(found.length, 1, String(what));
      assert.match(found[0]?.message ?? '', what);
      assert.equal(bench.fixture.git(['rev-parse', 'main']), bench.from);
      assert.equal(bench.fixture.git(['status', '--porcelain', '--ignored']), before);
    }
  });

  it('is refused while the branch is being rebased, wherever that is', async () => {
    const bench = await open();
    const { fixture } = bench;
    fixture.git(['checkout', '-q', '-b', 'other', bench.to]);
    fixture.commit({ 'a.txt': '3\n' }, 'Mine');
    fixture.git(['checkout', '-q', '-B', 'main', bench.from]);
    fixture.commit({ 'a.txt': '4\n' }, 'Theirs');
    assert.throws(() => fixture.git(['rebase', 'other']));
    const move = { branch: 'main', from: fixture.git(['rev-parse', 'main']), to: bench.to };
    assert.match((await bench.target.obstacles(move, []))[0]?.message ?? '', /a rebase of main/);
  });

  it('is refused when somebody else has moved it', async () => {
    const bench = await open();
    const actual = bench.fixture.commit({ 'b.txt': 'b\n' }, 'Meanwhile');
    assert.deepEqual(await bench.target.move(bench.move(), 'for good'), { is: 'elsewhere', actual });
    assert.equal(await bench.target.complete('main'), null);
    assert.equal(bench.fixture.git(['status', '--porcelain']), '');
  });

  it('finds the linked worktree that stands on it', async () => {
    const bench = await open();
    const other = join(bench.fixture.root, 'linked');
    bench.fixture.git(['checkout', '-q', '-b', 'elsewhere']);
    bench.fixture.git(['worktree', 'add', '-q', other, 'main']);
    bench.fixture.write({ 'a.txt': 'mine\n' }, other);
    assert.match((await bench.target.obstacles(bench.move(), []))[0]?.message ?? '', /linked.*a\.txt/);
    bench.fixture.git(['checkout', '-q', '.'], { cwd: other });
    assert.deepEqual(await bench.target.move(bench.move(), 'for good'), { is: 'moved' });
    assert.equal(readFileSync(join(other, 'new.txt'), 'utf8'), 'new\n');
    assert.equal(bench.fixture.git(['status', '--porcelain'], { cwd: other }), '');
    assert.ok(!existsSync(join(bench.fixture.path, 'new.txt')));
    bench.fixture.git(['worktree', 'remove', '--force', other]);
  });
});

describe('a move that was cut off', () => {
  it('before the branch moved is forgotten', async () => {
    const bench = await open();
    note(bench);
    assert.equal(await bench.target.complete('main'), null);
    assert.equal(bench.fixture.git(['rev-parse', 'main']), bench.from);
    assert.deepEqual(await bench.target.move(bench.move(), 'for good'), { is: 'moved' });
    isMoved(bench);
  });

  it('before the files followed, or with some of them, is made good', async () => {
    const halves: readonly ((bench: Bench) => void)[] = [
      () => undefined,
      ({ fixture }) => fixture.write({ 'a.txt': '2\n', 'new.txt': 'new\n' }),
      ({ fixture }) => rmSync(join(fixture.path, 'gone.txt')),
      ({ fixture }) =>
        fixture.write({ 'a.txt': '2\n', 'gone.txt': null, 'new.txt': 'new\n', 'dir/deep.txt': 'deep\n' }),
    ];
    for (const half of halves) {
      const bench = await open();
      note(bench);
      bench.fixture.git(['update-ref', 'refs/heads/main', bench.to]);
      half(bench);
      assert.deepEqual(await bench.target.complete('main'), { is: 'moved' });
      isMoved(bench);
      assert.equal(await bench.target.complete('main'), null);
    }
  });

  it('touches nothing that the user has changed since, and says so', async () => {
    const bench = await open();
    note(bench);
    bench.fixture.git(['update-ref', 'refs/heads/main', bench.to]);
    bench.fixture.write({ 'a.txt': 'mine\n', 'new.txt': 'new\n' });
    const behind = await bench.target.complete('main');
    assert.equal(behind?.is, 'behind');
    assert.match(behind?.is === 'behind' ? behind.message : '', /a\.txt was changed meanwhile/);
    assert.deepEqual([bench.text('a.txt'), bench.text('new.txt')], ['mine\n', 'new\n']);
    bench.fixture.write({ 'a.txt': '1\n' });
    assert.deepEqual(await bench.target.complete('main'), { is: 'moved' });
    isMoved(bench);
  });

  it('with the lock of a git that was killed tells of it', async () => {
    const bench = await open();
    note(bench);
    bench.fixture.git(['update-ref', 'refs/heads/main', bench.to]);
    const lock = join(bench.fixture.path, '.git', 'index.lock');
    writeFileSync(lock, '');
    const behind = await bench.target.complete('main');
    assert.match(behind?.is === 'behind' ? behind.message : '', /index\.lock/);
    rmSync(lock);
    assert.deepEqual(await bench.target.complete('main'), { is: 'moved' });
    isMoved(bench);
  });

  it('whose note is none is forgotten', async () => {
    const bench = await open();
    note(bench);
    const file = join(bench.fixture.path, '.git', 'coxswain', 'moves', 'main.json');
    for (const text of ['', '[]', '{"branch":"main","from":"--x","to":"y"}']) {
      writeFileSync(file, text);
      assert.equal(await bench.target.complete('main'), null);
    }
    assert.equal(bench.fixture.git(['status', '--porcelain']), '');
  });
});
