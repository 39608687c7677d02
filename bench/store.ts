/**
 * The event log against the floor of what it is made of, on one disk in one run:
 *   appends, one synced transaction for each event, to a loop of write and fdatasync of the same bytes;
 *   the replay of a run's events to JSON.parse of the same texts.
 * `node bench/store.ts [folder on the disk to measure]`
 */

import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { EventBody } from '../src/core/event.ts';
import type { EventStore, NewEvent } from '../src/ports/store.ts';
import { openEventStore } from '../src/store/open.ts';
import { interleave, median, medianRatio, type Timings } from './lib/rounds.ts';
import { printTable, round } from './lib/table.ts';

const APPENDS = 1_000;
const REPLAYED = 100_000;
const ROUNDS = 9;
const RUN = 'run-20260101-120000-3fa9';
const AT = 1_767_268_800_000;

/** About what a run's log is made of, four events for each attempt. */
function sampleEvent(index: number): NewEvent {
  const attempt = { task: `task-${String(index % 97).padStart(3, '0')}`, attempt: 1 + (index % 3) };
  const commit = 'c0ffee'.repeat(7).slice(0, 40);
  const work = {
    tip: commit,
    commits: 2,
    files: ['src/a.ts', 'src/b/c.ts'],
    linesAdded: 120,
    linesRemoved: 4,
  };
  const usage = { inputTokens: 18_400, outputTokens: 2_210, costUsd: 0.12 };
  const events: readonly EventBody[] = [
    {
      type: 'attempt.starting',
      ...attempt,
      role: 'executor',
      base: commit,
      startFrom: commit,
      branch: `cox/${RUN}/${attempt.task}`,
      feedback: '',
    },
    {
      type: 'attempt.started',
      ...attempt,
      slot: 'slot-3',
      worktree: '/home/user/.local/state/coxswain/slot-3',
    },
    { type: 'attempt.progress', ...attempt, percent: index % 100, step: 'writing src/b/c.ts' },
    {
      type: 'attempt.ended',
      ...attempt,
      outcome: { is: 'done', work, usage, exitCode: 0, summary: 'Did what was asked; all tests pass.' },
    },
  ];
  const event = events[index % events.length];
  if (event === undefined) throw new Error('no event');
  return { ...event, at: AT + index };
}

/** Only what must be on the disk before the run goes on. */
function decidingEvent(index: number): NewEvent {
  return sampleEvent(index * 4);
}

async function append(store: EventStore, expectedSeq: number, events: readonly NewEvent[]): Promise<number> {
  const result = await store.append(RUN, expectedSeq, null, events);
  if (result.is !== 'appended') throw new Error(JSON.stringify(result));
  return result.seq;
}

function open(file: string): EventStore {
  const opened = openEventStore({ file });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

async function measureAppends(folder: string): Promise<Timings> {
  const store = open(join(folder, 'appends.db'));
  const file = openSync(join(folder, 'appends.jsonl'), 'a');
  const events = Array.from({ length: APPENDS }, (_, index) => decidingEvent(index));
  const lines = events.map((event) => Buffer.from(`${JSON.stringify(event)}\n`));
  let seq = 0;
  const timings = await interleave(
    [
      {
        name: 'write and fdatasync',
        run: () => {
          for (const line of lines) {
            writeSync(file, line);
            fdatasyncSync(file);
          }
        },
      },
      {
        name: 'append',
        run: async () => {
          for (const event of events) seq = await append(store, seq, [event]);
        },
      },
    ],
    ROUNDS,
  );
  closeSync(file);
  await store.close();
  return timings;
}

async function measureReplay(folder: string): Promise<Timings> {
  const store = open(join(folder, 'replay.db'));
  const events = Array.from({ length: REPLAYED }, (_, index) => sampleEvent(index));
  await append(store, 0, events);
  const bodies = events.map((event) => JSON.stringify(event));
  const mustBeAll = (read: readonly unknown[]): void => {
    if (read.length !== REPLAYED) throw new Error(`${read.length} events`);
  };
  const timings = await interleave(
    [
      { name: 'JSON.parse', run: () => mustBeAll(bodies.map((body): unknown => JSON.parse(body))) },
      { name: 'replay', run: async () => mustBeAll(await store.read(RUN, 0)) },
    ],
    ROUNDS,
  );
  await store.close();
  return timings;
}

function perSecond(timings: Timings, name: string, count: number): number {
  return round((count / median(timings.get(name) ?? [])) * 1_000, 0);
}

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'cox-bench-store-'));
try {
  const appends = await measureAppends(folder);
  const replay = await measureReplay(folder);
  console.log(`medians of ${ROUNDS} rounds, in turn\n`);
  printTable(
    ['what', 'events/s', 'ratio', 'goal'],
    [
      ['write and fdatasync', perSecond(appends, 'write and fdatasync', APPENDS), 1, ''],
      [
        'append, synced',
        perSecond(appends, 'append', APPENDS),
        round(medianRatio(appends, 'write and fdatasync', 'append'), 2),
        'rate at least 0.8',
      ],
      ['JSON.parse', perSecond(replay, 'JSON.parse', REPLAYED), 1, ''],
      [
        'replay',
        perSecond(replay, 'replay', REPLAYED),
        round(medianRatio(replay, 'replay', 'JSON.parse'), 2),
        'time at most 2',
      ],
    ],
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
