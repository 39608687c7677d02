/**
 * Decisions and the folding of the log of runs with 10,000 tasks: goal, a decision under 1 ms. A decision that took long
 * is taken up to four times more on the same state. What it costs by itself comes again each time; a pause of the
 * machine, of the compiler or of the memory's cleaning does not.
 */

import { decide } from '../src/core/decide.ts';
import { startFold } from '../src/core/fold.ts';
import type { Plan } from '../src/core/plan.ts';
import type { RunSettings } from '../src/core/settings.ts';
import { doneOutcome } from '../src/testing/outcomes.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../src/testing/plans.ts';
import { simulate } from '../src/testing/simulator.ts';
import { median } from './lib/rounds.ts';
import { printTable, round } from './lib/table.ts';

const TASKS = 10_000;
/** Microseconds. */
const LONG = 200;

const graph = Array.from({ length: TASKS }, (_, index) => {
  const parents = index < 100 ? [] : [Math.floor(index / 2), Math.floor(index * 0.7)];
  return makeTask(`t${index}`, 1, { dependsOn: [...new Set(parents)].map((at) => `t${at}`) });
});
const wave = makePlan(
  Array.from({ length: TASKS }, (_, index) => makeTask(`t${index}`, 1)),
  (group) => ({ ...group, validation: { kind: 'shell', command: 'validate' } }),
);

interface Case {
  readonly name: string;
  readonly plan: Plan;
  readonly settings: Partial<RunSettings>;
}

const CASES: readonly Case[] = [
  { name: 'a graph', plan: makePlan(graph), settings: { schedule: 'dag' } },
  { name: 'one wave, tested and validated', plan: wave, settings: { mergeTest: 'test' } },
];

function row({ name, plan, settings }: Case): readonly (string | number)[] {
  const microseconds: number[] = [];
  let longest = 0;
  const once = (work: () => unknown): number => {
    const before = performance.now();
    work();
    return (performance.now() - before) * 1000;
  };
  const { events } = simulate(
    plan,
    { ...TEST_SETTINGS, maxParallel: 32, ...settings },
    {
      duration: () => 10,
      outcome: (task) => doneOutcome(task),
      watch: (state) => {
        const take = (): number => once(() => decide(state, 0));
        const first = take();
        longest = Math.max(longest, first);
        microseconds.push(first < LONG ? first : Math.min(first, take(), take(), take(), take()));
        return [];
      },
    },
  );
  const fold = once(() => {
    const [first, ...rest] = events;
    const opened = first === undefined ? null : startFold(first);
    if (opened?.ok !== true) throw new Error('the log cannot be folded');
    for (const event of rest) opened.value.apply(event);
  });
  microseconds.sort((one, other) => one - other);
  const percentile = (share: number): number =>
    round(microseconds[Math.floor((microseconds.length - 1) * share)] ?? Number.NaN, 1);
  return [
    name,
    events.length,
    round(fold / 1000, 0),
    round(median(microseconds), 1),
    percentile(0.99),
    percentile(1),
    round(longest, 0),
  ];
}

console.log(`${TASKS} tasks\n`);
printTable(
  [
    'a run',
    'events',
    'folded in ms',
    'a decision: median µs',
    '99 %',
    'worst of itself (goal: under 1000)',
    'worst with pauses',
  ],
  CASES.map(row),
);
