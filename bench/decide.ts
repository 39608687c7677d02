/** A decision and the folding of one event, while a run of 10,000 tasks goes on: goal, a decision under 1 ms. */

import { decide } from '../src/core/decide.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../src/testing/plans.ts';
import { doneOutcome, simulate } from '../src/testing/simulator.ts';
import { median } from './lib/rounds.ts';
import { printTable, round } from './lib/table.ts';

const TASKS = 10_000;

const tasks = Array.from({ length: TASKS }, (_, index) => {
  const parents = index < 100 ? [] : [Math.floor(index / 2), Math.floor(index * 0.7)];
  return makeTask(`t${index}`, 1, { dependsOn: [...new Set(parents)].map((at) => `t${at}`) });
});

const microseconds: number[] = [];
const begun = performance.now();
const { events } = simulate(
  makePlan(tasks),
  { ...TEST_SETTINGS, schedule: 'dag', maxParallel: 32 },
  {
    duration: () => 10,
    outcome: (task) => doneOutcome(task),
    watch: (state) => {
      const before = performance.now();
      decide(state, 0);
      microseconds.push((performance.now() - before) * 1000);
      return [];
    },
  },
);
const whole = performance.now() - begun;
microseconds.sort((one, other) => one - other);
const percentile = (share: number): number =>
  round(microseconds[Math.floor((microseconds.length - 1) * share)] ?? Number.NaN, 1);

console.log(`${TASKS} tasks, ${events.length} events folded and decided in ${round(whole, 0)} ms\n`);
printTable(
  ['a decision', 'µs', 'goal'],
  [
    ['median', round(median(microseconds), 1), 'under 1000'],
    ['99 %', percentile(0.99), ''],
    ['worst', percentile(1), ''],
  ],
);
