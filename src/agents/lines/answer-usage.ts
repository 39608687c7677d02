import type { AgentEvent } from '../driver.ts';

interface Answer {
  /** Tokens, those of the cache included. */
  readonly input: number;
  readonly output: number;
  /** Of the input, what was read from the cache. */
  readonly cached: number;
  /** Of the input, what was written to the cache. */
  readonly written: number;
  readonly costUsd: number | undefined;
}

/** What an answer has read and written is what the next one reads. One that failed tells of nothing. */
export function answerUsage({ input, output, cached, written, costUsd }: Answer): readonly AgentEvent[] {
  const used = input + output;
  return [
    {
      type: 'usage-added',
      usage: {
        inputTokens: input,
        outputTokens: output,
        cachedTokens: cached,
        ...(written === 0 ? {} : { cacheWriteTokens: written }),
        ...(costUsd === undefined ? {} : { costUsd }),
      },
    },
    ...(used > 0 ? [{ type: 'context', used } as const] : []),
  ];
}
