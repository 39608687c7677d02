import type { Policy } from './policy.ts';

export const stopRequest: Policy = {
  name: 'stop-request',
  decide: ({ stopRequest }) =>
    stopRequest === null ? null : { do: 'stop', cause: { is: 'request', why: stopRequest } },
};
