/**
 * What a task costs beside its agent: 100 tasks whose agent writes one file and commits it, by the whole program
 * (slot, start, end, harvest, merge, event log; no sandbox), against a careful script of bare commands. Per task:
 *
 *   1. `git checkout -B branch base`, `git clean -ffdx`             a clean worktree; it is there, as in our pool
 *   2. the agent, its output in two files                           the same command on both sides
 *   3. `git status`, `git rev-list --count`, `git diff --numstat`   did it leave something, did it do something
 *   4. `git merge-tree`, `git commit-tree`, `git update-ref`        the merge, one after another
 *
 * The script holds no deadline, ends no process that a task leaves behind, trusts the configuration and the hooks
 * that an agent can write, and cannot go on after a crash. The ratio is the price of all that.
 * Both sides run one task at a time (what each one waits for) and four (on few cores: the work that is done for it).
 * `node bench/task.ts [tasks]`
 */

import { setTimeout as sleep } from 'node:timers/promises';

import { type BareScript, openBareScript } from './lib/bare-tasks.ts';
import { interleave, median, medianRatio } from './lib/rounds.ts';
import { printTable, round } from './lib/table.ts';
import { openTaskWorld, type TaskWorld } from './lib/task-world.ts';

const TASKS = Number(process.argv[2] ?? 100);
const FILES = 1_000;
const ROUNDS = 3;
const WIDTHS = [1, 4];
/** Tasks for counting processes of git. */
const COUNTED = 20;
/** After which the indexes of new worktrees are as good as they get. */
const SETTLED_MS = 2_500;

interface Sides {
  readonly world: TaskWorld;
  readonly script: BareScript;
}

/** Both sides on one repository, their worktrees made and used once. */
async function open(counting: boolean): Promise<Sides> {
  const most = Math.max(...WIDTHS);
  const world = await openTaskWorld({ files: FILES, counting });
  const script = await openBareScript(world, most);
  await world.run(2 * most, most);
  await script.run(2 * most, most);
  await sleep(SETTLED_MS);
  return { world, script };
}

/** Processes of git for each task, the agent's own two among them. */
async function countGit(): Promise<{ readonly script: number; readonly cox: number }> {
  const { world, script } = await open(true);
  world.takeGitCalls();
  await script.run(COUNTED, 1);
  const bare = world.takeGitCalls().length / COUNTED;
  await world.run(COUNTED, 1);
  const ours = world.takeGitCalls().length / COUNTED;
  await world.close();
  return { script: round(bare, 1), cox: round(ours, 1) };
}

const git = await countGit();
const { world, script } = await open(false);
try {
  const names = (width: number): readonly [string, string] => [
    `script, ${width} at a time`,
    `cox, ${width} at a time`,
  ];
  const contenders = WIDTHS.flatMap((width) => [
    { name: names(width)[0], run: () => script.run(TASKS, width) },
    { name: names(width)[1], run: () => world.run(TASKS, width) },
  ]);
  const timings = await interleave(contenders, ROUNDS);
  const each = (name: string): number => round(median(timings.get(name) ?? []) / TASKS, 1);
  console.log(`medians of ${ROUNDS} rounds of ${TASKS} tasks, in turn; a repository of ${FILES} files\n`);
  printTable(
    ['what', 'ms a task', 'ratio', 'goal', 'git processes a task'],
    WIDTHS.map(names).flatMap(([bare, ours]) => [
      [bare, each(bare), 1, '', git.script],
      [ours, each(ours), round(medianRatio(timings, ours, bare), 2), 'at most 1.5', git.cox],
    ]),
  );
} finally {
  await world.close();
}
