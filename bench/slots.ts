/**
 * What a workspace for one attempt costs: a slot of the pool that is used again against a new `git worktree add`,
 * in one repository, interleaved, with what bare git takes to use a worktree again beside it. Goal: at most a tenth.
 * How long `worktree add` takes depends on the disk far more than the rest does. Usage: node bench/slots.ts [files] [rounds]
 */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Slot } from '../src/ports/worktree.ts';
import { makeLargeRepository } from '../src/testing/git-fixture.ts';
import { openPool } from '../src/testing/slot-pools.ts';
import { interleave, median, medianRatio } from './lib/rounds.ts';
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

const timings = await interleave(
  [
    {
      name: 'git worktree add',
      run: () => {
        added += 1;
        const args = [
          'worktree',
          'add',
          '--quiet',
          '-b',
          `plain-${added}`,
          join(fixture.root, `plain-${added}`),
        ];
        execFileSync('git', args, { cwd: fixture.path, env: fixture.env });
      },
    },
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
      name: 'slot used again',
      prepare: async () => {
        leaveWork(slot.path);
        await giveBack();
        task += 1;
      },
      run: async () => {
        slot = await bench.prepare(`task-${task}`);
      },
    },
    {
      name: 'harvest of nothing',
      run: async () => {
        await bench.harvest(slot, `task-${task}`);
      },
    },
  ],
  rounds,
);

const names = [...timings.keys()];
printTable(
  [`${files} files`, 'median ms', 'ratio to worktree add'],
  names.map((name) => [
    name,
    round(median(timings.get(name) ?? []), 1),
    round(medianRatio(timings, name, 'git worktree add'), 3),
  ]),
);
const ratio = medianRatio(timings, 'slot used again', 'git worktree add');
console.log(`goal: a slot used again costs at most ${GOAL}: ${ratio <= GOAL ? 'met' : 'missed'}`);
await close();
