import type { Policy } from './policy.ts';

/** It was told only what is new, which means nothing to an agent that does not know the rest. */
export const strayed: Policy = {
  name: 'strayed',
  decide: ({ strayed }) => (strayed ? { do: 'stop', cause: { is: 'strayed' } } : null),
};
