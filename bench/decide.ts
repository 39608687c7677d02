/** A decision and the folding of one event, while a run of 10,000 tasks goes on: goal, a decision under 1 ms. */

import { decide } from '../src/core/decide.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../src/testing/plans.ts';
import { doneOutcome, simulate } from '../src/testing/simulator.ts';

const TASKS = 10_000;

const tasks = Array.from({ length: TASKS }, (_, index) => {
  const parents = index < 100 ? [] : [Math.floor(index / 2), Math.floor(index * 0.7)];
  return makeTask(`t${index}`, 1, { dependsOn: [...new Set(parents)].map((at) => `t${at}`) });
});

const times: number[] = [];
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
      times.push(performance.now() - before);
      return [];
    },
  },
);
const whole = performance.now() - begun;
times.sort((a, b) => a - b);
const at = (share: number): string =>
  `${((times[Math.floor((times.length - 1) * share)] ?? 0) * 1000).toFixed(1)} µs`;
console.log(`${TASKS} tasks, ${events.length} events folded and decided in ${whole.toFixed(0)} ms`);
console.log(`a decision: median ${at(0.5)}, 99 % ${at(0.99)}, worst ${at(1)} (goal: under 1000 µs)`);
