/** What `resume` changes of a run's limits: only what a flag was given for counts, and the rest stays as it is. */

import type { OptionName } from '../config/options.ts';
import type { Request } from '../core/request.ts';
import type { RunSettings } from '../core/settings.ts';
import type { Amount } from '../core/usage.ts';

export const LIMITS = [
  'maxParallel',
  'budgetUsd',
  'budgetTokens',
  'budgetTaskUsd',
  'budgetTaskTokens',
  'budgetAttemptUsd',
  'budgetAttemptTokens',
] as const satisfies readonly OptionName[];

/** `settings` are those that the flags lead to, among whatever else. */
export function limitRequest(
  flags: Readonly<Record<string, unknown>>,
  { maxParallel, budget }: Pick<RunSettings, 'maxParallel' | 'budget'>,
): readonly Request[] {
  const isGiven = (name: (typeof LIMITS)[number]): boolean => flags[name] !== undefined;
  if (!LIMITS.some(isGiven)) return [];
  const asked = ({ usd, tokens }: Amount, isUsd: boolean, isTokens: boolean): Amount => ({
    ...(isUsd && usd !== undefined ? { usd } : {}),
    ...(isTokens && tokens !== undefined ? { tokens } : {}),
  });
  const task = asked(budget.task ?? {}, isGiven('budgetTaskUsd'), isGiven('budgetTaskTokens'));
  const attempt = asked(budget.attempt ?? {}, isGiven('budgetAttemptUsd'), isGiven('budgetAttemptTokens'));
  return [
    {
      type: 'requested.limit',
      budget: {
        ...asked(budget, isGiven('budgetUsd'), isGiven('budgetTokens')),
        ...(Object.keys(task).length === 0 ? {} : { task }),
        ...(Object.keys(attempt).length === 0 ? {} : { attempt }),
      },
      ...(isGiven('maxParallel') ? { maxParallel } : {}),
    },
  ];
}
