import type { Policy } from './policy.ts';

/** A refused agent would wait in its slot, or try again and make it worse. */
export const quota: Policy = {
  name: 'quota',
  decide: ({ quotaUntil }) =>
    quotaUntil === null ? null : { do: 'stop', cause: { is: 'quota', until: quotaUntil } },
};
