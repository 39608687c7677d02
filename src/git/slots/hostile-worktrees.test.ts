/** What an agent can leave in its worktree and its git directory to stop, or to be shown, what is not its own. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { IN_PLACE, WITHOUT_BUBBLEWRAP } from '../../testing/sandboxes.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';

const opened: OpenedPool[] = [];
after(() => Promise.all(opened.map((pool) => pool.close())));

async function open(fixture: GitFixture = sample(), confined = false): Promise<OpenedPool> {
  const pool = await openPool(fixture, { confined });
  opened.push(pool);
  return pool;
}

function sample(): GitFixture {
  return makeRepository({
    files: { 'a.txt': 'a\n', 'folder/b.txt': 'b\n', 'package-lock.json': '{}\n', '.gitignore': 'ignored/\n' },
  });
}

function pipe(...paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true });
  execFileSync('mkfifo', paths);
}

/** Longer than git is waited for where nobody is at work. */
const PATIENCE_MS = 4_000;

async function retried<T>(work: () => T): Promise<T> {
  for (let left = 1200; ; left -= 1) {
    try {
      return work();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(50);
    }
  }
}

describe('a worktree that was made to do harm', () => {
  it('is made ready for the next holder when its lockfile was a link to itself', async () => {
    const { bench, pool } = await open();
    const slot = await bench.prepare('one');
    rmSync(join(slot.path, 'package-lock.json'));
    symlinkSync('package-lock.json', join(slot.path, 'package-lock.json'));
    const { tip } = await bench.harvest(slot, 'one');
    await pool.release(slot, bench.holder('one'), 'reuse');
    const next = await bench.prepare('two', { commit: tip });
    assert.equal(next.name, slot.name);
    await pool.release(next, bench.holder('two'), 'reuse');
    assert.equal((await bench.prepare('three')).name, slot.name);
  });

  it('holds git up with no pipe where it looks for patterns, and passes none on', async () => {
    const { bench, pool } = await open();
    const slot = await bench.prepare('one');
    mkdirSync(join(slot.path, 'ignored'));
    const pipes = [
      '.gitignore',
      '.gitattributes',
      'folder/.gitattributes',
      'folder/x.pipe',
      'ignored/y.pipe',
    ];
    pipe(...pipes.map((name) => join(slot.path, name)));
    bench.write(slot, { 'new.txt': 'new\n' });
    const work = await bench.harvest(slot, 'one');
    assert.ok(work.files.includes('new.txt'));
    pipe(join(slot.path, 'folder/.gitattributes'), join(slot.path, 'folder/x.pipe'));
    await pool.release(slot, bench.holder('one'), 'reuse');
    const next = await bench.prepare('two');
    assert.equal(next.name, slot.name);
    for (const name of [...pipes, 'folder/x.pipe'].filter((each) => each !== '.gitignore'))
      assert.ok(!existsSync(join(slot.path, name)), name);
  });

  it('passes no git directory on that was made in a folder of the commit, and leaves those of what stays installed', async () => {
    const { bench, pool } = await open();
    const slot = await bench.prepare('one');
    bench.git(slot, 'init', '--quiet', 'folder');
    bench.git(slot, '-C', 'folder', 'config', 'core.fsmonitor', 'touch ../found');
    bench.write(slot, {
      'folder/new.txt': 'new\n',
      'ignored/part/.git/HEAD': 'x',
      'made/.git': 'gitdir: /x',
    });
    const work = await bench.harvest(slot, 'one');
    assert.ok(work.files.includes('folder/new.txt'));
    await pool.release(slot, bench.holder('one'), 'reuse');
    const next = await bench.prepare('two');
    assert.equal(next.name, slot.name);
    assert.deepEqual(
      ['folder/.git', 'made/.git', 'ignored/part/.git/HEAD'].map((path) => existsSync(join(next.path, path))),
      [false, false, true],
    );
    assert.equal(bench.git(next, '-C', 'folder', 'rev-parse', '--show-toplevel'), next.path);
  });

  it('keeps its pipes while its index is refreshed, for an agent is at work there', async () => {
    const { bench } = await open();
    const slot = await bench.prepare('one');
    const waits = join(slot.path, 'folder/.gitattributes');
    pipe(waits);
    // What was written anew is read, and git looks for patterns first: it waits for a writer.
    writeFileSync(join(slot.path, 'folder/b.txt'), 'b\n');
    // Opened only when somebody reads.
    const writer = await retried(() => openSync(waits, constants.O_WRONLY | constants.O_NONBLOCK));
    await sleep(PATIENCE_MS);
    closeSync(writer);
    assert.ok(existsSync(waits));
  });

  it('gives its other work when a pipe stands in place of a file', async () => {
    const { bench } = await open();
    const slot = await bench.prepare('one');
    pipe(join(slot.path, 'a.txt'));
    bench.write(slot, { 'new.txt': 'new\n' });
    const work = await bench.harvest(slot, 'one');
    assert.deepEqual(work.files, ['new.txt']);
  });

  it('gives the link that stands in place of a folder, and nothing beyond it', async () => {
    const { bench, pool } = await open();
    const beyond = join(bench.fixture.root, 'beyond');
    mkdirSync(beyond);
    bench.fixture.write({ 'b.txt': 'of the host\n', 'c.txt': 'of the host\n' }, beyond);
    const slot = await bench.prepare('one');
    rmSync(join(slot.path, 'folder'), { recursive: true });
    symlinkSync(beyond, join(slot.path, 'folder'));
    const { tip } = await bench.harvest(slot, 'one');
    assert.equal(bench.files(tip)['folder'], beyond);
    assert.equal(bench.files(tip)['folder/b.txt'], undefined);
    await pool.release(slot, bench.holder('one'), 'reuse');
    const next = await bench.prepare('two');
    assert.equal(bench.read(next, 'folder/b.txt'), 'b\n');
    assert.deepEqual(
      bench.fixture.git(['hash-object', join(beyond, 'b.txt')]),
      bench.fixture.git(['hash-object', '--stdin'], { input: 'of the host\n' }),
    );
  });

  it('shows no files of a repository that lies beyond a link', async () => {
    const { bench } = await open();
    const { fixture } = bench;
    const other = join(fixture.root, 'beyond/other');
    mkdirSync(other, { recursive: true });
    fixture.git(['init', '--quiet', other]);
    fixture.write({ 'private.txt': 'private\n' }, other);
    const slot = await bench.prepare('one');
    const inner = bench.fixture.git(['mktree', '--missing'], {
      input: `160000 commit ${bench.base}\tother\n`,
    });
    const tree = fixture.git(['mktree', '--missing'], { input: `040000 tree ${inner}\tbeyond\n` });
    bench.git(
      slot,
      'reset',
      '--quiet',
      '--soft',
      bench.git(slot, 'commit-tree', '-m', 'Beyond', '-p', 'HEAD', tree),
    );
    symlinkSync(join(fixture.root, 'beyond'), join(slot.path, 'beyond'));
    const harvested = await bench.tryHarvest(slot, 'one');
    if (harvested.ok) assert.equal(bench.files(harvested.value.tip)['beyond/other/private.txt'], undefined);
    else assert.match(harvested.error.detail, /symbolic link/);
  });

  it('is of no use to other users of the machine', async () => {
    const { bench } = await open();
    assert.equal(statSync(join(bench.fixture.root, 'pool')).mode & 0o777, 0o700);
  });
});

describe('a git directory that was made to show another', { skip: WITHOUT_BUBBLEWRAP }, () => {
  it('by a link in place of a submodule gives neither its commits nor their names', async () => {
    const fixture = sample();
    const allow = ['-c', 'protocol.file.allow=always'];
    const library = makeRepository({ files: { 'lib.txt': 'lib\n' } });
    fixture.git([...allow, 'submodule', '--quiet', 'add', `file://${library.path}`, 'lib']);
    fixture.commit({}, 'A submodule');
    const secret = makeRepository({ files: { 'private.txt': 'private\n' } });
    const stolen = secret.git(['rev-parse', 'HEAD']);
    const { bench } = await open(fixture, true);
    const slot = await bench.prepare('one');
    const shown = slot.confined?.mounts?.find(({ at }) => at === join(fixture.path, '.git'));
    const modules = join(shown?.from ?? '', 'worktrees', slot.name, 'modules');
    renameSync(join(modules, 'lib'), join(modules, 'moved'));
    symlinkSync(join(secret.path, '.git'), join(modules, 'lib'));
    bench.write(slot, { 'new.txt': 'new\n' });
    const work = await bench.harvest(slot, 'one');
    assert.ok(!fixture.git(['ls-tree', '-r', work.tip]).includes(stolen));
    const modulesOfUser = join(fixture.path, '.git/modules/lib');
    assert.throws(() => fixture.git(['--git-dir', modulesOfUser, 'cat-file', '-e', stolen]));
    library.remove();
    secret.remove();
  });
});

describe('objects that are malformed', { skip: WITHOUT_BUBBLEWRAP }, () => {
  it('reach the repository neither as a commit nor beside all commits', async () => {
    const { bench } = await open(sample(), true);
    const { fixture } = bench;
    const slot = await bench.prepare('one');
    bench.write(slot, { '.gitmodules': '[submodule "../../up"]\n\tpath = x\n\turl = --upload-pack=evil\n' });
    bench.git(slot, 'add', '.gitmodules');
    bench.git(slot, 'commit', '--quiet', '-m', 'Malformed');
    const blob = bench.git(slot, 'rev-parse', 'HEAD:.gitmodules');
    const tree = bench.git(slot, 'rev-parse', 'HEAD^{tree}');
    rmSync(join(slot.path, '.gitmodules'));
    bench.write(slot, { 'new.txt': 'new\n' });
    const work = await bench.harvest(slot, 'one');
    assert.deepEqual(work.files, ['new.txt']);
    for (const id of [blob, tree]) assert.throws(() => fixture.git(['cat-file', '-e', id]), id);
    assert.doesNotThrow(() => fixture.git(['fsck', '--strict', '--no-dangling']));
  });
});

describe('a slot that is kept for a look', { skip: WITHOUT_BUBBLEWRAP }, () => {
  it('has the user’s git read no configuration that an agent left in a submodule', async () => {
    const fixture = sample();
    const library = makeRepository({ files: { 'lib.txt': 'lib\n' } });
    const add = ['submodule', '--quiet', 'add', `file://${library.path}`, 'lib'];
    fixture.git(['-c', 'protocol.file.allow=always', ...add]);
    fixture.commit({}, 'A submodule');
    const { bench, pool } = await open(fixture, true);
    const slot = await bench.prepare('one');
    const fired = join(fixture.root, 'fired');
    rmSync(join(slot.path, 'lib/.git'));
    fixture.git(['init', '--quiet', join(slot.path, 'lib')]);
    bench.write(slot, { 'lib/.git/config': `[core]\n\tfsmonitor = touch ${fired}\n`, 'lib/new.txt': 'x\n' });
    const status = (): string => fixture.git(['status', '--porcelain'], { cwd: slot.path });
    await bench.harvest(slot, 'one');
    await pool.release(slot, bench.holder('one'), 'keep');
    status();
    assert.ok(!existsSync(fired));
    library.remove();
  });
});

describe('walls that show everything at its own path', () => {
  it('are given a worktree that leads to the private git directory, until it is given back', async () => {
    const fixture = sample();
    const library = makeRepository({ files: { 'lib.txt': 'lib\n' } });
    const add = ['submodule', '--quiet', 'add', `file://${library.path}`, 'deps/lib'];
    fixture.git(['-c', 'protocol.file.allow=always', ...add]);
    fixture.commit({}, 'A submodule');
    const refs = fixture.git(['for-each-ref']);
    const opening = await openPool(fixture, { confined: true, sandbox: IN_PLACE });
    opened.push(opening);
    const { bench, pool } = opening;
    const slot = await bench.prepare('one');
    const mounts = slot.confined?.mounts ?? [];
    assert.ok(mounts.length > 0 && mounts.every(({ from, at }) => from === at));
    assert.ok(mounts.every(({ at, writable }) => !writable || !at.startsWith(fixture.path)));
    const git = (...args: readonly string[]): string => fixture.git(args, { cwd: slot.path });
    bench.write(slot, { 'a.txt': 'changed\n', 'deps/lib/new.txt': 'new\n' });
    git('-C', 'deps/lib', 'add', '--all');
    git(
      '-C',
      'deps/lib',
      '-c',
      'user.name=A',
      '-c',
      'user.email=a@example.org',
      'commit',
      '--quiet',
      '-m',
      'In',
    );
    git('commit', '--quiet', '--all', '-m', 'Work');
    git('update-ref', 'refs/heads/main', 'HEAD');
    git('tag', 'own');
    const unpinned = fixture
      .git(['for-each-ref'])
      .split('\n')
      .filter((line) => !line.includes('cox/'));
    assert.deepEqual(unpinned, refs.split('\n'));
    const work = await bench.harvest(slot, 'one');
    assert.deepEqual(work.files, ['a.txt', 'deps/lib']);
    await pool.release(slot, bench.holder('one'), 'keep');
    assert.equal(git('rev-parse', '--git-common-dir'), join(fixture.path, '.git'));
    assert.equal(git('rev-parse', 'main'), fixture.git(['rev-parse', 'main']));
    library.remove();
  });
});
