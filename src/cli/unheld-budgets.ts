/** What a budget cannot hold is said, for whoever has set one counts on it. */

import { agentsOf } from '../core/agent-choice.ts';
import { isBounded, usedByRun } from '../core/budget.ts';
import type { RunState } from '../core/run-state.ts';
import type { RunSettings } from '../core/settings.ts';
import type { KnownAgent } from './context.ts';

/** Before a run: its agents that tell nothing of what they use. */
export function unheldBudgets(settings: RunSettings, known: readonly KnownAgent[]): readonly string[] {
  const { task = {}, attempt = {}, ...run } = settings.budget;
  if (![run, task, attempt].some(isBounded)) return [];
  const silent = new Set(
    agentsOf(settings)
      .map(({ driver }) => driver)
      .filter((driver) => known.some(({ name, tellsUse }) => name === driver && !tellsUse)),
  );
  return [...silent].map(
    (driver) => `cox: the budget does not hold the agent ${driver}, which tells nothing of what it uses`,
  );
}

/** After it: tokens that it could not count in money. */
export function unpricedUse(state: RunState): readonly string[] {
  const { unpricedTokens = 0 } = usedByRun(state);
  if (state.control.budget.usd === undefined || unpricedTokens === 0) return [];
  return [
    `cox: the cost of ${unpricedTokens} tokens is unknown and no part of the budget. Name the price of their model (prices), or bound the tokens (--budget-tokens)`,
  ];
}
