/**
 * What a workspace for one attempt costs: a slot of the pool that is used again against a new `git worktree add`,
 * in one repository, interleaved, with what bare git takes to use a worktree again beside it. Goal: at most a tenth,
 * for a slot that has rested: it was given back, and cleaned before anybody wanted it. One that is taken again at once
 * has to be cleaned first.
 * Measured twice: with worktrees that are all left standing, and with each one removed before the next is added, as
 * those do who make one for each task. File systems such as ext4 make new files many times slower after mass deletion,
 * so the second comes last. Usage: node bench/slots.ts [files] [rounds]
 */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Slot } from '../src/ports/worktree.ts';
import { makeLargeRepository } from '../src/testing/git-fixture.ts';
import { atRest, openPool } from '../src/testing/slot-pools.ts';
import { type Contender, interleave, median, medianRatio } from './lib/rounds.ts';
import { printTable, round } from './lib/table.ts';

const files = Number(process.argv[2] ?? 5_000);
const rounds = Number(process.argv[3] ?? 9);
const GOAL = 0.1;
/** After which a new slot's index has been refreshed. */
const SETTLED_MS = 3_000;

const fixture = makeLargeRepository(files);
const { bench, close } = await openPool(fixture);
let added = 0;
let task = 0;
let bareUses = 0;
const bare = join(fixture.root, 'bare');
fixture.git(['worktree', 'add', '--quiet', '--detach', bare]);
let slot: Slot = await bench.prepare('first');
await sleep(SETTLED_MS);

const giveBack = (): Promise<void> =>
  bench.worktrees.release(slot, bench.holder(task === 0 ? 'first' : `task-${task}`), 'reuse');
/** What an agent may leave: a few changed files, a few new ones. */
const leaveWork = (folder: string): void => {
  const names = Array.from({ length: 10 }, (_, at) => `new/${at}.txt`);
  fixture.write(
    {
      ...Object.fromEntries(names.map((name) => [name, 'new\n'])),
      'src/part-0/folder-0/file-0.txt': 'changed\n',
      'src/part-0/folder-0/file-1.txt': null,
    },
    folder,
  );
};

const plain = (): string => join(fixture.root, `plain-${added}`);
const addWorktree = (): void => {
  added += 1;
  const args = ['worktree', 'add', '--quiet', '-b', `plain-${added}`, plain()];
  execFileSync('git', args, { cwd: fixture.path, env: fixture.env });
};
const leaveSlot = async (): Promise<void> => {
  leaveWork(slot.path);
  await giveBack();
  task += 1;
};
const useSlot = async (): Promise<void> => {
  slot = await bench.prepare(`task-${task}`);
};
const useAgain: Contender = {
  name: 'slot used again',
  prepare: async () => {
    await leaveSlot();
    await atRest(bench);
  },
  run: useSlot,
};
const others: readonly Contender[] = [
  { name: 'slot used again at once', prepare: leaveSlot, run: useSlot },
  {
    name: 'checkout -B and clean',
    prepare: () => leaveWork(bare),
    run: () => {
      bareUses += 1;
      fixture.git(['checkout', '--quiet', '--force', '-B', `bare-${bareUses}`, bench.base], { cwd: bare });
      fixture.git(['clean', '--quiet', '-ffdx'], { cwd: bare });
    },
  },
  {
    name: 'harvest of nothing',
    run: async () => {
      await bench.harvest(slot, `task-${task}`);
    },
  },
];

/** Measures beside worktrees that are added in one of the two ways. */
async function compare(title: string, add: Contender): Promise<void> {
  const timings = await interleave([add, useAgain, ...others], rounds);
  printTable(
    [`${files} files, ${title}`, 'median ms', 'ratio to worktree add'],
    [...timings.keys()].map((name) => [
      name,
      round(median(timings.get(name) ?? []), 1),
      round(medianRatio(timings, name, add.name), 3),
    ]),
  );
  const ratio = medianRatio(timings, useAgain.name, add.name);
  console.log(`goal: a slot used again costs at most ${GOAL}: ${ratio <= GOAL ? 'met' : 'missed'}\n`);
}

await compare('none removed', { name: 'git worktree add', run: addWorktree });
await compare('each removed before the next', {
  name: 'git worktree add',
  prepare: () => {
    execFileSync('git', ['worktree', 'remove', '--force', plain()], { cwd: fixture.path, env: fixture.env });
  },
  run: addWorktree,
});
await close();
