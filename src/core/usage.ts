/** What agents use of tokens and money, and what they may. */

/** Absent counts are unknown, never zero. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Of the input, what was read from the cache. */
  readonly cachedTokens?: number;
  /** Of the input, what was written to the cache. */
  readonly cacheWriteTokens?: number;
  readonly costUsd?: number;
  /** Of the cost, what no agent told: it was worked out from a table of prices. */
  readonly estimatedUsd?: number;
  /** Tokens whose cost nobody knows. */
  readonly unpricedTokens?: number;
}

export const USAGE_KEYS = [
  'inputTokens',
  'outputTokens',
  'cachedTokens',
  'cacheWriteTokens',
  'costUsd',
  'estimatedUsd',
  'unpricedTokens',
] as const;

/** Of money and tokens; what is absent is not bounded. */
export interface Amount {
  readonly usd?: number;
  readonly tokens?: number;
}

/** What a run may use, and what each of its tasks and attempts may. */
export interface Budget extends Amount {
  readonly task?: Amount;
  readonly attempt?: Amount;
}

export interface Allowance {
  /** Whose limit it is. */
  readonly of: 'attempt' | 'task';
  readonly whole: Amount;
  /** When the attempt begins. */
  readonly left: Amount;
}

/** A count that is unknown on one side is taken from the other; unknown on both stays unknown. */
export function addUsage(left: Usage, right: Usage): Usage {
  const sum: { -readonly [K in keyof Usage]: Usage[K] } = {};
  for (const key of USAGE_KEYS) {
    const a = left[key];
    const b = right[key];
    if (a !== undefined || b !== undefined) sum[key] = (a ?? 0) + (b ?? 0);
  }
  return sum;
}
