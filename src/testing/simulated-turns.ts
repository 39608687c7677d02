/** What an attempt tells of its model's answers, and how it ends when they are more than it may have. */

import type { AttemptOutcome } from '../core/attempt.ts';
import { spentAllowance } from '../core/budget.ts';
import type { EventBody } from '../core/event.ts';
import { type Allowance, addUsage, type Usage } from '../core/usage.ts';

export interface Taken {
  /** All that it has used, after each answer but the last. */
  readonly reports: readonly Usage[];
  readonly end: AttemptOutcome;
}

export function taken(
  turns: readonly Usage[],
  allowances: readonly Allowance[],
  outcome: AttemptOutcome,
): Taken {
  if (turns.length === 0) return { reports: [], end: outcome };
  const sums = turns.map((_, at) => turns.slice(0, at + 1).reduce(addUsage, {}));
  const over = sums.findIndex((used) => spentAllowance(used, allowances) !== undefined);
  const spent = over === -1 ? undefined : spentAllowance(sums[over] ?? {}, allowances);
  if (spent === undefined || over === sums.length - 1)
    return { reports: sums.slice(0, -1), end: { ...outcome, usage: sums.at(-1) ?? {} } };
  // It is ended before it asks for another.
  const usage = sums[over] ?? {};
  const { of, whole } = spent;
  return {
    reports: sums.slice(0, over),
    end: { is: 'failed', failure: { reason: 'budget', of, whole }, usage, exitCode: null },
  };
}

/** By the time that the event says. */
export function usedIn(event: EventBody | undefined): Usage {
  if (event?.type === 'attempt.progress') return event.used ?? {};
  return event?.type === 'attempt.ended' ? event.outcome.usage : {};
}
