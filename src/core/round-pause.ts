/** How often many things of one kind are looked at, or told of. */

export interface Pace {
  /** Milliseconds. */
  readonly everyMs: number;
  /** So many have this pause. More have a longer one, so that all together take no more of the machine. */
  readonly most: number;
}

/** In milliseconds. */
export function roundMs({ everyMs, most }: Pace, count: number): number {
  return Math.round(everyMs * Math.max(1, count / most));
}
