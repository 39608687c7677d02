/** Sees to it that a job which runs into a limit is ended, and that its end says so. */

import type { Excess } from '../core/isolation.ts';
import type { JobEnd } from './job-end.ts';
import type { Watch } from './job-watch.ts';

const ASK_MS = 1_000;

/** The first excess that is seen counts; the job is ended at once, for it would go on to take from others. */
export function limitedWatch(watch: Watch<JobEnd>, exceeded: () => Promise<Excess | null>): Watch<JobEnd> {
  // What cannot be found out now is asked again, and must not keep the job's end from being seen.
  const ask = (): Promise<Excess | null> => exceeded().catch(() => null);
  let excess: Excess | null = null;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    excess = await ask();
    if (isOver) return;
    if (excess === null) timer = setTimeout(() => void look(), ASK_MS);
    else watch.stop('at-once');
  };
  timer = setTimeout(() => void look(), ASK_MS);
  const close = (): void => {
    isOver = true;
    clearTimeout(timer);
  };
  const end = watch.end.then(async (ended): Promise<JobEnd> => {
    close();
    const seen = excess ?? (await ask());
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
