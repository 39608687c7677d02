import type { AgentEvent } from '../driver.ts';

/** What an answer has read and written is what the next one reads. One that failed tells of nothing. */
export function held(tokens: number): readonly AgentEvent[] {
  return tokens > 0 ? [{ type: 'context', used: tokens }] : [];
}
