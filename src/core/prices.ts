/** What tokens cost, for agents that tell their tokens and not their cost. What is worked out here is an estimate. */

import { matchesGlob, parseStars } from './glob-segment.ts';
import { PRICE_TABLE, type Price, type PriceRule } from './price-table.ts';
import type { Usage } from './usage.ts';

/** The first of the user's own rules counts, whole name or plain; undefined for a model that nobody knows. */
export function priceOf(model: string, own: readonly PriceRule[] = []): Price | undefined {
  const names = [model.toLowerCase(), plainModel(model)];
  const rule = own.find((each) => names.some((name) => matchesGlob(parseStars(each.model), name)));
  return rule ?? PRICE_TABLE.get(plainModel(model));
}

/**
 * Without who serves it, its date and its context: `us.anthropic.claude-haiku-4-5-20251001-v1:0`,
 * `openrouter/anthropic/claude-haiku-4.5` and `claude-haiku-4-5[1m]` are one model.
 */
export function plainModel(model: string): string {
  const name = model
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/^(?:[a-z]+\.)?anthropic\./, '')
    .replace(/\[\w*\]$/, '')
    .replace(/-v\d+:\d+$/, '')
    .replace(/[@-](?:20\d{6}|20\d\d-\d\d-\d\d)$/, '')
    .replace(/[@-](?:latest|preview)$/, '');
  return name.startsWith('claude-') ? name.replaceAll('.', '-') : name;
}

const MILLION = 1e6;

/** Of tokens that are not known none are counted. What is cached is part of the input. */
export function costOf(
  { input, output, cacheRead, cacheWrite }: Price,
  { inputTokens = 0, outputTokens = 0, cachedTokens = 0, cacheWriteTokens = 0 }: Usage,
): number {
  const read = Math.min(cachedTokens, inputTokens);
  const written = Math.min(cacheWriteTokens, inputTokens - read);
  const plain = inputTokens - read - written;
  return (plain * input + read * cacheRead + written * cacheWrite + outputTokens * output) / MILLION;
}

/** Tokens that were used, of the kinds that are known. */
export function tokensIn({ inputTokens = 0, outputTokens = 0 }: Usage): number {
  return inputTokens + outputTokens;
}

/**
 * With the cost as the agent tells it, else estimated, else known to be unknown. Agents tell 0 of models whose price they
 * do not know.
 */
export function withCost(usage: Usage, model: string | undefined, own: readonly PriceRule[]): Usage {
  const { costUsd = 0, ...counts } = usage;
  const tokens = tokensIn(usage);
  if (tokens === 0 || costUsd > 0) return usage;
  const price = model === undefined ? undefined : priceOf(model, own);
  if (price === undefined) return { ...counts, unpricedTokens: tokens };
  const estimate = costOf(price, usage);
  return { ...counts, costUsd: estimate, estimatedUsd: estimate };
}
