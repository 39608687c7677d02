/**
 * Makespan of random graphs of 1,000 sleeps at 32 slots, to the lower bound max(critical path, work / slots), beside
 * `make -j` and `ninja` on the same graph. Ours is the core's own scheduling over `sleep` processes, which are started
 * as every other is: no git. Its order alone is the same at a virtual clock, where a start takes no time: what is above
 * it is the starting of processes.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decide } from '../src/core/decide.ts';
import type { EventBody, LoggedEvent } from '../src/core/event.ts';
import { startFold } from '../src/core/fold.ts';
import { remainingPath } from '../src/core/graph.ts';
import type { Plan, Task } from '../src/core/plan.ts';
import { DEFAULT_PATH } from '../src/process/find-program.ts';
import { startProcess } from '../src/process/start/start-process.ts';
import { doneOutcome } from '../src/testing/outcomes.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../src/testing/plans.ts';
import { simulate } from '../src/testing/simulator.ts';
import { printTable, round } from './lib/table.ts';

const TASKS = 1000;
const SLOTS = 32;
const GRAPHS = 3;
const ENV = { PATH: DEFAULT_PATH };

function randomGraph(seed: number): Task[] {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: TASKS }, (_, index) => {
    const dependencies = index === 0 ? 0 : Math.floor(random() * 3);
    const near = (): number => Math.max(0, index - 1 - Math.floor(random() * 120));
    const dependsOn = [...new Set(Array.from({ length: dependencies }, near))].map((at) => `t${at}`);
    return makeTask(`t${index}`, 1, { dependsOn, estimateSeconds: Math.round(50 + random() * 200) / 1000 });
  });
}

const secondsOf = (task: Task): number => task.estimateSeconds ?? 0;

function lowerBound(tasks: readonly Task[]): number {
  const work = tasks.reduce((sum, task) => sum + secondsOf(task), 0);
  return Math.max(work / SLOTS, ...remainingPath(tasks, secondsOf).values());
}

const SETTINGS = { ...TEST_SETTINGS, schedule: 'dag', maxParallel: SLOTS } as const;

/** Seconds, where nothing but the tasks takes any time. */
function orderAlone(plan: Plan): number {
  const { events, now } = simulate(plan, SETTINGS, {
    duration: (id) => 1000 * secondsOf(plan.tasks[Number(id.slice(1))] ?? makeTask(id, 1)),
    outcome: doneOutcome,
  });
  const begun = events.find((event) => event.type === 'attempt.starting')?.at ?? now;
  return (now - begun) / 1000;
}

/** Drives the core with real `sleep` processes; merging is answered at once. */
function coxswain(plan: Plan): Promise<number> {
  const begun = performance.now();
  const head = { run: 'bench', at: 0, seq: 1 };
  const fold = startFold({
    type: 'run.created',
    plan,
    settings: SETTINGS,
    base: 'c',
    integrationBranch: 'i',
    source: '/',
    ...head,
  });
  if (!fold.ok) throw new Error(fold.error);
  const { state } = fold.value;
  return new Promise((resolve) => {
    const take = (body: EventBody): void => {
      const event: LoggedEvent = { ...body, run: 'bench', at: Date.now(), seq: state.seq + 1 };
      fold.value.apply(event);
      if (event.type === 'attempt.starting') {
        const { task, attempt } = event;
        const seconds = String(plan.tasks[Number(task.slice(1))]?.estimateSeconds);
        const ended = (): void => {
          take({ type: 'attempt.ended', task, attempt, outcome: doneOutcome(task) });
          drain();
        };
        const lost = (): never => {
          throw new Error(`${task} could not be started`);
        };
        const request = { program: 'sleep', args: [seconds], cwd: '/', env: ENV, output: false };
        startProcess(request, { notStarted: lost, exited: ended, outOfSight: lost });
      } else if (event.type === 'integration.preparing') take({ type: 'integration.prepared', branch: 'i' });
      else if (event.type === 'merge.starting')
        take({ type: 'merge.ended', task: event.task, result: { is: 'clean', commit: event.tip } });
      else if (event.type === 'integration.advancing')
        take({ type: 'integration.advanced', to: event.to, tasks: event.tasks });
    };
    const drain = (): void => {
      for (
        let { events } = decide(state, Date.now());
        events.length > 0;
        { events } = decide(state, Date.now())
      )
        events.forEach(take);
      if (state.phase.is === 'finished') resolve((performance.now() - begun) / 1000);
    };
    drain();
  });
}

function make(folder: string, tasks: readonly Task[]): number {
  const rules = tasks.map(
    (task) => `${task.id}: ${task.dependsOn.join(' ')}\n\t@sleep ${task.estimateSeconds}`,
  );
  writeFileSync(
    join(folder, 'Makefile'),
    [
      `all: ${tasks.map((task) => task.id).join(' ')}`,
      `.PHONY: all ${tasks.map((task) => task.id).join(' ')}`,
      ...rules,
      '',
    ].join('\n'),
  );
  return timed('make', ['-s', `-j${SLOTS}`, '-C', folder]);
}

function ninja(folder: string, tasks: readonly Task[]): number {
  const edges = tasks.map(
    (task) => `build ${task.id}: nap ${task.dependsOn.join(' ')}\n  t = ${task.estimateSeconds}`,
  );
  writeFileSync(join(folder, 'build.ninja'), ['rule nap', '  command = sleep $t', ...edges, ''].join('\n'));
  return timed('ninja', ['-C', folder, `-j${SLOTS}`, '--quiet']);
}

function timed(command: string, args: readonly string[]): number {
  const begun = performance.now();
  execFileSync(command, args, { stdio: 'ignore' });
  return (performance.now() - begun) / 1000;
}

const has = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

const rows: (readonly (string | number)[])[] = [];
for (let graph = 1; graph <= GRAPHS; graph += 1) {
  const tasks = randomGraph(graph * 7919);
  const bound = lowerBound(tasks);
  const folder = mkdtempSync(join(tmpdir(), 'cox-bench-'));
  const ratio = (seconds: number): number => round(seconds / bound, 3);
  try {
    rows.push([
      graph,
      round(bound, 2),
      ratio(orderAlone(makePlan(tasks))),
      ratio(await coxswain(makePlan(tasks))),
      has('make') ? ratio(make(folder, tasks)) : 'not here',
      has('ninja') ? ratio(ninja(folder, tasks)) : 'not here',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
console.log(`${TASKS} tasks, ${SLOTS} slots; makespan to the lower bound\n`);
printTable(['graph', 'bound in s', "cox's order alone", 'cox', `make -j${SLOTS}`, 'ninja'], rows);
