/** Work that makes later work faster, one after the other, and may be left undone. */

import { setTimeout as sleep } from 'node:timers/promises';

export class BackgroundWork {
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #line: Promise<void> = Promise.resolve();

  /** Begins when the time is over, and what came due before is done; what the task throws is dropped. */
  later(afterMs: number, task: () => Promise<unknown>): void {
    const work = sleep(afterMs, undefined, { ref: false, signal: this.#closing.signal })
      .then(() => this.#inLine(task))
      .then(nothing, nothing)
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  /** Gives up what has not begun, and resolves when what has begun is done. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay);
  }

  #inLine(task: () => Promise<unknown>): Promise<void> {
    this.#line = this.#line
      .then(() => (this.#closing.signal.aborted ? undefined : task()))
      .then(nothing, nothing);
    return this.#line;
  }
}

function nothing(): void {
  // What it made is there or not; nobody asks for it.
}
