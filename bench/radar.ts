/**
 * What looking for conflicts costs while fifty agents work: a look at all their slots against a `git status` in each,
 * in one repository, interleaved. Usage: node bench/radar.ts [files] [slots] [rounds]
 */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { inspectRepository } from '../src/git/base/repository.ts';
import { SlotRadar } from '../src/git/radar/slot-radar.ts';
import type { RadarHead } from '../src/ports/conflict-radar.ts';
import type { Slot } from '../src/ports/worktree.ts';
import { makeLargeRepository } from '../src/testing/git-fixture.ts';
import { openPool } from '../src/testing/slot-pools.ts';
import { interleave, median, medianRatio } from './lib/rounds.ts';
import { printTable, round } from './lib/table.ts';

const files = Number(process.argv[2] ?? 2_000);
const count = Number(process.argv[3] ?? 50);
const rounds = Number(process.argv[4] ?? 5);
/** The pause between two looks, and how many times as long as the look it is at least: see `engine/lookout.ts`. */
const PAUSE_MS = 15_000;
const REST = 40;
const SHARED = 'src/part-0/folder-0/file-0.txt';

const fixture = makeLargeRepository(files);
const { bench, git, close } = await openPool(fixture);
const repository = await inspectRepository(git, fixture.path);
if (!repository.ok) throw new Error(repository.error.detail);
const radar = new SlotRadar({
  git,
  repository: repository.value,
  folder: () => join(fixture.root, 'radar'),
});
const slots: Slot[] = [];
for (let at = 0; at < count; at += 1) slots.push(await bench.prepare(`task-${at}`));

const look = async (stirred: boolean): Promise<number> => {
  const heads = slots.map(({ path: worktree }, at): RadarHead => {
    return { task: `task-${at}`, base: bench.base, at: { is: 'slot', worktree, attempt: 1 }, stirred };
  });
  const seen = await radar.look({ run: 'run-1', tip: bench.base, heads }, new AbortController().signal);
  if (!seen.ok || seen.value.unseen.length > 0) throw new Error('the look did not see everything');
  return seen.value.conflicts.length;
};
let turn = 0;
/** Each agent changes files of its own; `sharing` of them also one that is the same for all. */
const work = (sharing: number) => (): void => {
  turn += 1;
  for (const [at, slot] of slots.entries()) {
    const own = Object.fromEntries([1, 2, 3].map((n) => [`own-${at}/${n}.txt`, `turn ${turn}\n`]));
    const shared = at < sharing ? `agent ${at}, turn ${turn}\n` : null;
    if (shared === null) fixture.git(['checkout', '--quiet', '--', SHARED], { cwd: slot.path });
    fixture.write({ ...own, ...(shared === null ? {} : { [SHARED]: shared }) }, slot.path);
  }
};
const expect = async (conflicts: number): Promise<void> => {
  const found = await look(true);
  if (found !== conflicts) throw new Error(`${found} conflicts, not ${conflicts}`);
};

const timings = await interleave(
  [
    {
      name: 'git status in each',
      prepare: work(0),
      run: () => {
        for (const { path } of slots)
          execFileSync('git', ['status', '--porcelain'], { cwd: path, env: fixture.env });
      },
    },
    { name: 'nothing has changed', prepare: () => expect(0), run: async () => void (await look(false)) },
    { name: 'each changed other files', prepare: work(0), run: () => expect(0) },
    { name: 'ten changed one file', prepare: work(10), run: () => expect(45) },
    { name: 'all changed one file', prepare: work(count), run: () => expect((count * (count - 1)) / 2) },
  ],
  rounds,
);

printTable(
  [`${files} files, ${count} slots`, 'median ms', 'ratio to status', 'percent of a core'],
  [...timings.keys()].map((name) => {
    const took = median(timings.get(name) ?? []);
    const pause = Math.max(PAUSE_MS, took * REST);
    return [
      name,
      round(took, 0),
      round(medianRatio(timings, name, 'git status in each'), 2),
      round((100 * took) / (took + pause), 2),
    ];
  }),
);
const usual = medianRatio(timings, 'each changed other files', 'git status in each');
console.log(`goal: a look costs no more than a git status in each slot: ${usual <= 1 ? 'met' : 'missed'}`);
await radar.rest('run-1');
await git.rest();
await close();
