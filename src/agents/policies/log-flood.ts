import type { Policy } from './policy.ts';

export const logFlood: Policy = {
  name: 'log-flood',
  decide: ({ logFull, limits }) =>
    logFull
      ? {
          do: 'notice',
          text: `its output passed ${limits.logBytes} bytes; the rest is not kept, and no sign in it is seen`,
        }
      : null,
};
