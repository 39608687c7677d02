import type { Backoff } from './settings.ts';

/** The first pause, times the factor for each further failure, up to the longest. */
export function backoffMs(backoff: Backoff, failures: number): number {
  const pause = backoff.firstMs * backoff.factor ** Math.max(0, failures - 1);
  return Math.min(backoff.longestMs, pause);
}
