import type { Policy } from './policy.ts';

/** The hard limit alone holds once a log is full. */
export const idleTimeout: Policy = {
  name: 'idle-timeout',
  decide: ({ quietMs, logFull, limits }) =>
    !logFull && quietMs >= limits.idleMs ? { do: 'stop', cause: { is: 'idle' } } : null,
};
