/**
 * What the sandbox costs. A run of 20 tasks of 5 seconds, four at once, confined and not, in turn; goal: at most 5 %
 * more. Then what the private git directory adds to preparing a slot and to harvesting a commit, at three sizes of a
 * repository. Usage: node bench/sandbox.ts [rounds]
 */

import { makeLargeRepository } from '../src/testing/git-fixture.ts';
import { openPool } from '../src/testing/slot-pools.ts';
import { interleave, median, medianRatio } from './lib/rounds.ts';
import { printTable, round } from './lib/table.ts';
import { openTaskWorld } from './lib/task-world.ts';

const rounds = Number(process.argv[2] ?? 3);
const TASKS = 20;
const WIDTH = 4;
const GOAL = 1.05;
const AGENT = 'sleep 5; echo "$COX_TASK_ID" >"$COX_TASK_ID.txt"; git add .; git commit --quiet -m work';
const SIZES = [200, 5_000, 50_000];
const BARE = 'not confined';
const CONFINED = 'confined';

await compareRuns();
for (const files of SIZES) await compareSlots(files);

async function compareRuns(): Promise<void> {
  const [bare, confined] = await Promise.all([
    openTaskWorld({ files: 1_000, agent: AGENT }),
    openTaskWorld({ files: 1_000, agent: AGENT, sandbox: 'required' }),
  ]);
  const timings = await interleave(
    [
      { name: BARE, run: () => bare.run(TASKS, WIDTH) },
      { name: CONFINED, run: () => confined.run(TASKS, WIDTH) },
    ],
    rounds,
  );
  await Promise.all([bare.close(), confined.close()]);
  const ratio = medianRatio(timings, CONFINED, BARE);
  printTable(
    [`${TASKS} tasks of 5 s, ${WIDTH} at once`, 's', 'ratio', 'goal'],
    [BARE, CONFINED].map((name) => [
      name,
      round(median(timings.get(name) ?? []) / 1000, 2),
      round(medianRatio(timings, name, BARE), 3),
      name === CONFINED ? `at most ${GOAL}: ${ratio <= GOAL ? 'met' : 'missed'}` : '',
    ]),
  );
}

async function compareSlots(files: number): Promise<void> {
  const fixture = makeLargeRepository(files);
  const times = (): Map<string, number[]> => new Map([BARE, CONFINED].map((name) => [name, []]));
  const prepares = times();
  const harvests = times();
  const pools = await Promise.all(
    [BARE, CONFINED].map(async (name) => ({
      name,
      ...(await openPool(fixture, {
        confined: name === CONFINED,
        poolFolder: `${fixture.root}/pool-${name === CONFINED ? 'confined' : 'bare'}`,
      })),
    })),
  );
  for (let turn = 0; turn <= rounds * 2; turn += 1) {
    for (const { name, bench, pool } of pools) {
      const task = `task-${turn}`;
      const begun = performance.now();
      const slot = await bench.prepare(task);
      const prepared = performance.now();
      bench.write(slot, { [`made-${turn}.txt`]: 'made\n' });
      bench.git(slot, 'add', '.');
      bench.git(slot, 'commit', '--quiet', '-m', 'Work');
      const worked = performance.now();
      await bench.harvest(slot, task);
      // The first turn makes the slot.
      if (turn > 0) {
        prepares.get(name)?.push(prepared - begun);
        harvests.get(name)?.push(performance.now() - worked);
      }
      await pool.release(slot, bench.holder(task), 'reuse');
    }
  }
  for (const { pool } of pools) await pool.close();
  fixture.remove();
  printTable(
    [`${files} files`, 'prepare ms', 'harvest ms'],
    [BARE, CONFINED].map((name) => [
      name,
      round(median(prepares.get(name) ?? []), 1),
      round(median(harvests.get(name) ?? []), 1),
    ]),
  );
}
