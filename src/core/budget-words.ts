/** How a limit that is used up reads, and what a person can do about it. */

import type { Allowance } from './usage.ts';

type Spent = Pick<Allowance, 'of' | 'whole'>;

export function budgetWords({ of, whole: { usd, tokens } }: Spent): string {
  const amounts = [
    ...(usd === undefined ? [] : [`${usd} USD`]),
    ...(tokens === undefined ? [] : [`${tokens} tokens`]),
  ].join(' or ');
  return of === 'task'
    ? `it used up what a task may use (${amounts})`
    : `the agent used up what one attempt may use (${amounts})`;
}

export function budgetRemedy({ of, whole: { usd, tokens } }: Spent): string {
  const flags = [
    ...(usd === undefined ? [] : [`--budget-${of}-usd`]),
    ...(tokens === undefined ? [] : [`--budget-${of}-tokens`]),
  ];
  const raise = `raise ${flags.join(' or ')}`;
  return of === 'task'
    ? `retry it to give it as much again, ${raise}, or make it smaller`
    : `${raise}, or make the task smaller`;
}
