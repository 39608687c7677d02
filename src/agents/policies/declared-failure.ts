import type { Policy } from './policy.ts';

/** What it would still do after that is paid for and of no use. */
export const declaredFailure: Policy = {
  name: 'declared-failure',
  decide: ({ declaredFailure }) =>
    declaredFailure ? { do: 'stop', cause: { is: 'declared-failure' } } : null,
};
