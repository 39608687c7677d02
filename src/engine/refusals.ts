import type { Refusal } from './api.ts';

export function noSuchRun(run: string): Refusal {
  return {
    reason: 'no-such-run',
    message: `there is no run ${run}`,
    remedy: 'See `cox status` for the newest run, or start one with `cox run <plan>`.',
  };
}
