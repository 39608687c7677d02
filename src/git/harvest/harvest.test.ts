import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { Slot } from '../../ports/worktree.ts';
import { makeRepository } from '../../testing/git-fixture.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { branchOf } from '../../testing/worktree-bench.ts';

let opened: OpenedPool;
before(async () => {
  const fixture = makeRepository({ files: { 'a.txt': 'a\n', 'src/b.txt': 'b\n', '.gitignore': '*.log\n' } });
  fixture.write({ '.env': 'SECRET=1\n' });
  opened = await openPool(fixture);
});
after(() => opened.close());

function pinned(commit: string): string {
  return opened.bench.fixture.git(['for-each-ref', '--format=%(refname)', '--contains', commit, 'refs/cox/']);
}

function commit(slot: Slot, files: Readonly<Record<string, string | null>>, message = 'Agent'): string {
  opened.bench.write(slot, files);
  opened.bench.git(slot, 'add', '--all', '--', '.', ':!.env');
  opened.bench.git(slot, 'commit', '--quiet', '-m', message);
  return opened.bench.git(slot, 'rev-parse', 'HEAD');
}

describe('harvest finds the work', () => {
  it('on another branch that the agent made', async () => {
    const slot = await opened.bench.prepare('switched');
    opened.bench.git(slot, 'switch', '--quiet', '-c', 'feature/own');
    const tip = commit(slot, { 'own.txt': 'own\n' });
    const work = await opened.bench.harvest(slot, 'switched');
    assert.equal(work.tip, tip);
    assert.equal(opened.bench.fixture.git(['rev-parse', branchOf('switched')]), tip);
  });

  it('on a detached HEAD, with its branch removed', async () => {
    const slot = await opened.bench.prepare('detached');
    opened.bench.git(slot, 'switch', '--quiet', '--detach');
    opened.bench.git(slot, 'branch', '--quiet', '-D', branchOf('detached'));
    const tip = commit(slot, { 'own.txt': 'own\n' });
    assert.equal((await opened.bench.harvest(slot, 'detached')).tip, tip);
  });

  it('on the branch, when HEAD only looks at an older commit', async () => {
    const slot = await opened.bench.prepare('looking');
    const tip = commit(slot, { 'own.txt': 'own\n' });
    opened.bench.git(slot, 'switch', '--quiet', '--detach', 'HEAD~1');
    assert.equal((await opened.bench.harvest(slot, 'looking')).tip, tip);
  });

  it('on both of two lines: one is the work, the other is pinned', async () => {
    const slot = await opened.bench.prepare('forked');
    const first = commit(slot, { 'first.txt': '1\n' });
    opened.bench.git(slot, 'switch', '--quiet', '-c', 'second-line', opened.bench.base);
    const second = commit(slot, { 'second.txt': '2\n' });
    assert.equal((await opened.bench.harvest(slot, 'forked')).tip, second);
    assert.match(pinned(first), /beside/);
  });

  it('in the middle of a merge', async () => {
    const slot = await opened.bench.prepare('merging');
    commit(slot, { 'a.txt': 'mine\n', 'kept.txt': 'k\n' });
    opened.bench.git(slot, 'switch', '--quiet', '-c', 'theirs', opened.bench.base);
    commit(slot, { 'a.txt': 'theirs\n' });
    opened.bench.git(slot, 'switch', '--quiet', branchOf('merging'));
    assert.throws(() => opened.bench.git(slot, 'merge', 'theirs'));
    const work = await opened.bench.harvest(slot, 'merging');
    assert.deepEqual(work.files, ['a.txt', 'kept.txt']);
    assert.match(opened.bench.files(work.tip)['a.txt'] ?? '', /<<<<<<</);
  });

  it('in the middle of a rebase: all commits of the branch, and what is half done beside it', async () => {
    const slot = await opened.bench.prepare('rebasing');
    commit(slot, { 'one.txt': '1\n' });
    const tip = commit(slot, { 'a.txt': 'mine\n' });
    opened.bench.git(slot, 'switch', '--quiet', '-c', 'newer', opened.bench.base);
    commit(slot, { 'a.txt': 'newer\n' });
    opened.bench.git(slot, 'switch', '--quiet', branchOf('rebasing'));
    assert.throws(() => opened.bench.git(slot, 'rebase', 'newer'));
    const half = opened.bench.git(slot, 'rev-parse', 'HEAD');
    const work = await opened.bench.harvest(slot, 'rebasing');
    assert.equal(work.tip, tip);
    assert.match(pinned(half), /beside/);
  });

  it('in files alone, when the registration was destroyed', async () => {
    const slot = await opened.bench.prepare('destroyed');
    commit(slot, { 'committed.txt': 'c\n' });
    opened.bench.write(slot, { 'left.txt': 'l\n' });
    rmSync(opened.bench.git(slot, 'rev-parse', '--absolute-git-dir'), { recursive: true });
    rmSync(join(slot.path, '.git'));
    const work = await opened.bench.harvest(slot, 'destroyed');
    assert.deepEqual(work.files, ['committed.txt', 'left.txt']);
  });

  it('in a worktree that was made a repository of its own', async () => {
    const slot = await opened.bench.prepare('own-repository');
    rmSync(join(slot.path, '.git'));
    opened.bench.git(slot, 'init', '--quiet');
    commit(slot, { 'x.txt': 'x\n' });
    assert.deepEqual((await opened.bench.harvest(slot, 'own-repository')).files, ['x.txt']);
  });

  it('with a lock left behind on index and branch', async () => {
    const slot = await opened.bench.prepare('locked');
    opened.bench.write(slot, { 'x.txt': 'x\n' });
    writeFileSync(join(opened.bench.git(slot, 'rev-parse', '--absolute-git-dir'), 'index.lock'), '');
    writeFileSync(join(opened.bench.fixture.path, '.git', `refs/heads/${branchOf('locked')}.lock`), '');
    assert.deepEqual((await opened.bench.harvest(slot, 'locked')).files, ['x.txt']);
  });
});

describe('harvest takes the files', () => {
  it('whatever their names, kinds and permissions', async () => {
    const slot = await opened.bench.prepare('names');
    const names = ['line\nfeed', '--force', '"quoted"', 'ünï/☃', ':(top)x', ' space ', '-', '*'];
    opened.bench.write(slot, Object.fromEntries(names.map((name) => [name, 'x\n'])));
    symlinkSync('/etc/passwd', join(slot.path, 'link'));
    chmodSync(join(slot.path, '-'), 0o000);
    writeFileSync(join(slot.path, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(Buffer.from([...Buffer.from(`${slot.path}/`), 0xff]), 'bytes');
    const { tip, files } = await opened.bench.harvest(slot, 'names');
    assert.deepEqual([...files].sort(), [...names, 'link', 'run.sh', '\ufffd'].sort());
    assert.match(opened.bench.fixture.git(['ls-tree', tip, 'link', 'run.sh']), /120000[\s\S]*100755/);
  });

  it('where a folder has become a file, and a file a folder', async () => {
    const slot = await opened.bench.prepare('kinds');
    rmSync(join(slot.path, 'src'), { recursive: true });
    rmSync(join(slot.path, 'a.txt'));
    opened.bench.write(slot, { src: 'a file now\n', 'a.txt/b.txt': 'a folder now\n' });
    const { tip, files } = await opened.bench.harvest(slot, 'kinds');
    assert.deepEqual(files.toSorted(), ['a.txt', 'a.txt/b.txt', 'src', 'src/b.txt']);
    assert.deepEqual(Object.keys(opened.bench.files(tip)).toSorted(), ['.gitignore', 'a.txt/b.txt', 'src']);
  });

  it('in a folder that even its owner may not look into', async () => {
    const slot = await opened.bench.prepare('shut');
    opened.bench.write(slot, { 'src/b.txt': 'changed\n' });
    chmodSync(join(slot.path, 'src'), 0o000);
    assert.deepEqual((await opened.bench.harvest(slot, 'shut')).files, ['src/b.txt']);
  });

  it('of a repository made inside, also of one that was committed as a link', async () => {
    const slot = await opened.bench.prepare('nested');
    for (const folder of ['committed', 'loose', 'loose/deeper']) {
      mkdirSync(join(slot.path, folder), { recursive: true });
      opened.bench.fixture.git(['init', '--quiet'], { cwd: join(slot.path, folder) });
      opened.bench.write(slot, {
        [`${folder}/x.txt`]: 'x\n',
        [`${folder}/.gitignore`]: '*.tmp\n',
        [`${folder}/y.tmp`]: 'y',
      });
    }
    const inner = { cwd: join(slot.path, 'committed') };
    opened.bench.fixture.git(['add', '--all'], inner);
    opened.bench.fixture.git(
      ['-c', 'user.name=x', '-c', 'user.email=x', 'commit', '--quiet', '-m', 'Inner'],
      inner,
    );
    opened.bench.git(slot, 'add', 'committed');
    opened.bench.git(slot, 'commit', '--quiet', '-m', 'A link');
    const { files } = await opened.bench.harvest(slot, 'nested');
    const each = ['committed', 'loose', 'loose/deeper'].flatMap((folder) => [
      `${folder}/.gitignore`,
      `${folder}/x.txt`,
    ]);
    assert.deepEqual([...files].sort(), each.sort());
  });

  it('but for a further worktree that was made inside, committed as a link or lying about, which is named', async () => {
    const slot = await opened.bench.prepare('further');
    opened.bench.git(slot, 'worktree', 'add', '--quiet', '-b', 'other', '.claude/worktrees/other');
    opened.bench.git(slot, 'worktree', 'add', '--quiet', '--detach', 'committed');
    opened.bench.git(slot, 'add', 'committed');
    opened.bench.git(slot, 'commit', '--quiet', '-m', 'A link');
    opened.bench.write(slot, { 'x.txt': 'x\n' });
    const { files, aside } = await opened.bench.harvest(slot, 'further');
    assert.deepEqual([files, aside], [['x.txt'], ['committed', '.claude/worktrees/other']]);
  });

  it('and names the further worktree where nothing else was done', async () => {
    const slot = await opened.bench.prepare('elsewhere');
    opened.bench.git(slot, 'worktree', 'add', '--quiet', '--detach', '.claude/worktrees/other');
    opened.bench.write(slot, { '.claude/worktrees/other/x.txt': 'x\n' });
    const { files, aside } = await opened.bench.harvest(slot, 'elsewhere');
    assert.deepEqual([files, aside], [[], ['.claude/worktrees/other']]);
  });

  it('that were forced into the index against the ignore rules', async () => {
    const slot = await opened.bench.prepare('forced');
    opened.bench.write(slot, { 'wanted.log': 'w\n', 'noise.log': 'n\n' });
    opened.bench.git(slot, 'add', '--force', 'wanted.log');
    assert.deepEqual((await opened.bench.harvest(slot, 'forced')).files, ['wanted.log']);
  });

  it('that git was told to overlook', async () => {
    const slot = await opened.bench.prepare('overlooked');
    opened.bench.git(slot, 'update-index', '--assume-unchanged', 'a.txt');
    opened.bench.git(slot, 'update-index', '--skip-worktree', 'src/b.txt');
    opened.bench.write(slot, { 'a.txt': 'new\n', 'src/b.txt': 'new\n' });
    assert.deepEqual((await opened.bench.harvest(slot, 'overlooked')).files, ['a.txt', 'src/b.txt']);
  });

  it('as they are, through no filter that the agent named', async () => {
    const slot = await opened.bench.prepare('filtered');
    opened.bench.git(slot, 'config', 'filter.trap.clean', 'echo filtered');
    opened.bench.write(slot, { '.gitattributes': '* filter=trap\n', 'a.txt': 'new\n' });
    const { tip } = await opened.bench.harvest(slot, 'filtered');
    assert.equal(opened.bench.files(tip)['a.txt'], 'new', 'a filter was run');
    opened.bench.git(slot, 'config', '--unset', 'filter.trap.clean');
  });

  it('with the same size, changed within the second of the checkout', async () => {
    const slot = await opened.bench.prepare('racy');
    writeFileSync(join(slot.path, 'a.txt'), 'A\n');
    assert.deepEqual((await opened.bench.harvest(slot, 'racy')).files, ['a.txt']);
  });
});

describe('copied files', () => {
  it('are never committed by harvest, and leave the history when an agent did', async () => {
    const slot = await opened.bench.prepare('secret');
    assert.equal(opened.bench.read(slot, '.env'), 'SECRET=1\n');
    opened.bench.write(slot, { 'x.txt': 'x\n' });
    opened.bench.git(slot, 'add', '--all');
    opened.bench.git(slot, 'commit', '--quiet', '-m', 'With a secret');
    opened.bench.git(slot, 'rm', '--quiet', '--cached', '.env');
    opened.bench.git(slot, 'commit', '--quiet', '-m', 'Without it');
    const { tip, files, commits } = await opened.bench.harvest(slot, 'secret');
    assert.deepEqual([files, commits], [['x.txt'], 1]);
    assert.equal(opened.bench.fixture.git(['log', '--format=%h', tip, '--', '.env']), '');
    assert.match(
      opened.bench.fixture.git(['log', '-1', '--format=%B', tip]),
      /With a secret[\s\S]*Without it/,
    );
  });

  it('leave the history also from a line of work that was merged without its files', async () => {
    const slot = await opened.bench.prepare('merged-secret');
    opened.bench.git(slot, 'switch', '--quiet', '-c', 'side');
    opened.bench.git(slot, 'add', '--force', '.env');
    opened.bench.git(slot, 'commit', '--quiet', '-m', 'With a secret');
    opened.bench.git(slot, 'switch', '--quiet', branchOf('merged-secret'));
    commit(slot, { 'x.txt': 'x\n' });
    opened.bench.git(slot, 'merge', '--quiet', '--strategy=ours', '-m', 'Merge side', 'side');
    const { tip, files } = await opened.bench.harvest(slot, 'merged-secret');
    assert.deepEqual(files, ['x.txt']);
    assert.equal(opened.bench.fixture.git(['log', '--full-history', '--format=%h', tip, '--', '.env']), '');
  });

  it('stay out of commits made with the slot’s own git environment', async () => {
    const slot = await opened.bench.prepare('environment');
    const env = slot.environment;
    const status = opened.bench.fixture.git(['status', '--porcelain'], { cwd: slot.path, env });
    assert.equal(status, '');
  });
});

it('a harvest leaves no temporary file behind', async () => {
  const slot = await opened.bench.prepare('tidy');
  opened.bench.write(slot, { 'x.txt': 'x' });
  await opened.bench.harvest(slot, 'tidy');
  const names = readdirSync(join(opened.bench.fixture.root, 'pool', `.${slot.name}`));
  assert.deepEqual(
    names.filter((name) => name.startsWith('index')),
    ['index'],
  );
});
