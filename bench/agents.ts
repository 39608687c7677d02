/**
 * What Coxswain itself takes of the machine while 100 agents run at once, by its whole program: the process that drives
 * the run, its helper and the shims. Agents follow a recipe: quiet ones tell of a step each second, loud ones print twenty
 * lines five times a second. Processor time is counted, not time by the clock, so other work hardly shows in it.
 * Then what the start and the end of an agent cost beside a bare spawn of the same program.
 * Linux only. `node bench/agents.ts [agents]`
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { findDriver } from '../src/agents/registry.ts';
import type { AgentSettings } from '../src/core/settings.ts';
import { agentBench } from '../src/testing/agent-bench.ts';
import { launchRequest } from '../src/testing/launch-request.ts';
import { TEST_SETTINGS } from '../src/testing/plans.ts';
import { familyMs, type OwnBytes, ownProcesses } from './lib/own-processes.ts';
import { median } from './lib/rounds.ts';
import { printTable, round } from './lib/table.ts';
import { openTaskWorld, type TaskWorld } from './lib/task-world.ts';

const AGENTS = Number(process.argv[2] ?? 100);
const FILES = 200;
const LOUDNESSES = [
  { name: 'quiet: 1 line a second each', lines: 1, pauseMs: 1_000 },
  { name: 'loud: 100 lines a second each', lines: 20, pauseMs: 200 },
];
/** What was needed to start them has ended, and what is run often has been compiled. */
const SETTLED_MS = 20_000;
const WINDOW_MS = 60_000;
const LOOK_MS = 1_000;
/** They live until they are ended. */
const LONGEST_MS = 180_000;
const STARTS = 20;
const ROUNDS = 5;
const MIB = 1024 * 1024;

type Loudness = (typeof LOUDNESSES)[number];

interface Share {
  /** Milliseconds of processor time for each second by the clock. */
  readonly self: number;
  readonly others: number;
  readonly begun: OwnBytes;
  /** The most that this process had resident in the window. */
  readonly mostBytes: number;
}

/** Says that it runs, by its process; then it tells of its steps. */
function recipe({ lines, pauseMs }: Loudness): string {
  const steps: object[] = [{ run: 'echo $PPID >"$HOME/running/$COX_TASK_ID"' }];
  const words = Array.from(
    { length: lines - 1 },
    (_, index) => `line ${index} of some output of an agent's tool`,
  );
  for (let ms = 0; ms < LONGEST_MS; ms += pauseMs) {
    steps.push({ progress: { step: `step ${steps.length}` } });
    if (words.length > 0) steps.push({ say: words.join('\n') });
    steps.push({ sleep: pauseMs });
  }
  return JSON.stringify({ tasks: {}, default: steps });
}

async function share(world: TaskWorld, loudness: Loudness): Promise<Share> {
  const { root } = world.fixture;
  const running = join(root, 'running');
  rmSync(running, { recursive: true, force: true });
  mkdirSync(running);
  const file = join(root, 'recipe.yaml');
  writeFileSync(file, recipe(loudness));
  const attempt = { ...TEST_SETTINGS.attempt, hardMs: 10 * LONGEST_MS, logBytes: 100 * MIB };
  const agent: AgentSettings = { driver: 'recipe', options: { recipe: file } };
  let failure: unknown;
  const run = world.run(AGENTS, AGENTS, { lost: AGENTS, settings: { agent, attempt }, limits: 'built in' });
  run.then(
    () => {
      failure = new Error('the agents ended before all of them ran; try fewer of them');
    },
    (error: unknown) => {
      failure = error;
    },
  );
  const started = (): readonly string[] => readdirSync(running);
  while (started().length < AGENTS) {
    if (failure !== undefined) throw failure;
    await sleep(LOOK_MS);
  }
  await sleep(SETTLED_MS);
  const own = ownProcesses(root);
  const begun = own.bytes();
  const before = own.times();
  const begunAt = performance.now();
  let mostBytes = begun.self;
  while (performance.now() - begunAt < WINDOW_MS) {
    await sleep(LOOK_MS);
    mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
  }
  const after = own.times();
  const seconds = (performance.now() - begunAt) / 1000;
  for (const name of started()) process.kill(Number(readFileSync(join(running, name), 'utf8')));
  await run;
  return {
    self: (after.self - before.self) / seconds,
    others: (after.others - before.others) / seconds,
    begun,
    mostBytes,
  };
}

/** Milliseconds of processor time for each agent, all its own included. */
async function startCosts(): Promise<{ readonly bare: number; readonly cox: number }> {
  const bench = agentBench();
  const settings: AgentSettings = { driver: 'recipe', options: { recipe: 'default: [lie]\n' } };
  const found = findDriver(settings);
  if (!found.ok) throw new Error(JSON.stringify(found.error));
  const { argv, stdin } = found.value.ready.launch(launchRequest({}));
  const [program = '', ...args] = argv;
  const bare = async (): Promise<void> => {
    const child = spawn(program, args, {
      cwd: bench.repository.path,
      env: bench.hostEnv,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.end(stdin);
    await once(child, 'close');
  };
  const cox = async (): Promise<void> => {
    const { end } = await bench.run(bench.request(settings));
    if (end.is !== 'done') throw new Error(JSON.stringify(end));
  };
  const costs: { bare: number[]; cox: number[] } = { bare: [], cox: [] };
  const measure = async (start: () => Promise<void>): Promise<number> => {
    const before = familyMs();
    for (let done = 0; done < STARTS; done += 1) await start();
    return (familyMs() - before) / STARTS;
  };
  try {
    await cox();
    for (let done = 0; done < ROUNDS; done += 1) {
      costs.bare.push(await measure(bare));
      costs.cox.push(await measure(cox));
    }
  } finally {
    bench.remove();
  }
  return { bare: median(costs.bare), cox: median(costs.cox) };
}

const start = await startCosts();
console.log(`start and end of an agent, medians of ${ROUNDS} rounds of ${STARTS}, in turn\n`);
printTable(
  ['what', 'ms of processor time', 'ratio'],
  [
    ['bare spawn', round(start.bare, 1), 1],
    ['cox', round(start.cox, 1), round(start.cox / start.bare, 2)],
  ],
);
const world = await openTaskWorld({ files: FILES });
try {
  const rows: (string | number)[][] = [];
  for (const loudness of LOUDNESSES) {
    const { self, others, begun, mostBytes } = await share(world, loudness);
    const lines = (AGENTS * loudness.lines * 1000) / loudness.pauseMs;
    const perLine = (1000 * (self + others)) / lines;
    const memory = [begun.self, mostBytes, begun.others].map((bytes) => round(bytes / MIB, 0));
    const times = [self, others].map((ms) => round(ms / 10, 2));
    rows.push([loudness.name, ...times, round(perLine, 0), ...memory]);
  }
  console.log(
    `\n${AGENTS} agents at once, for ${WINDOW_MS / 1000} s; processor time as a share of one core\n`,
  );
  const headings = [
    'agents',
    '% own process',
    '% helper and shims',
    'µs a line',
    'MiB own process',
    'its most',
    'MiB helper and shims',
  ];
  printTable(headings, rows);
} finally {
  await world.close();
}
