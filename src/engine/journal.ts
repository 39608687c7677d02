/**
 * The one writer of a run's log while this process holds its lease. It keeps the fold at the log's end: what others
 * append (requests) is read and applied before our own goes behind it.
 */

import type { EventBody, LoggedEvent } from '../core/event.ts';
import { type RunFold, startFold } from '../core/fold.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStore, Fence } from '../ports/store.ts';

/** Another process has taken the run. This one must let go of it. */
export class LeaseLost extends Error {
  constructor(run: string) {
    super(`another process has taken run ${run}`);
    this.name = 'LeaseLost';
  }
}

export interface JournalParts {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly run: string;
  readonly fence: Fence;
  readonly onEvent: (event: LoggedEvent, state: RunState) => void;
  readonly onTrouble: (detail: string | null) => void;
}

const RETRY_WRITE_MS = 1000;

export class Journal {
  readonly #parts: JournalParts;
  #fold: RunFold;
  /** In the fold, and not in the log yet. */
  #staged: LoggedEvent[] = [];

  private constructor(parts: JournalParts, fold: RunFold) {
    this.#parts = parts;
    this.#fold = fold;
  }

  /** Reads the log from its start. The error says what is wrong with it. */
  static async open(parts: JournalParts): Promise<Result<Journal, string>> {
    const fold = await readFold(parts);
    return fold.ok ? ok(new Journal(parts, fold.value)) : fold;
  }

  /** Holds what is staged. A conflict puts another value in its place. */
  get state(): RunState {
    return this.#fold.state;
  }

  /** Takes in what others have appended. Not while something is staged. */
  async catchUp(): Promise<void> {
    for (const event of await this.#parts.store.read(this.#parts.run, this.state.seq)) {
      this.#fold.apply(event);
      this.#parts.onEvent(event, this.state);
    }
  }

  /** What has happened goes into the log whatever else is in it. Waits while the log cannot be written. */
  async record(events: readonly EventBody[]): Promise<void> {
    do this.stage(events);
    while (!(await this.commit()));
  }

  /** Puts the events into the state. Nothing may come of them before they are committed. */
  stage(bodies: readonly EventBody[]): void {
    const { clock, run } = this.#parts;
    const at = clock.now();
    for (const body of bodies) {
      const event: LoggedEvent = { ...body, seq: this.state.seq + 1, at, run };
      this.#fold.apply(event);
      this.#staged.push(event);
    }
  }

  /**
   * Writes what is staged, at once and whole. False when others have appended something meanwhile: then none of it is in
   * the log or in the state, that of the others is, and it has to be decided anew. Waits while the log cannot be written.
   */
  async commit(): Promise<boolean> {
    const staged = this.#staged;
    this.#staged = [];
    const first = staged[0];
    if (first === undefined) return true;
    if (!(await this.#append(first.seq - 1, staged))) {
      await this.#startAgain(first.seq - 1);
      return false;
    }
    for (const event of staged) this.#parts.onEvent(event, this.state);
    return true;
  }

  async #append(expected: number, staged: readonly LoggedEvent[]): Promise<boolean> {
    const { store, clock, run, fence } = this.#parts;
    const bodies = staged.map(({ seq: _, run: __, ...body }) => body);
    let troubled = false;
    for (;;) {
      const result = await store.append(run, expected, fence, bodies);
      if (result.is === 'unavailable') {
        if (!troubled) this.#parts.onTrouble(result.detail);
        troubled = true;
        await clock.sleep(RETRY_WRITE_MS);
        continue;
      }
      if (troubled) this.#parts.onTrouble(null);
      if (result.is === 'fenced') throw new LeaseLost(run);
      return result.is !== 'conflict';
    }
  }

  /** From the log, for a fold cannot take back what it was given. `known` events of it were told of before. */
  async #startAgain(known: number): Promise<void> {
    const fold = await readFold(this.#parts, (event, state) => {
      if (event.seq > known) this.#parts.onEvent(event, state);
    });
    if (!fold.ok) throw new Error(fold.error);
    this.#fold = fold.value;
  }
}

async function readFold(
  { store, run }: JournalParts,
  onEvent: JournalParts['onEvent'] = () => undefined,
): Promise<Result<RunFold, string>> {
  const [first, ...rest] = await store.read(run, 0);
  if (first === undefined) return err(`run ${run} has no events`);
  const fold = startFold(first);
  if (!fold.ok) return fold;
  for (const event of rest) {
    fold.value.apply(event);
    onEvent(event, fold.value.state);
  }
  return fold;
}
