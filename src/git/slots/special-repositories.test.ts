import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';

import { cloneRepository, type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { WITHOUT_BUBBLEWRAP } from '../../testing/sandboxes.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { hasProgram } from '../../testing/worktree-bench.ts';

const opened: OpenedPool[] = [];
after(() => Promise.all(opened.map((pool) => pool.close())));

type Open = (fixture: GitFixture) => Promise<OpenedPool>;

/** With slots whose agents see the repository, and with slots whose agents see a copy. */
function each(name: string, work: (open: Open) => Promise<void>, skip: string | false = false): void {
  for (const confined of [false, true]) {
    const open: Open = async (fixture) => {
      const pool = await openPool(fixture, { confined });
      opened.push(pool);
      return pool;
    };
    const reason = skip === false && confined ? WITHOUT_BUBBLEWRAP : skip;
    it(confined ? `${name}, confined` : name, { skip: reason }, () => work(open));
  }
}

/** A slot is prepared, worked in, harvested, given back, and prepared again. */
async function goRound({ bench }: OpenedPool): Promise<void> {
  const slot = await bench.prepare('round');
  assert.equal(bench.dirt(slot), '');
  bench.write(slot, { 'work.txt': 'work\n' });
  bench.git(slot, 'add', '--all');
  bench.git(slot, 'commit', '--quiet', '-m', 'Work');
  bench.write(slot, { 'left.txt': 'left\n' });
  const work = await bench.harvest(slot, 'round');
  assert.deepEqual(work.files, ['left.txt', 'work.txt']);
  assert.equal(work.commits, 2);
  await bench.worktrees.release(slot, bench.holder('round'), 'reuse');
  const next = await bench.prepare('next');
  assert.equal(next.name, slot.name);
  assert.equal(bench.dirt(next), '');
}

each('a shallow clone', async (open) => {
  const source = makeRepository();
  source.commit({ 'b.txt': 'b\n' });
  source.commit({ 'c.txt': 'c\n' });
  const clone = cloneRepository(source, 'clone', ['--depth=1']);
  await goRound(await open(clone));
});

each('a checkout with a detached HEAD', async (open) => {
  const fixture = makeRepository();
  fixture.git(['checkout', '--quiet', '--detach']);
  await goRound(await open(fixture));
});

each('a checkout that is itself a worktree of another', async (open) => {
  const fixture = makeRepository();
  const path = join(fixture.root, 'linked');
  fixture.git(['worktree', 'add', '--quiet', '-b', 'linked', path]);
  const linked: GitFixture = {
    ...fixture,
    path,
    git: (args, options) => fixture.git(args, { cwd: path, ...options }),
  };
  await goRound(await open(linked));
});

each('a repository with SHA-256 names', async (open) => {
  await goRound(await open(makeRepository({ initArgs: ['--object-format=sha256'] })));
});

each('a sparse checkout: the slot holds the same part, and the rest is not lost', async (open) => {
  const fixture = makeRepository({ files: { 'in/a.txt': 'a\n', 'out/b.txt': 'b\n', 'top.txt': 't\n' } });
  fixture.git(['sparse-checkout', 'set', '--cone', 'in']);
  const pool = await open(fixture);
  const { bench } = pool;
  const slot = await bench.prepare('sparse');
  assert.deepEqual(readdirSync(slot.path).sort(), ['.git', 'in', 'top.txt']);
  assert.equal(bench.dirt(slot), '');
  bench.write(slot, { 'in/new.txt': 'n\n' });
  const work = await bench.harvest(slot, 'sparse');
  assert.deepEqual(work.files, ['in/new.txt']);
  assert.deepEqual(Object.keys(bench.files(work.tip)), ['in/a.txt', 'in/new.txt', 'out/b.txt', 'top.txt']);
  await goRound(pool);
});

each(
  'submodules: work is taken out also where an agent has left a list of them that git cannot read',
  async (open) => {
    const library = makeRepository({ files: { 'lib.txt': 'lib\n' } });
    const fixture = makeRepository();
    const allow = ['-c', 'protocol.file.allow=always'];
    fixture.git([...allow, 'submodule', '--quiet', 'add', `file://${library.path}`, 'lib']);
    fixture.git(['commit', '--quiet', '-m', 'Submodules']);
    library.remove();
    const { bench } = await open(fixture);
    const slot = await bench.prepare('one');
    bench.write(slot, { '.gitmodules': '<<<<<<< HEAD\n', 'x.txt': 'x\n', 'lib/dirt.txt': 'dirt\n' });
    const { files, submodules = [] } = await bench.harvest(slot, 'one');
    assert.deepEqual(files, ['.gitmodules', 'x.txt']);
    assert.deepEqual(
      submodules.map(({ path }) => path),
      ['lib'],
    );
  },
);

each(
  'submodules: filled from the user’s own copies, cleaned, and commits made in them kept',
  async (open) => {
    const library = makeRepository({ files: { 'lib.txt': 'lib\n' } });
    const fixture = makeRepository();
    const allow = ['-c', 'protocol.file.allow=always'];
    fixture.git([...allow, 'submodule', '--quiet', 'add', `file://${library.path}`, 'deps/lib']);
    fixture.git([
      ...allow,
      'submodule',
      '--quiet',
      'add',
      '--name',
      'other',
      `file://${library.path}`,
      'deps/other',
    ]);
    fixture.git(['commit', '--quiet', '-m', 'Submodules']);
    library.remove();
    const { bench } = await open(fixture);
    const slot = await bench.prepare('one');
    assert.equal(bench.read(slot, 'deps/lib/lib.txt'), 'lib\n');
    assert.equal(bench.read(slot, 'deps/other/lib.txt'), 'lib\n');
    assert.equal(bench.dirt(slot), '');
    bench.write(slot, { 'deps/lib/new.txt': 'new\n', 'deps/other/dirt.txt': 'dirt\n' });
    bench.git(slot, '-C', 'deps/lib', 'add', '--all');
    bench.git(slot, '-C', 'deps/lib', 'commit', '--quiet', '-m', 'Inner');
    const made = bench.git(slot, '-C', 'deps/lib', 'rev-parse', 'HEAD');
    bench.write(slot, {
      'deps/lib/lib.txt': 'changed\n',
      'deps/lib/git~1': 'x\n',
      'deps/other/x/.GIT': 'x\n',
    });
    const work = await bench.harvest(slot, 'one');
    assert.deepEqual(work.files, ['deps/lib']);
    assert.deepEqual(work.unnameable, ['deps/lib/git~1', 'deps/other/x/.GIT']);
    const [lib, other] = work.submodules ?? [];
    const inside = (name: string, ...args: readonly string[]): string =>
      fixture.git(['--git-dir', join(fixture.path, '.git/modules', name), ...args]);
    assert.deepEqual([lib?.path, other?.path], ['deps/lib', 'deps/other']);
    assert.equal(inside('deps/lib', 'show', `${lib?.commit}:lib.txt`), 'changed');
    assert.equal(inside('deps/lib', 'rev-parse', `${lib?.commit}^`), made);
    assert.equal(inside('other', 'show', `${other?.commit}:dirt.txt`), 'dirt');
    for (const [name, left] of [
      ['deps/lib', lib],
      ['other', other],
    ] as const)
      assert.match(inside(name, 'for-each-ref', `--points-at=${left?.commit}`), /refs\/cox\//);
    await bench.worktrees.release(slot, bench.holder('one'), 'reuse');
    const next = await bench.prepare('two');
    assert.equal(bench.dirt(next), '');
    assert.ok(!existsSync(join(next.path, 'deps/other/dirt.txt')));
    assert.ok(!existsSync(join(next.path, 'deps/lib/new.txt')));
    const again = await bench.prepare('three', { commit: work.tip });
    assert.equal(bench.read(again, 'deps/lib/new.txt'), 'new\n');
    assert.equal(bench.git(again, '-C', 'deps/lib', 'rev-parse', 'HEAD'), made);
  },
);

each(
  'files in git-lfs: there in the slot, and committed as pointers',
  async (open) => {
    const fixture = makeRepository();
    fixture.git(['lfs', 'install', '--local', '--skip-repo']);
    fixture.commit({ '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'one.bin': 'large\n' });
    fixture.git(['config', '--local', '--remove-section', 'filter.lfs']);
    const { bench } = await open(fixture);
    const slot = await bench.prepare('lfs');
    assert.equal(bench.read(slot, 'one.bin'), 'large\n');
    bench.write(slot, { 'two.bin': 'also large\n' });
    const work = await bench.harvest(slot, 'lfs');
    assert.match(bench.files(work.tip)['two.bin'] ?? '', /^version https:\/\/git-lfs/);
    const next = await bench.prepare('next', { commit: work.tip });
    assert.equal(bench.read(next, 'two.bin'), 'also large\n');
    bench.write(next, { 'three.bin': 'by the agent\n' });
    bench.git(next, 'add', '--all');
    bench.git(next, 'commit', '--quiet', '-m', 'By the agent');
    const committed = await bench.harvest(next, 'next', { base: work.tip });
    const last = await bench.prepare('last', { commit: committed.tip });
    assert.equal(bench.read(last, 'three.bin'), 'by the agent\n');
  },
  hasProgram('git-lfs') ? false : 'git-lfs is not installed',
);
