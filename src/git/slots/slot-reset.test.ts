import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Slot } from '../../ports/worktree.ts';
import { withLock } from '../../process/lock.ts';
import { makeRepository } from '../../testing/git-fixture.ts';
import { atRest, type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import type { WorktreeBench } from '../../testing/worktree-bench.ts';

const FILES = {
  'a.txt': 'a\n',
  'src/b.txt': 'b\n',
  'src/deep/c.txt': 'c\n',
  'package-lock.json': '{"one":1}\n',
  '.gitignore': 'node_modules\n*.log\nbuild/\n',
};

/** What an agent may do to its slot, each of which the next holder must not see. */
const DAMAGE: Readonly<Record<string, (bench: WorktreeBench, slot: Slot) => void>> = {
  'changed, staged and untracked files': (bench, slot) => {
    bench.write(slot, { 'a.txt': 'changed\n', 'new/x.txt': 'x', 'src/b.txt': null });
    bench.git(slot, 'add', 'new');
  },
  'a merge that stopped at a conflict': (bench, slot) => {
    conflict(bench, slot);
    assert.throws(() => bench.git(slot, 'merge', 'other'));
  },
  'a rebase that stopped at a conflict': (bench, slot) => {
    conflict(bench, slot);
    assert.throws(() => bench.git(slot, 'rebase', 'other'));
  },
  'the lock of a killed git': (_, slot) => writeFileSync(join(adminOf(slot), 'index.lock'), ''),
  'an index that was cut off': (_, slot) => writeFileSync(join(adminOf(slot), 'index'), 'DIRC'),
  'no index': (_, slot) => rmSync(join(adminOf(slot), 'index')),
  'a folder in place of the index': (_, slot) => {
    rmSync(join(adminOf(slot), 'index'));
    mkdirSync(join(adminOf(slot), 'index', 'inner'), { recursive: true });
  },
  'a large file and many small ones': (bench, slot) => {
    writeFileSync(join(slot.path, 'large.bin'), Buffer.alloc(2 * 1024 * 1024));
    const names = Array.from({ length: 60 }, (_, index) => `left-${index}.txt`);
    bench.write(slot, Object.fromEntries(names.map((name) => [name, 'x'])));
  },
  'another branch and a detached HEAD': (bench, slot) => {
    bench.git(slot, 'switch', '--quiet', '-c', 'mine');
    bench.git(slot, 'switch', '--quiet', '--detach');
  },
  'a branch of its own that it removed': (bench, slot) => {
    bench.git(slot, 'switch', '--quiet', '--detach');
    bench.git(slot, 'branch', '-D', 'cox/run-1/damaged');
  },
  'sparse settings': (bench, slot) => bench.git(slot, 'sparse-checkout', 'set', '--cone', 'src/deep'),
  'files that git was told to overlook': (bench, slot) => {
    bench.git(slot, 'update-index', '--assume-unchanged', 'a.txt');
    bench.git(slot, 'update-index', '--skip-worktree', 'src/b.txt');
    bench.write(slot, { 'a.txt': 'hidden\n', 'src/b.txt': 'hidden\n' });
  },
  'a repository made over it': (bench, slot) => {
    rmSync(join(slot.path, '.git'));
    bench.git(slot, 'init', '--quiet');
    bench.git(slot, 'add', '--all');
    bench.git(slot, 'commit', '--quiet', '-m', 'Own');
  },
  'no .git file': (_, slot) => rmSync(join(slot.path, '.git')),
  'a repository inside': (bench, slot) => {
    bench.git(slot, 'init', '--quiet', 'src/inner');
    bench.write(slot, { 'src/inner/x.txt': 'x' });
  },
  'folders where files were, and files where folders were': (bench, slot) => {
    bench.write(slot, { 'a.txt': null, src: null });
    bench.write(slot, { 'a.txt/inner': 'x', src: 'a file' });
  },
  'links in the place of folders': (bench, slot) => {
    const outside = join(bench.fixture.root, 'outside');
    mkdirSync(outside, { recursive: true });
    bench.write(slot, { src: null });
    symlinkSync(outside, join(slot.path, 'src'));
  },
  'a link in place of the index, which leads to a file outside': (bench, slot) => {
    const outside = join(bench.fixture.root, 'outside.txt');
    writeFileSync(outside, 'outside\n');
    rmSync(join(adminOf(slot), 'index'));
    symlinkSync(outside, join(adminOf(slot), 'index'));
  },
  'folders that may not be written to': (bench, slot) => {
    bench.write(slot, { 'src/deep/c.txt': 'x', 'locked/inner/x.txt': 'x' });
    for (const folder of ['locked/inner', 'locked', 'src/deep', 'src'])
      chmodSync(join(slot.path, folder), 0o555);
  },
  'unusual names': (bench, slot) => {
    bench.write(slot, {
      'line\nfeed': 'x',
      '--force': 'x',
      '"quoted"': 'x',
      'ünï cödé/☃': 'x',
      ':(top)x': 'x',
    });
    writeFileSync(Buffer.from([...Buffer.from(`${slot.path}/`), 0xff, 0xfe]), 'x');
  },
  'an ignore file that hides everything': (bench, slot) =>
    bench.write(slot, { 'src/.gitignore': '*\n', 'src/x.txt': 'x' }),
  'empty folders': (_, slot) => mkdirSync(join(slot.path, 'empty/inner'), { recursive: true }),
  'a registration that was pruned': (_, slot) => rmSync(adminOf(slot), { recursive: true }),
  'no folder at all': (_, slot) => rmSync(slot.path, { recursive: true }),
  'a file in its place': (_, slot) => {
    rmSync(slot.path, { recursive: true });
    writeFileSync(slot.path, 'a file');
  },
  'settings and hooks that run programs': (bench, slot) => {
    const trap = `touch ${join(bench.fixture.root, 'trapped')}`;
    bench.git(slot, 'config', 'filter.trap.smudge', `${trap}; cat`);
    bench.git(slot, 'config', 'filter.trap.clean', `${trap}; cat`);
    bench.git(slot, 'config', 'core.fsmonitor', trap);
    mkdirSync(join(bench.fixture.path, '.git/hooks'), { recursive: true });
    for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change']) {
      writeFileSync(join(bench.fixture.path, '.git/hooks', hook), `#!/bin/sh\n${trap}\n`, { mode: 0o755 });
    }
    bench.write(slot, { '.gitattributes': '* filter=trap\n', 'a.txt': 'changed\n' });
  },
};

function conflict(bench: WorktreeBench, slot: Slot): void {
  bench.git(slot, 'switch', '--quiet', '-c', 'own');
  bench.write(slot, { 'a.txt': 'mine\n' });
  bench.git(slot, 'commit', '--quiet', '-am', 'Mine');
  bench.git(slot, 'switch', '--quiet', '-C', 'other', bench.base);
  bench.write(slot, { 'a.txt': 'other\n' });
  bench.git(slot, 'commit', '--quiet', '-am', 'Other');
  bench.git(slot, 'switch', '--quiet', 'own');
}

function adminOf(slot: Slot): string {
  return join(slot.path, '..', '..', 'checkout', '.git', 'worktrees', slot.name);
}

/** When the damage is done: by the holder, or by somebody else while nobody has the slot. */
const MOMENTS = {
  'its last holder left': async ({ bench }: OpenedPool, slot: Slot, damage: () => void) => {
    damage();
    await bench.worktrees.release(slot, bench.holder('damaged'), 'reuse');
  },
  'came while it was at rest': async ({ bench }: OpenedPool, slot: Slot, damage: () => void) => {
    await bench.worktrees.release(slot, bench.holder('damaged'), 'reuse');
    await atRest(bench);
    damage();
  },
};

for (const [moment, damageAndRelease] of Object.entries(MOMENTS))
  describe(`a slot that is used again shows nothing that ${moment}:`, () => {
    for (const [name, damage] of Object.entries(DAMAGE)) {
      it(name, async () => {
        const opened = await openPool(makeRepository({ files: FILES }));
        const { bench, close } = opened;
        try {
          const slot = await bench.prepare('damaged');
          const trap = join(bench.fixture.root, 'trapped');
          await damageAndRelease(opened, slot, () => {
            damage(bench, slot);
            rmSync(trap, { force: true });
          });
          const next = await bench.prepare('next');
          assert.equal(next.path, slot.path);
          assert.ok(!existsSync(trap), 'a program that the agent named was run');
          // The test's own git would run it.
          bench.fixture.git(['config', 'core.fsmonitor', 'false']);
          assertPristine(bench, next);
          // Of a file outside nothing was written through a link.
          const outside = join(bench.fixture.root, 'outside.txt');
          if (existsSync(outside)) assert.equal(readFileSync(outside, 'utf8'), 'outside\n');
        } finally {
          await close();
        }
      });
    }
  });

describe('a git of ours whose parent was killed', () => {
  let opened: OpenedPool;
  let lock: string;
  before(async () => {
    opened = await openPool(makeRepository({ files: FILES }));
    const { bench } = opened;
    await bench.worktrees.release(await bench.prepare('killed'), bench.holder('killed'), 'reuse');
    lock = join((await atRest(bench)).data, 'index.lock');
  });
  after(() => opened.close());
  const begin = (commit: string): { readonly prepared: Promise<Slot>; isDone(): boolean } => {
    let done = false;
    const prepared = opened.bench.prepare('next', { commit }).finally(() => {
      done = true;
    });
    return { prepared, isDone: () => done };
  };

  it('is waited for while it may still be at work in the slot', async () => {
    const next = opened.bench.fixture.commit({ 'a.txt': 'next\n' });
    // A few seconds are all that it is given.
    writeFileSync(lock, '');
    const { prepared, isDone } = begin(next);
    await sleep(500);
    assert.ok(!isDone());
    rmSync(lock);
    assert.equal(opened.bench.read(await prepared, 'a.txt'), 'next\n');
    await opened.bench.worktrees.release(await prepared, opened.bench.holder('next'), 'reuse');
  });

  it('is waited for as long as it has its lock open', {
    skip: process.platform === 'linux' ? false : 'needs /proc',
  }, async (t) => {
    const git = spawn('sh', ['-c', 'exec 9>"$1"; echo begun; read -r end', 'sh', lock]);
    t.after(() => git.kill());
    await once(git.stdout, 'data');
    utimesSync(lock, 1, 1);
    const { prepared, isDone } = begin(opened.bench.fixture.commit({ 'a.txt': 'slow\n' }));
    await sleep(1_500);
    assert.ok(!isDone() && existsSync(lock));
    git.stdin.end('\n');
    assert.equal(opened.bench.read(await prepared, 'a.txt'), 'slow\n');
    await opened.bench.worktrees.release(await prepared, opened.bench.holder('next'), 'reuse');
  });

  it('is not when it went long ago', async () => {
    writeFileSync(lock, '');
    utimesSync(lock, 1, 1);
    const { prepared } = begin(opened.bench.fixture.commit({ 'a.txt': 'later\n' }));
    assert.equal(opened.bench.read(await prepared, 'a.txt'), 'later\n');
    assert.ok(!existsSync(lock));
  });
});

function assertPristine(bench: WorktreeBench, slot: Slot): void {
  const { path } = slot;
  assert.equal(bench.dirt(slot), '');
  assert.equal(bench.git(slot, 'symbolic-ref', 'HEAD'), 'refs/heads/cox/run-1/next');
  assert.deepEqual(readdirSync(path).sort(), ['.git', '.gitignore', 'a.txt', 'package-lock.json', 'src']);
  assert.deepEqual(readdirSync(join(path, 'src')).sort(), ['b.txt', 'deep']);
  for (const [file, content] of Object.entries(FILES)) assert.equal(bench.read(slot, file), content, file);
}

describe('ignored folders', () => {
  let opened: OpenedPool;
  before(async () => {
    opened = await openPool(makeRepository({ files: FILES }));
  });
  after(() => opened.close());

  const use = async (
    task: string,
    files: Readonly<Record<string, string>>,
    commit?: string,
  ): Promise<Slot> => {
    const { bench } = opened;
    const slot = await bench.prepare(task, commit === undefined ? {} : { commit });
    bench.write(slot, files);
    await bench.worktrees.release(slot, bench.holder(task), 'reuse');
    return slot;
  };

  it('stay while the lockfiles are the same, and ignored files do not', async () => {
    await use('one', { 'node_modules/x/index.js': 'x', 'src/node_modules/y.js': 'y', 'noise.log': 'n' });
    const slot = await use('two', {});
    assert.equal(opened.bench.read(slot, 'node_modules/x/index.js'), 'x');
    assert.equal(opened.bench.read(slot, 'src/node_modules/y.js'), 'y');
    assert.equal(opened.bench.read(slot, 'noise.log'), null);
  });

  it('go when the commit has other lockfiles', async () => {
    await use('three', { 'node_modules/x/index.js': 'x' });
    const commit = opened.bench.fixture.commit({ 'package-lock.json': '{"two":2}\n' });
    const slot = await use('four', {}, commit);
    assert.equal(opened.bench.read(slot, 'node_modules/x/index.js'), null);
  });

  it('go when the agent has changed a lockfile', async () => {
    await use('five', { 'node_modules/x/index.js': 'x', 'package-lock.json': '{"installed":"more"}\n' });
    const slot = await use('six', {});
    assert.equal(opened.bench.read(slot, 'node_modules/x/index.js'), null);
  });
});

describe('the index of a new slot', () => {
  it('is refreshed a second later, without the agent having to wait or to give up its own', async () => {
    const { bench, close } = await openPool(makeRepository({ files: FILES }));
    try {
      const slot = await bench.prepare('fresh');
      const ours = join(bench.fixture.root, 'pool', '.slot-1', 'index');
      const theirs = statSync(join(adminOf(slot), 'index'), { bigint: true }).mtimeNs;
      const before = statSync(ours).ino;
      for (let waited = 0; waited < 600 && statSync(ours).ino === before; waited += 1) await sleep(100);
      assert.notEqual(statSync(ours).ino, before);
      assert.equal(statSync(join(adminOf(slot), 'index'), { bigint: true }).mtimeNs, theirs);
    } finally {
      await close();
    }
  });

  it('stays as it is while the slot is filled anew: it would be that of another commit', async () => {
    const { bench, close } = await openPool(makeRepository({ files: FILES }));
    const slot = await bench.prepare('filled');
    const pool = join(bench.fixture.root, 'pool');
    const inode = (): number => statSync(join(pool, `.${slot.name}`, 'index')).ino;
    const filled = await withLock(join(pool, `${slot.name}.lock`), async () => {
      const before = inode();
      await sleep(1500);
      return [before, inode()] as const;
    });
    assert.ok(filled.ok);
    assert.equal(filled.value[1], filled.value[0]);
    await close();
  });
});
