import type { EventBody } from '../core/event.ts';

export interface Due {
  readonly at: number;
  readonly key: string;
  readonly event: EventBody;
}

/** What is to come, the earliest first; of those of one time the first that was added. */
export class Agenda {
  #due: Due[] = [];

  get next(): Due | undefined {
    return this.#due[0];
  }

  add(due: Due): void {
    const behind = this.#due.findIndex((other) => other.at > due.at);
    this.#due.splice(behind < 0 ? this.#due.length : behind, 0, due);
  }

  takeNext(): void {
    this.#due = this.#due.slice(1);
  }

  /** The first under the key. */
  find(key: string): EventBody | undefined {
    return this.#due.find((due) => due.key === key)?.event;
  }

  drop(key: string): void {
    this.#due = this.#due.filter((due) => due.key !== key);
  }

  /** What goes on takes as long as it would have, whatever the clock is set to. */
  shift(by: number): void {
    this.#due = this.#due.map((due) => ({ ...due, at: due.at + by }));
  }
}
