/** What a budget cannot hold is said, for whoever has set one counts on it. */

import { agentsOf } from '../core/agent-choice.ts';
import { isBounded, usedByRun } from '../core/budget.ts';
import type { RunState } from '../core/run-state.ts';
import type { RunSettings } from '../core/settings.ts';
import type { KnownAgent } from './context.ts';

/** Before a run: its agents of which nothing is known while they work, or not for certain. */
export function unheldBudgets(settings: RunSettings, known: readonly KnownAgent[]): readonly string[] {
  const { task = {}, attempt = {}, ...run } = settings.budget;
  if (![run, task, attempt].some(isBounded)) return [];
  const drivers = new Set(agentsOf(settings).map(({ driver }) => driver));
  return [...drivers].flatMap((driver) => {
    const tells = known.find(({ name }) => name === driver)?.tellsUse ?? 'live';
    return tells === 'live' ? [] : `cox: the budget ${UNHELD[tells](driver)}`;
  });
}

const UNHELD = {
  never: (driver: string) => `does not hold the agent ${driver}, which tells nothing of what it uses`,
  'as-its-program': (driver: string) =>
    `holds the agent ${driver} while it works only if the program behind it tells what it uses; else by what is reserved`,
};

/** As soon as there are some, and after it: tokens that it could not count in money. */
export function unpricedUse(state: RunState): readonly string[] {
  const { task, attempt, usd } = state.control.budget;
  if ([usd, task?.usd, attempt?.usd].every((limit) => limit === undefined)) return [];
  const { unpricedTokens = 0 } = usedByRun(state);
  if (unpricedTokens === 0) return [];
  return [
    `cox: the cost of ${unpricedTokens} tokens is unknown and no part of the budget. Name the price of their model (prices), or bound the tokens (--budget-tokens)`,
  ];
}
