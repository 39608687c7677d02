import type { Policy } from './policy.ts';

/** What it has done is harvested, and told to the one that goes on. */
export const fullContext: Policy = {
  name: 'full-context',
  decide: ({ full }) => (full ? { do: 'stop', cause: { is: 'full' } } : null),
};
