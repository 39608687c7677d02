import { setTimeout as sleep } from 'node:timers/promises';

import type { Clock } from '../ports/clock.ts';

/** A longer timer of Node ends at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: Date.now,
  sleep: async (ms, signal) => {
    if (signal?.aborted === true) return;
    await sleep(Math.min(ms, LONGEST_TIMER_MS), undefined, signal === undefined ? {} : { signal }).catch(
      // An abort is an early end, no failure.
      () => undefined,
    );
  },
};
