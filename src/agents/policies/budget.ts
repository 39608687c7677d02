import type { Policy } from './policy.ts';

/** The answer of its model that it waits for is paid for all the same, and is the last. */
export const budget: Policy = {
  name: 'budget',
  decide: ({ spent }) =>
    spent === null ? null : { do: 'stop', cause: { is: 'budget', of: spent.of, whole: spent.whole } },
};
