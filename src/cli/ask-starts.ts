/** Asks on the terminal about each start that waits for the user's word, while the run goes on. */

import type { LoggedEvent } from '../core/event.ts';
import type { TaskId } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';
import type { CoxApi } from '../engine/api.ts';
import type { Cli } from './cli.ts';
import { clean } from './render/clean.ts';

export interface AskerParts {
  readonly api: Pick<CoxApi, 'request'>;
  readonly run: string;
  readonly onKey: Cli['host']['onKey'];
  readonly note: (text: string) => void;
  /** A terminal that gives single keys gives this one, too, instead of a signal. */
  readonly interrupt: () => void;
}

/** How long a title is shown, in columns. */
const LONGEST_TITLE = 60;

export class StartAsker {
  readonly #parts: AskerParts;
  readonly #open: TaskId[] = [];
  #asking: Promise<void> | null = null;
  #isOver = false;
  /** Something was answered that the run has not seen yet. */
  #isAnswered = false;
  #giveUp: () => void = () => undefined;

  constructor(parts: AskerParts) {
    this.#parts = parts;
  }

  event(event: LoggedEvent, state: RunState): void {
    if (event.type === 'requested.answer') this.#isAnswered = false;
    if (event.type === 'task.held') this.ask(state, [event.task]);
  }

  /** The ids are in the order in which they are asked about. */
  ask(state: RunState, tasks: readonly TaskId[]): void {
    if (this.#isOver) return;
    this.#open.push(...tasks.filter((task) => !this.#open.includes(task)));
    if (this.#open.length > 0) this.#asking ??= this.#askAll(state);
  }

  /**
   * Resolves when all that was asked is answered. False: nobody can be asked here, or the run has seen all that was
   * answered.
   */
  async settled(): Promise<boolean> {
    if (this.#isOver) return false;
    await this.#asking;
    const isAnswered = this.#isAnswered;
    this.#isAnswered = false;
    return isAnswered && !this.#isOver;
  }

  close(): void {
    this.#isOver = true;
    this.#giveUp();
  }

  async #askAll(state: RunState): Promise<void> {
    try {
      for (let task = this.#open[0]; task !== undefined && !this.#isOver; task = this.#open[0])
        if (!(await this.#askAbout(state, task))) return;
    } finally {
      // In the turn in which nothing is left: what comes in the next begins anew.
      this.#asking = null;
    }
  }

  /** False when nobody waits for an answer any more. */
  async #askAbout(state: RunState, task: TaskId): Promise<boolean> {
    const answer = await this.#answer(state, task);
    if (answer === null) return false;
    this.#open.shift();
    this.#isAnswered = true;
    const asked = await this.#parts.api.request(this.#parts.run, {
      type: 'requested.answer',
      task,
      text: answer,
    });
    // It was answered elsewhere, or is cancelled.
    if (!asked.ok) this.#parts.note(`cox: ${asked.error.message}`);
    return true;
  }

  /** Null where there is no terminal, or when nobody waits for an answer any more. */
  #answer(state: RunState, task: TaskId): Promise<string | null> {
    const { onKey, note, interrupt } = this.#parts;
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const stop = onKey((key) => {
      if (key === 'y') resolve('yes');
      if (key === 'n') resolve('no');
      if (key !== 'ctrl+c') return;
      this.close();
      interrupt();
    });
    if (stop === null) {
      this.#isOver = true;
      return Promise.resolve(null);
    }
    this.#giveUp = () => resolve(null);
    const title = clean(state.index.task.get(task)?.title ?? '', LONGEST_TITLE);
    note(`Start ${task} (${title})? [y/n]`);
    return promise.finally(stop);
  }
}
