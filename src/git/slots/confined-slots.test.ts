import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { makeRepository } from '../../testing/git-fixture.ts';
import { WITHOUT_BUBBLEWRAP } from '../../testing/sandboxes.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { branchOf } from '../../testing/worktree-bench.ts';
import type { SlotPoolOptions } from './slot-pool-options.ts';

const opened: OpenedPool[] = [];
after(() => Promise.all(opened.map((pool) => pool.close())));

async function open(options: Partial<SlotPoolOptions> = {}): Promise<OpenedPool> {
  const files = { 'a.txt': 'a\n' };
  const pool = await openPool(makeRepository({ files }), { ...options, confined: true });
  opened.push(pool);
  return pool;
}

describe('a confined slot', { skip: WITHOUT_BUBBLEWRAP }, () => {
  it('has a git of its own, in which anything may be done', async () => {
    const { bench } = await open();
    bench.fixture.git(['tag', '-a', 'v1', '-m', 'One']);
    const before = bench.fixture.git(['for-each-ref']);
    const slot = await bench.prepare('one');
    const config = readFileSync(join(bench.fixture.path, '.git/config'), 'utf8');
    bench.write(slot, { 'a.txt': 'changed\n' });
    bench.git(slot, 'stash');
    bench.git(slot, 'stash', 'pop');
    bench.git(slot, 'commit', '--quiet', '-a', '-m', 'First');
    bench.git(slot, 'commit', '--quiet', '--amend', '-m', 'Better');
    bench.git(slot, 'branch', 'side');
    bench.git(slot, 'update-ref', 'refs/heads/main', 'HEAD');
    bench.git(slot, 'tag', '--delete', 'v1');
    bench.git(slot, 'config', 'core.fsmonitor', 'touch /tmp/evil');
    bench.git(slot, 'config', '--unset', 'core.fsmonitor');
    bench.git(slot, 'gc', '--quiet', '--prune=now');
    assert.equal(bench.git(slot, 'describe', '--all', 'HEAD'), `heads/${branchOf('one')}`);
    const work = await bench.harvest(slot, 'one');
    assert.deepEqual(work.files, ['a.txt']);
    assert.equal(bench.fixture.git(['log', '-1', '--format=%s', work.tip]), 'Better');
    assert.equal(readFileSync(join(bench.fixture.path, '.git/config'), 'utf8'), config);
    const pins = /refs\/cox\/|refs\/heads\/cox\//;
    const unpinned = bench.fixture
      .git(['for-each-ref'])
      .split('\n')
      .filter((line) => !pins.test(line));
    assert.deepEqual(unpinned, before.split('\n'));
  });

  it('is taken up again when how it is confined was lost with the power of the machine', async () => {
    const teardown = 'touch -- "$COX_OUTSIDE"';
    const outside = join(tmpdir(), `cox-outside-${process.pid}`);
    const env = { PATH: process.env['PATH'] ?? '', COX_OUTSIDE: outside };
    const { bench, pool } = await open({ hooks: { setup: 'true', teardown, timeoutMs: 30_000, env } });
    const slot = await bench.prepare('one');
    bench.write(slot, { 'new.txt': 'new\n' });
    writeFileSync(join(pool.folder, `.${slot.name}`, 'confined.json'), '');
    assert.deepEqual((await bench.harvest(slot, 'one')).files, ['new.txt']);
    await pool.release(slot, bench.holder('one'), 'reuse');
    assert.ok(!existsSync(outside), 'the teardown was run without walls');
    const next = await bench.prepare('two');
    assert.equal(next.name, slot.name);
    assert.ok((next.confined?.mounts ?? null) !== null);
  });

  it('loses nothing that its agent has stashed and not taken out again', async () => {
    const { bench, pool } = await open();
    const slot = await bench.prepare('one');
    bench.write(slot, { 'a.txt': 'stashed\n', 'new.txt': 'new\n' });
    bench.git(slot, 'stash', '--quiet', '--include-untracked');
    const { files, stash = '' } = await bench.harvest(slot, 'one');
    assert.deepEqual(files, []);
    await pool.release(slot, bench.holder('one'), 'keep');
    const next = await bench.prepare('one', { attempt: 2 });
    assert.match(
      bench.fixture.git(['for-each-ref', `--points-at=${stash}`]),
      /refs\/cox\/run-1\/beside\/one\/1-/,
    );
    bench.git(next, 'stash', 'apply', '--quiet', stash);
    const again = await bench.harvest(next, 'one', { attempt: 2 });
    assert.deepEqual([again.files, again.stash], [['a.txt', 'new.txt'], undefined]);
  });

  it('keeps its files when what was committed is not whole', async () => {
    const { bench } = await open();
    const slot = await bench.prepare('one');
    bench.write(slot, { 'new.txt': 'new\n' });
    bench.git(slot, 'add', '--all');
    bench.git(slot, 'commit', '--quiet', '-m', 'Not whole');
    const blob = bench.git(slot, 'rev-parse', 'HEAD:new.txt');
    const objects = join(bench.git(slot, 'rev-parse', '--git-common-dir'), 'objects');
    const from = slot.confined?.mounts?.find(({ at }) => objects.startsWith(at));
    rmSync(join(from?.from ?? '', 'objects', blob.slice(0, 2), blob.slice(2)), { force: true });
    const work = await bench.harvest(slot, 'one');
    assert.deepEqual(bench.files(work.tip), { 'a.txt': 'a', 'new.txt': 'new' });
    assert.equal(work.commits, 1);
    assert.equal(bench.fixture.git(['log', '-1', '--format=%s', work.tip]), 'Work on one');
  });

  it('gives nothing of other repositories to who knows the names of their objects', async () => {
    const { bench } = await open();
    const secret = makeRepository({ files: { 'secret.txt': 'secret\n' } });
    const blob = secret.git(['rev-parse', 'HEAD:secret.txt']);
    const slot = await bench.prepare('one');
    const git = slot.confined?.mounts?.find(({ at }) => at.endsWith('/.git'))?.from ?? '';
    // By the two ways in which git finds objects elsewhere.
    const store = join(secret.path, '.git/objects');
    writeFileSync(join(git, 'objects/info/alternates'), `${store}\n`, { flag: 'a' });
    symlinkSync(join(store, blob.slice(0, 2)), join(git, 'objects', blob.slice(0, 2)));
    const own = {
      env: {
        GIT_OBJECT_DIRECTORY: join(git, 'objects'),
        GIT_ALTERNATE_OBJECT_DIRECTORIES: join(bench.fixture.path, '.git/objects'),
      },
    };
    const tree = bench.fixture.git(['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], {
      ...own,
      input: Buffer.concat([Buffer.from('100644 stolen.txt\0'), Buffer.from(blob, 'hex')]),
    });
    const commit = bench.fixture.git(['commit-tree', tree, '-p', bench.base, '-m', 'Stolen'], own);
    writeFileSync(join(git, 'packed-refs'), `${commit} refs/heads/${branchOf('one')}\n`);
    const work = await bench.harvest(slot, 'one');
    secret.remove();
    assert.deepEqual(work.files, []);
    assert.throws(() => bench.fixture.git(['cat-file', 'blob', blob]));
  });

  it('that is kept for a look shows the work to the user’s own git', async () => {
    const { bench } = await open();
    const slot = await bench.prepare('one');
    bench.write(slot, { 'new.txt': 'new\n' });
    bench.git(slot, 'add', '--all');
    bench.git(slot, 'commit', '--quiet', '-m', 'Work');
    rmSync(join(slot.path, '.git'));
    bench.fixture.git(['init', '--quiet', slot.path]);
    bench.fixture.git(['config', 'core.fsmonitor', 'touch fired'], { cwd: slot.path });
    const work = await bench.harvest(slot, 'one');
    await bench.worktrees.release(slot, bench.holder('one'), 'keep');
    assert.equal(bench.fixture.git(['rev-parse', 'HEAD'], { cwd: slot.path }), work.tip);
    assert.equal(bench.fixture.git(['status', '--porcelain'], { cwd: slot.path }), '');
  });
});
