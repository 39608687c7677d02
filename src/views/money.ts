/** What agents have used of tokens and money, for people and as JSON. What nobody knows is said to be unknown. */

import type { Usage } from '../core/attempt.ts';
import { usedByRun, usedByTask } from '../core/budget.ts';
import type { TaskId } from '../core/plan.ts';
import { PRICES_AS_OF } from '../core/price-table.ts';
import { type RunState, taskRecord } from '../core/run-state.ts';
import type { AttemptRecord, TaskRecord } from '../core/task-state.ts';
import { addUsage, type Budget } from '../core/usage.ts';
import { modelOfAttempt } from './agent-words.ts';
import { type TokenCounts, tokensOf } from './task-facts.ts';

/** Of the status. */
export interface UseStatus {
  /** Null when nothing is known. */
  readonly tokens: TokenCounts | null;
  /** As far as it is known; null when none of it is. */
  readonly costUsd: number | null;
  /** What of that no agent told, but a table of prices; null where there is no cost. */
  readonly estimatedUsd: number | null;
  /** Tokens whose cost nobody knows. */
  readonly unpricedTokens: number;
}

export function useStatus(used: Usage): UseStatus {
  const { costUsd = null, estimatedUsd = 0, unpricedTokens = 0 } = used;
  return {
    tokens: tokensOf(used),
    costUsd,
    estimatedUsd: costUsd === null ? null : estimatedUsd,
    unpricedTokens,
  };
}

/** The same of the report. */
export interface UseReport {
  readonly tokens: TokenCounts | null;
  readonly cost_usd: number | null;
  readonly estimated_usd: number | null;
  readonly unpriced_tokens: number;
}

export function useReport(used: Usage): UseReport {
  const { tokens, costUsd, estimatedUsd, unpricedTokens } = useStatus(used);
  return { tokens, cost_usd: costUsd, estimated_usd: estimatedUsd, unpriced_tokens: unpricedTokens };
}

export interface AttemptReport extends UseReport {
  readonly number: number;
  readonly role: AttemptRecord['role'];
  /** Its driver. */
  readonly agent: string;
  /** As its program tells, else as it was told; null where neither is known. */
  readonly model: string | null;
  /** How it ended, e.g. `done`, `failed`, `stopped`; null while it runs. */
  readonly outcome: string | null;
}

export function attemptReports({ attempts }: TaskRecord): readonly AttemptReport[] {
  return attempts.map((attempt) => ({
    number: attempt.number,
    role: attempt.role,
    agent: attempt.agent.driver,
    model: modelOfAttempt(attempt),
    outcome: attempt.outcome?.is ?? null,
    ...useReport(attempt.outcome?.usage ?? attempt.used ?? {}),
  }));
}

export function usedByTasks(state: RunState, tasks: readonly TaskId[]): Usage {
  return tasks.map((id) => usedByTask(taskRecord(state, id))).reduce<Usage>(addUsage, {});
}

/** `12.3k tokens, 0.42 USD`; null when nothing is known. */
export function usedWords(used: Usage): string | null {
  const parts = [tokensText(used), costWords(used)].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}

/** Of the whole run: `12.3k tokens, 0.42 USD of a budget of 5.00 USD`; null when nothing is known. */
export function usedInRun(state: RunState): string | null {
  const used = usedByRun(state);
  const words = usedWords(used);
  if (words === null) return null;
  const own = state.settings.prices === undefined ? 'prices' : 'your prices, else by those';
  const prices = (used.estimatedUsd ?? 0) > 0 ? `; estimates by ${own} of ${PRICES_AS_OF}` : '';
  return `${words}${budgetWords(state.control.budget)}${prices}`;
}

/** `0.42 USD`; null when there is nothing to be paid, or nobody tells. */
export function costWords({ costUsd, estimatedUsd = 0, unpricedTokens = 0 }: Usage): string | null {
  if (costUsd === undefined) return unpricedTokens === 0 ? null : 'cost unknown';
  const isEstimate = estimatedUsd > 0 && estimatedUsd >= costUsd * (1 - 1e-9);
  const estimate = isEstimate ? ' (estimated)' : ` (${dollars(estimatedUsd)} of it estimated)`;
  const known = `${dollars(costUsd)}${estimatedUsd > 0 ? estimate : ''}`;
  return unpricedTokens === 0
    ? known
    : `${known} and the unknown cost of ${shortCount(unpricedTokens)} tokens`;
}

/** Small amounts would all be nothing. */
function dollars(amount: number): string {
  return `${amount > 0 && amount < 0.1 ? amount.toPrecision(2) : amount.toFixed(2)} USD`;
}

/** `of a budget of 5.00 USD`; empty without one. */
function budgetWords({ usd, tokens }: Budget): string {
  const limits = [
    ...(usd === undefined ? [] : [dollars(usd)]),
    ...(tokens === undefined ? [] : [`${shortCount(tokens)} tokens`]),
  ];
  return limits.length === 0 ? '' : ` of a budget of ${limits.join(' and ')}`;
}

/** Input and output together; of an agent that tells only one of them, that one. Null when neither is known. */
function tokensText(usage: Usage): string | null {
  const { inputTokens, outputTokens } = usage;
  if (inputTokens !== undefined && outputTokens !== undefined)
    return `${shortCount(inputTokens + outputTokens)} tokens`;
  if (inputTokens !== undefined) return `${shortCount(inputTokens)} input tokens`;
  return outputTokens === undefined ? null : `${shortCount(outputTokens)} output tokens`;
}

/** `950`, `12.3k`, `4.5M`. */
export function shortCount(count: number): string {
  if (count < 1000) return String(count);
  if (count < 999_950) return `${(count / 1000).toFixed(1)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}
