/** For how long an agent has given no sign of life. */

interface Clocks {
  /** Milliseconds since the epoch. */
  readonly wall: number;
  /** Milliseconds since some time, by a clock that nobody sets. */
  readonly steady: number;
}

/**
 * The clock may be set, or the machine have slept, while the agent runs: both would make it idle in a moment. So from the
 * first look on the time is measured between looks; what was before, for an agent that was taken up, is told by its files.
 */
export class Quiet {
  #sign: number | null = null;
  #from = 0;

  /** In milliseconds. The last sign is in milliseconds since the epoch. */
  since(sign: number, { wall, steady }: Clocks = { wall: Date.now(), steady: performance.now() }): number {
    if (this.#sign === null) this.#from = steady - Math.max(0, wall - sign);
    else if (this.#sign !== sign) this.#from = steady;
    this.#sign = sign;
    return steady - this.#from;
  }
}
