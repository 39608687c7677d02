/** Sees to it that a job which runs into a limit is ended, and that its end says so. */

import type { Excess, LimitWatch } from '../core/isolation.ts';
import type { JobEnd } from './job-end.ts';
import type { Watch } from './job-watch.ts';
import { eachRound } from './rounds.ts';

const PACE = { everyMs: 1_000, most: 20 };

/** The first excess that is seen counts; the job is ended at once, for it would go on to take from others. */
export function limitedWatch(watch: Watch<JobEnd>, limits: LimitWatch): Watch<JobEnd> {
  let excess: Excess | null = null;
  let isLooking = false;
  let isOver = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    // What cannot be found out now is asked again, and must not keep the job's end from being seen.
    const seen = await limits.look().catch(() => null);
    isLooking = false;
    if (isOver || seen === null) return;
    leaveRound();
    excess = seen;
    watch.stop('at-once');
  };
  const leaveRound = eachRound(PACE, () => void look());
  const close = (): Excess | null => {
    isOver = true;
    leaveRound();
    return limits.end();
  };
  const end = watch.end.then((ended): JobEnd => {
    const counted = close();
    const seen = excess ?? counted;
    return seen === null || ended.is === 'lost' || ended.is === 'not-started'
      ? ended
      : { ...ended, excess: seen };
  });
  return {
    end,
    stop: (how) => watch.stop(how),
    detach() {
      close();
      watch.detach();
    },
  };
}
