import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { Slot } from '../../ports/worktree.ts';
import { makeRepository } from '../../testing/git-fixture.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { inspectRepository } from '../base/repository.ts';
import { slotPlace } from '../slots/slot-place.ts';
import { compareWithCommit, type Sight } from './compare.ts';

const BASE = {
  'a.txt': 'a\n',
  'b.txt': 'b\n',
  'dir/c.txt': 'c\n',
  'crlf.txt': 'one\r\ntwo\r\n',
  '.gitignore': '*.log\nout/\n',
};

let opened: OpenedPool;
before(async () => {
  const fixture = makeRepository({ files: BASE });
  fixture.write({ '.env': 'SECRET=1\n' });
  opened = await openPool(fixture, { keptIgnoredFolders: [] });
});
after(async () => {
  await opened.git.rest();
  await opened.close();
});

interface Case {
  readonly name: string;
  readonly work: (slot: Slot) => void;
  readonly sight: Sight;
  /** The harvested tip is the agent's own commit. Default: when it is all there is. */
  readonly isTip?: boolean;
  /** What the harvested tip holds beside the base's files, null for what it holds no more. */
  readonly files: Readonly<Record<string, string | null>>;
}

function write(slot: Slot, files: Readonly<Record<string, string | null>>): void {
  opened.bench.write(slot, files);
}

function commit(slot: Slot, files: Readonly<Record<string, string | null>> = {}): void {
  write(slot, files);
  opened.bench.git(slot, 'add', '--all', '--', '.', ':!.env');
  opened.bench.git(slot, 'commit', '--quiet', '-m', 'Agent');
}

const CASES: readonly Case[] = [
  {
    name: 'new, changed and removed files, all committed',
    work: (slot) => commit(slot, { 'new/n.txt': 'n\n', 'a.txt': 'A\n', 'b.txt': null }),
    sight: 'same',
    files: { 'new/n.txt': 'n', 'a.txt': 'A', 'b.txt': null },
  },
  {
    name: 'a link and a program, committed',
    work: (slot) => {
      symlinkSync('a.txt', join(slot.path, 'link'));
      writeFileSync(join(slot.path, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
      commit(slot);
    },
    sight: 'same',
    files: { link: 'a.txt', 'run.sh': '#!/bin/sh' },
  },
  {
    name: 'a folder in place of a file and a file in place of a folder, committed',
    work: (slot) => {
      rmSync(join(slot.path, 'dir'), { recursive: true });
      write(slot, { 'a.txt': null });
      commit(slot, { 'a.txt/inner.txt': 'i\n', dir: 'd\n' });
    },
    sight: 'same',
    files: { 'a.txt': null, 'a.txt/inner.txt': 'i', 'dir/c.txt': null, dir: 'd' },
  },
  {
    name: 'a committed file that was changed again, to the same size',
    work: (slot) => {
      commit(slot, { 'a.txt': 'A\n' });
      write(slot, { 'a.txt': 'B\n' });
    },
    sight: 'differs',
    files: { 'a.txt': 'B' },
  },
  {
    name: 'a committed change that was taken back',
    work: (slot) => {
      commit(slot, { 'a.txt': 'A\n', 'b.txt': 'B\n' });
      write(slot, { 'a.txt': 'a\n' });
    },
    sight: 'differs',
    files: { 'b.txt': 'B' },
  },
  {
    name: 'a committed removal that was taken back',
    work: (slot) => {
      commit(slot, { 'a.txt': null, 'b.txt': 'B\n' });
      write(slot, { 'a.txt': 'a\n' });
    },
    sight: 'differs',
    files: { 'b.txt': 'B' },
  },
  {
    name: 'a committed file that is gone again',
    work: (slot) => {
      commit(slot, { 'new.txt': 'n\n', 'b.txt': 'B\n', 'a.txt': 'A\n' });
      write(slot, { 'new.txt': null, 'a.txt': null });
    },
    sight: 'differs',
    files: { 'a.txt': null, 'b.txt': 'B' },
  },
  {
    name: 'a committed file that has become a program',
    work: (slot) => {
      commit(slot, { 'new.txt': 'n\n' });
      chmodSync(join(slot.path, 'new.txt'), 0o755);
    },
    sight: 'differs',
    files: { 'new.txt': 'n' },
  },
  {
    name: 'a committed file with a link in its place that leads to the same content',
    work: (slot) => {
      commit(slot, { 'new.txt': 'n\n' });
      write(slot, { 'new.txt': null, 'b.txt': 'n\n' });
      symlinkSync('b.txt', join(slot.path, 'new.txt'));
    },
    sight: 'differs',
    files: { 'new.txt': 'b.txt', 'b.txt': 'n' },
  },
  {
    name: 'a file that no commit touched, changed',
    work: (slot) => {
      commit(slot, { 'new.txt': 'n\n' });
      write(slot, { 'dir/c.txt': 'C\n' });
    },
    sight: 'differs',
    files: { 'new.txt': 'n', 'dir/c.txt': 'C' },
  },
  {
    name: 'a file that was not added',
    work: (slot) => {
      commit(slot, { 'new.txt': 'n\n' });
      write(slot, { 'left.txt': 'l\n' });
    },
    sight: 'differs',
    files: { 'new.txt': 'n', 'left.txt': 'l' },
  },
  {
    name: 'a repository that was made inside',
    work: (slot) => {
      commit(slot, { 'new.txt': 'n\n' });
      mkdirSync(join(slot.path, 'inner'));
      opened.bench.fixture.git(['init', '--quiet'], { cwd: join(slot.path, 'inner') });
      write(slot, { 'inner/i.txt': 'i\n' });
    },
    sight: 'differs',
    files: { 'new.txt': 'n', 'inner/i.txt': 'i' },
  },
  {
    name: 'a file that the index was told to overlook',
    work: (slot) => {
      commit(slot, { 'new.txt': 'n\n' });
      opened.bench.git(slot, 'update-index', '--assume-unchanged', 'a.txt', 'new.txt');
      write(slot, { 'a.txt': 'A\n', 'new.txt': 'N\n' });
    },
    sight: 'differs',
    files: { 'a.txt': 'A', 'new.txt': 'N' },
  },
  {
    name: 'ignored files beside what was committed',
    work: (slot) => commit(slot, { 'new.txt': 'n\n', 'noise.log': 'x', 'out/o.txt': 'o' }),
    sight: 'same-but-ignored',
    isTip: true,
    files: { 'new.txt': 'n' },
  },
  {
    name: 'an ignored file that was added by force and not committed',
    work: (slot) => {
      commit(slot, { 'new.txt': 'n\n', 'wanted.log': 'w', 'noise.log': 'x' });
      opened.bench.git(slot, 'add', '--force', 'wanted.log');
    },
    sight: 'same-but-ignored',
    files: { 'new.txt': 'n', 'wanted.log': 'w' },
  },
  {
    name: 'an ignored file that was committed by force',
    work: (slot) => {
      write(slot, { 'out/o.txt': 'o\n', 'out/noise.txt': 'x' });
      opened.bench.git(slot, 'add', '--force', 'out/o.txt');
      opened.bench.git(slot, 'commit', '--quiet', '-m', 'Agent');
    },
    sight: 'same-but-ignored',
    isTip: true,
    files: { 'out/o.txt': 'o' },
  },
  {
    name: 'an ignored file that was committed by force, and then changed',
    work: (slot) => {
      write(slot, { 'out/o.txt': 'o\n', 'out/noise.txt': 'x' });
      opened.bench.git(slot, 'add', '--force', 'out/o.txt');
      opened.bench.git(slot, 'commit', '--quiet', '-m', 'Agent');
      write(slot, { 'out/o.txt': 'O\n' });
    },
    sight: 'differs',
    files: { 'out/o.txt': 'O' },
  },
  {
    name: 'the marker and a copied file, which do not count',
    work: (slot) => {
      commit(slot, { 'new.txt': 'n\n' });
      write(slot, { '.claude-task-complete': '', '.env': 'SECRET=2\n' });
    },
    sight: 'same',
    files: { 'new.txt': 'n' },
  },
];

describe('a worktree beside the commit made in it', () => {
  for (const [index, { name, work, sight, isTip, files }] of CASES.entries()) {
    it(`with ${name}`, async () => {
      const { bench, git } = opened;
      const slot = await bench.prepare(`case-${index}`);
      work(slot);
      const head = bench.git(slot, 'rev-parse', 'HEAD');
      const repository = await inspectRepository(git, bench.fixture.path);
      assert.ok(repository.ok);
      const place = slotPlace(join(bench.fixture.root, 'pool'), Number(slot.name.slice('slot-'.length)));
      const site = { git, repository: repository.value, cleanDir: place.cleanDir, workTree: slot.path };
      const isExcluded = (path: string): boolean => path === '.claude-task-complete' || path === '.env';
      assert.equal(await compareWithCommit(site, { place, commit: head, isExcluded }), sight);
      const { tip } = await bench.harvest(slot, `case-${index}`);
      assert.equal(tip === head, isTip ?? sight === 'same');
      const expected = Object.entries({ ...bench.files(bench.base), ...files });
      assert.deepEqual(
        bench.files(tip),
        Object.fromEntries(expected.filter(([, content]) => content !== null).sort()),
      );
      // A second harvest finds nothing more.
      assert.equal((await bench.harvest(slot, `case-${index}`)).tip, tip);
      await bench.worktrees.release(slot, bench.holder(`case-${index}`), 'reuse');
    });
  }
});
