/** For how long an agent has given no sign of life. */

interface Clocks {
  /** Milliseconds since the epoch. */
  readonly wall: number;
  /** Milliseconds since some time, by a clock that nobody sets. */
  readonly steady: number;
}

/** Between two looks that are as often as they should be; they are rarer where there are very many agents. */
const LONGEST_PAUSE_MS = 10_000;

/**
 * The clock may be set, or the machine have slept, while the agent runs: both would make it idle in a moment. So from the
 * first look on the time is measured between looks, of which those that come very late tell little: what held us up held up
 * the agent, too. What was before, for an agent that was taken up, is told by its files.
 */
export class Quiet {
  #sign: number | null = null;
  #quietMs = 0;
  #lookedAt = 0;

  /** In milliseconds. The last sign is in milliseconds since the epoch. */
  since(sign: number, { wall, steady }: Clocks = { wall: Date.now(), steady: performance.now() }): number {
    if (this.#sign === null) this.#quietMs = Math.max(0, wall - sign);
    else if (this.#sign !== sign) this.#quietMs = 0;
    else this.#quietMs += Math.min(steady - this.#lookedAt, LONGEST_PAUSE_MS);
    this.#sign = sign;
    this.#lookedAt = steady;
    return this.#quietMs;
  }
}
