/**
 * What has happened and is not in the log yet. Progress only informs: of each attempt, and of its checks, the latest is kept, and all of
 * them are handed over once a second, and less often when they are many, so that a hundred talkative agents neither fill the log
 * nor delay a decision.
 */

import type { Outcome, Report } from '../core/event.ts';
import { roundMs } from '../core/round-pause.ts';
import type { Clock } from '../ports/clock.ts';
import { bounded } from './bounded.ts';

const PACE = { everyMs: 1_000, most: 20 };

export type Progress = Extract<Report, { type: `${string}.progress` }>;

export class Inbox {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #isUrgent: (report: Progress) => boolean;
  readonly #outcomes: (Outcome | Report)[] = [];
  readonly #progress = new Map<string, Progress>();
  #progressIsDue = false;
  /** Of whom there was progress when it was last handed over. */
  #talkative = 0;
  #isTimed = false;
  #failure: { readonly error: unknown } | null = null;
  #wakeUp: () => void = () => undefined;

  /** The signal ends its timer. What is urgent is handed over at once. */
  constructor(clock: Clock, signal: AbortSignal, isUrgent: (report: Progress) => boolean = () => false) {
    this.#clock = clock;
    this.#signal = signal;
    this.#isUrgent = isUrgent;
  }

  put(event: Outcome | Report): void {
    const small = bounded(event);
    if (small.type === 'attempt.progress' || small.type === 'checks.progress') return this.#keep(small);
    if (small.type === 'attempt.ended' || small.type === 'checks.ended') this.#handOver(keyOf(small));
    this.#outcomes.push(small);
    this.#wakeUp();
  }

  /** The next `take` throws it. The first one stays. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wakeUp();
  }

  /** Everything that is to be written now, in order. */
  take(): readonly (Outcome | Report)[] {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#progressIsDue) {
      this.#progressIsDue = false;
      this.#talkative = this.#progress.size;
      for (const key of [...this.#progress.keys()]) this.#handOver(key);
    }
    return this.#outcomes.splice(0);
  }

  /** Resolves when there is something to take. Only the last caller is woken. */
  arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeUp = resolve;
      if (this.#outcomes.length > 0 || this.#failure !== null || this.#progressIsDue) resolve();
    });
  }

  #keep(report: Progress): void {
    this.#progress.set(keyOf(report), { ...this.#progress.get(keyOf(report)), ...report });
    if (this.#isUrgent(report)) {
      this.#handOver(keyOf(report));
      this.#wakeUp();
    } else if (!this.#isTimed) void this.#time();
  }

  async #time(): Promise<void> {
    this.#isTimed = true;
    await this.#clock.sleep(roundMs(PACE, this.#talkative), this.#signal);
    this.#isTimed = false;
    this.#progressIsDue = this.#progress.size > 0;
    if (this.#progressIsDue) this.#wakeUp();
  }

  #handOver(key: string): void {
    const report = this.#progress.get(key);
    this.#progress.delete(key);
    if (report !== undefined) this.#outcomes.push(report);
  }
}

/** Of an attempt, or of the checks of its work. */
function keyOf({
  type,
  task,
  attempt,
}: {
  readonly type: string;
  readonly task: string;
  readonly attempt: number;
}): string {
  return `${type.split('.', 1)[0]} ${attempt} ${task}`;
}
