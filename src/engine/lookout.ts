/**
 * Looks for conflicts to come while agents work, writes down what is new of them, and tells the agents. Nothing waits
 * for it: what it does not see is found by the merge.
 */

import { attemptKey } from '../core/attempt.ts';
import { clipEnd } from '../core/clip.ts';
import type { Report } from '../core/event.ts';
import {
  changesIn,
  type ForeseenConflict,
  MOST_FORESEEN_PATHS,
  sidesKey,
  tasksOf,
} from '../core/foreseen.ts';
import { type LiveHead, liveHeads, workerAt } from '../core/live-heads.ts';
import { conflictMessage } from '../core/message.ts';
import type { TaskId } from '../core/plan.ts';
import { taskRecord } from '../core/run-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { RadarHead } from '../ports/conflict-radar.ts';
import type { Journal } from './journal.ts';
import type { Ports } from './parts.ts';

export interface LookoutParts {
  readonly ports: Pick<Ports, 'radar' | 'dispatcher'>;
  readonly journal: Pick<Journal, 'state'>;
  readonly clock: Clock;
  /** Least pause between two looks. */
  readonly everyMs: number;
  readonly report: (event: Report) => void;
}

/** The pause is so many times as long as the look took: it is never more than that share of one core. */
const REST = 40;
/** Bytes. */
const LONGEST_PATH = 400;

/** Until the signal aborts. */
export async function lookOut(parts: LookoutParts, signal: AbortSignal): Promise<void> {
  const { clock, everyMs, journal, ports } = parts;
  const lookout = new Lookout(parts);
  try {
    for (let pause = everyMs; ; ) {
      await clock.sleep(pause, signal);
      if (signal.aborted) return;
      const from = clock.now();
      await lookout.look(signal);
      pause = Math.max(everyMs, (clock.now() - from) * REST);
    }
  } finally {
    await ports.radar.rest(journal.state.run);
  }
}

class Lookout {
  readonly #parts: LookoutParts;
  /** Of each attempt, what its agent last said of its progress. */
  readonly #signs = new Map<string, unknown>();
  /** Paths that an attempt's agent was told of, by attempt and conflict. */
  readonly #told = new Map<string, ReadonlySet<string>>();
  /** The tip and the heads of the last look. */
  #lookedAt = '';

  constructor(parts: LookoutParts) {
    this.#parts = parts;
  }

  async look(signal: AbortSignal): Promise<void> {
    const { ports, journal, report } = this.#parts;
    const { run, integration } = journal.state;
    const heads = liveHeads(journal.state);
    const about = JSON.stringify([integration.tip, heads]);
    // Work that nobody is at changes only by what is written in the log.
    const isNew = about !== this.#lookedAt && heads.length > 0;
    if (!isNew && !heads.some(({ at }) => at.is === 'slot')) return;
    const request = { run, tip: integration.tip, heads: heads.map((head) => this.#stirred(head)) };
    const seen = await ports.radar.look(request, signal);
    if (!seen.ok || signal.aborted) return;
    this.#lookedAt = about;
    const conflicts = seen.value.conflicts.map(bounded);
    const changes = changesIn(journal.state.foreseen, { ...seen.value, conflicts });
    if (changes !== null) report({ type: 'conflicts.foreseen', ...changes });
    for (const conflict of conflicts) this.#tell(conflict);
  }

  #stirred(head: LiveHead): RadarHead {
    const record = taskRecord(this.#parts.journal.state, head.task);
    const worker = workerAt(record);
    const key = `${head.task} ${worker?.number}`;
    const stirred = this.#signs.get(key) !== worker?.progress;
    this.#signs.set(key, worker?.progress);
    return { ...head, stirred };
  }

  /** Each agent once for each conflict, and again when there are more paths. */
  #tell(conflict: ForeseenConflict): void {
    for (const task of tasksOf(conflict)) this.#tellTask(task, conflict);
  }

  #tellTask(task: TaskId, conflict: ForeseenConflict): void {
    const { ports, journal, clock } = this.#parts;
    const worker = workerAt(taskRecord(journal.state, task));
    if (worker === null) return;
    const id = { run: journal.state.run, task, number: worker.number };
    const key = `${attemptKey(id)} ${sidesKey(conflict)}`;
    const before = this.#told.get(key) ?? new Set();
    if (conflict.paths.every((path) => before.has(path))) return;
    if (ports.dispatcher.tell(id, conflictMessage(id, conflict, clock.now())))
      this.#told.set(key, new Set([...before, ...conflict.paths]));
  }
}

function bounded({ task, other, paths }: ForeseenConflict): ForeseenConflict {
  const named = paths.slice(0, MOST_FORESEEN_PATHS).map((path) => clipEnd(path, LONGEST_PATH));
  return { task, other, paths: named };
}
