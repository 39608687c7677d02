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
  readonly #fold: RunFold;

  private constructor(parts: JournalParts, fold: RunFold) {
    this.#parts = parts;
    this.#fold = fold;
  }

  /** Reads the log from its start. The error says what is wrong with it. */
  static async open(parts: JournalParts): Promise<Result<Journal, string>> {
    const [first, ...rest] = await parts.store.read(parts.run, 0);
    if (first === undefined) return err(`run ${parts.run} has no events`);
    const fold = startFold(first);
    if (!fold.ok) return err(fold.error);
    for (const event of rest) fold.value.apply(event);
    return ok(new Journal(parts, fold.value));
  }

  get state(): RunState {
    return this.#fold.state;
  }

  /** Takes in what others have appended. */
  async catchUp(): Promise<void> {
    for (const event of await this.#parts.store.read(this.#parts.run, this.state.seq)) this.#take(event);
  }

  /** What has happened goes into the log whatever else is in it. Waits while the log cannot be written. */
  async record(events: readonly EventBody[]): Promise<void> {
    while (!(await this.#append(events))) await this.catchUp();
  }

  /** A decision goes into the log only if nothing came before it; false means that it has to be taken anew. */
  async propose(events: readonly EventBody[]): Promise<boolean> {
    if (await this.#append(events)) return true;
    await this.catchUp();
    return false;
  }

  async #append(bodies: readonly EventBody[]): Promise<boolean> {
    const { store, clock, run, fence } = this.#parts;
    let troubled = false;
    for (;;) {
      const at = clock.now();
      const result = await store.append(
        run,
        this.state.seq,
        fence,
        bodies.map((body) => ({ ...body, at })),
      );
      if (result.is === 'unavailable') {
        if (!troubled) this.#parts.onTrouble(result.detail);
        troubled = true;
        await clock.sleep(RETRY_WRITE_MS);
        continue;
      }
      if (troubled) this.#parts.onTrouble(null);
      if (result.is === 'fenced') throw new LeaseLost(run);
      if (result.is === 'conflict') return false;
      let seq = result.seq - bodies.length;
      for (const body of bodies) {
        seq += 1;
        this.#take({ ...body, seq, at, run });
      }
      return true;
    }
  }

  #take(event: LoggedEvent): void {
    this.#fold.apply(event);
    this.#parts.onEvent(event, this.state);
  }
}
