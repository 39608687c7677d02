import type { Refusal } from './api.ts';

export function noSuchRun(run: string): Refusal {
  return {
    reason: 'no-such-run',
    message: `there is no run ${run}`,
    remedy: 'See `cox status` for the newest run, or start one with `cox run <plan>`.',
  };
}

export function damagedLog(message: string): Refusal {
  return {
    reason: 'store',
    message,
    remedy: 'The log is damaged; keep a copy of it and start a new run.',
  };
}

/** The detail names the cause and ends with what to do. */
export function unwritableLog(detail: string): Refusal {
  return {
    reason: 'store',
    message: `the event log cannot be written: ${detail}`,
    remedy: 'Make room on the disk and ask again.',
  };
}
