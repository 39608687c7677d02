/** How often many things of one kind are looked at, or told of. */

/** So many have the pause that is asked for. More have a longer one, so that all together take no more of the machine. */
const AT_FULL_PACE = 20;

/** In milliseconds, as `everyMs`. */
export function roundMs(everyMs: number, count: number): number {
  return Math.round(everyMs * Math.max(1, count / AT_FULL_PACE));
}
