/**
 * How long it takes until all agents of 50 tasks that may start at once are running, in slots that are used again,
 * against 50 bare processes started at once, each after `git checkout -B` and `git clean` in a worktree of its own.
 * There is no goal; it shows what a wide start costs.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { interleave, median, medianRatio } from './lib/rounds.ts';
import { printTable, round } from './lib/table.ts';
import { AGENT, openTaskWorld } from './lib/task-world.ts';

const TASKS = 50;
const FILES = 200;
const ROUNDS = 3;
const POLL_MS = 5;
const SETTLED_MS = 2_500;

/** Says that it runs, and ends when it is let go. */
const WAITING = `: >"$HOME/running/$COX_TASK_ID"; until [ -e "$HOME/go" ]; do sleep 0.2; done; ${AGENT}`;

const world = await openTaskWorld({ files: FILES, agent: WAITING });
const { fixture, env } = world;
const running = join(fixture.root, 'running');
const go = join(fixture.root, 'go');
const base = fixture.git(['rev-parse', 'HEAD']);
const folders = Array.from({ length: TASKS }, (_, index) => join(fixture.root, `bare-${index}`));
let starts = 0;
let under: Promise<unknown> = Promise.resolve();

async function command(cwd: string, argv: readonly [string, ...string[]], task: string): Promise<void> {
  const [program, ...args] = argv;
  const child = spawn(program, args, { cwd, env: { ...env, COX_TASK_ID: task }, stdio: 'ignore' });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${String(code)}`);
}

async function bare(folder: string, index: number): Promise<void> {
  const task = `task-${index}`;
  await command(folder, ['git', 'checkout', '--quiet', '-B', `bare/${starts}/${task}`, base], task);
  await command(folder, ['git', 'clean', '--quiet', '-ffdx'], task);
  await command(folder, ['sh', '-c', WAITING], task);
}

/** Lets the agents of the last start end. */
async function settle(): Promise<void> {
  writeFileSync(go, '');
  await under;
  rmSync(running, { recursive: true, force: true });
  mkdirSync(running);
  rmSync(go);
  starts += 1;
}

async function untilAllRun(work: Promise<unknown>): Promise<void> {
  under = work;
  let failure: unknown;
  work.catch((error: unknown) => {
    failure = error;
  });
  while (readdirSync(running).length < TASKS) {
    if (failure !== undefined) throw failure;
    await sleep(POLL_MS);
  }
}

try {
  for (const folder of folders) fixture.git(['worktree', 'add', '--quiet', '--detach', folder]);
  mkdirSync(running);
  writeFileSync(go, '');
  await world.run(TASKS, TASKS);
  await sleep(SETTLED_MS);
  const contenders = [
    { name: 'bare', prepare: settle, run: () => untilAllRun(Promise.all(folders.map(bare))) },
    { name: 'cox', prepare: settle, run: () => untilAllRun(world.run(TASKS, TASKS)) },
  ];
  const timings = await interleave(contenders, ROUNDS);
  await settle();
  const row = (name: string): (string | number)[] => [
    name,
    round(median(timings.get(name) ?? []), 0),
    round(medianRatio(timings, name, 'bare'), 2),
  ];
  console.log(`medians of ${ROUNDS} rounds; ${TASKS} agents started at once, ${FILES} files\n`);
  printTable(['until all run', 'ms', 'ratio'], [row('bare'), row('cox')]);
} finally {
  writeFileSync(go, '');
  await under.catch(() => undefined);
  await world.close();
}
