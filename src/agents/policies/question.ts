import type { Policy } from './policy.ts';

/** The answer may take hours; it is given to a new attempt, and the slot serves others until then. */
export const question: Policy = {
  name: 'question',
  decide: ({ question }) => (question === null ? null : { do: 'stop', cause: { is: 'question', question } }),
};
