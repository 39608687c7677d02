/** How much a conversation with a model may hold. Claude Code tells it only at its end; these are what 2.1.329 tells then. */

import { plainModel } from '../../core/prices.ts';

const LARGE_SIZE = 1_000_000;
const PLAIN_SIZE = 200_000;
const LARGE = /^claude-(?:opus-(?:4-[78]|[5-9])|sonnet-[5-9]|fable-|mythos-)/;

/** In tokens; undefined for a model of somebody else's. */
export function contextSizeOf(model: string): number | undefined {
  if (/\[1m\]$/i.test(model)) return LARGE_SIZE;
  const name = plainModel(model);
  if (!name.startsWith('claude-')) return undefined;
  return LARGE.test(name) ? LARGE_SIZE : PLAIN_SIZE;
}
