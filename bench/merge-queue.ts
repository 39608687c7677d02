/**
 * The merge queue with a test that takes five seconds (it sleeps, so that cores do not matter) and eight slots for
 * tests: sixteen branches that do not touch one another, all green, and with one red among them. From the first
 * accepted branch to the last one that is merged, against one test; goals: 2.5 tests when all are green, and with a
 * red one no more than two further. Merging one by one is measured beside it with fewer branches, for it takes a test
 * for each. `node bench/merge-queue.ts [seconds of a test]`
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedEvent } from '../src/core/event.ts';
import { printTable, round } from './lib/table.ts';
import { openTaskWorld } from './lib/task-world.ts';

const SECONDS = Number(process.argv[2] ?? 5);
const BRANCHES = 16;
const SLOTS = 8;
const ONE_BY_ONE = 4;
const GREEN_GOAL = 2.5;
const RED_ROUNDS = 2;
/** After which the indexes of new worktrees are as good as they get. */
const SETTLED_MS = 2_500;

interface Case {
  readonly name: string;
  readonly branches: number;
  readonly slots: number;
  /** Its work makes the test fail. */
  readonly red?: string;
}

interface Measured {
  readonly ms: number;
  readonly tests: number;
  /** The most tests of merges that had to follow one another. */
  readonly rounds: number;
  /** Of the red one among the merges, counted from 1. */
  readonly place: number | null;
}

const CASES: readonly Case[] = [
  { name: 'all green', branches: BRANCHES, slots: SLOTS },
  { name: 'one red', branches: BRANCHES, slots: SLOTS, red: 'task-0' },
  { name: 'one red', branches: BRANCHES, slots: SLOTS, red: 'task-5' },
  { name: 'one red', branches: BRANCHES, slots: SLOTS, red: 'task-12' },
  { name: 'one by one', branches: ONE_BY_ONE, slots: 1 },
];

const world = await openTaskWorld({ files: 1_000 });

/** A test is in the round after that of the tests that had ended when it began. */
function roundsOf(events: readonly LoggedEvent[]): number {
  const of = new Map<string, number>();
  let ended = 0;
  for (const event of events) {
    if (event.type === 'test.starting') of.set(event.commit, ended + 1);
    if (event.type === 'test.ended') ended = Math.max(ended, of.get(event.commit) ?? 0);
  }
  return ended;
}

async function measure({ branches, slots, red }: Case): Promise<Measured> {
  const events: LoggedEvent[] = [];
  const mergeTest = `sleep ${SECONDS}${red === undefined ? '' : `; ! test -e ${red}.txt`}`;
  await world.run(branches, branches, {
    onEvent: (event) => events.push(event),
    settings: { mergeTest, mergeSlots: slots },
    lost: red === undefined ? 0 : 1,
  });
  const first = events.find(({ type }) => type === 'task.accepted')?.at ?? Number.NaN;
  const last = events.findLast(({ type }) => type === 'integration.advanced')?.at ?? Number.NaN;
  const merges = events.flatMap((event) => (event.type === 'merge.starting' ? [event.task] : []));
  return {
    ms: last - first,
    tests: events.filter(({ type }) => type === 'test.starting' || type === 'blame.starting').length,
    rounds: roundsOf(events),
    place: red === undefined ? null : merges.indexOf(red) + 1,
  };
}

try {
  // Makes the slots that all of them use.
  await world.run(BRANCHES, BRANCHES, { settings: { mergeTest: 'sleep 1', mergeSlots: SLOTS } });
  await sleep(SETTLED_MS);
  const results: (readonly [Case, Measured])[] = [];
  for (const each of CASES) results.push([each, await measure(each)]);
  const inTests = ({ ms }: Measured): number => round(ms / (SECONDS * 1000), 2);
  console.log(`a test takes ${SECONDS} s\n`);
  printTable(
    ['what', 'branches', 'slots', 'place of the red one', 'rounds', 'seconds', 'of one test', 'tests begun'],
    results.map(([{ name, branches, slots }, measured]) => [
      name,
      branches,
      slots,
      measured.place ?? '',
      measured.rounds,
      round(measured.ms / 1000, 1),
      inTests(measured),
      measured.tests,
    ]),
  );
  const green = Math.max(...results.flatMap(([{ name }, m]) => (name === 'all green' ? [inTests(m)] : [])));
  const most = (isRed: boolean): number =>
    Math.max(
      ...results.map(([{ red, slots }, m]) => (slots > 1 && (red !== undefined) === isRed ? m.rounds : 0)),
    );
  const met = (is: boolean): string => (is ? 'met' : 'missed');
  console.log(
    `\ngoal: at most ${GREEN_GOAL} tests for ${BRANCHES} green branches: ${met(green <= GREEN_GOAL)}`,
  );
  const rounds = most(true) - most(false);
  console.log(
    `goal: at most ${RED_ROUNDS} rounds more with one red: ${rounds}, ${met(rounds <= RED_ROUNDS)}`,
  );
} finally {
  await world.close();
}
