/** How our own programs among the agents speak: one JSON object a line, `{"event": "progress", …}`. Other lines are plain text. */

import { z } from 'zod';
import type { AgentEvent } from '../driver.ts';

const count = z.number().nonnegative();
const KINDS = [
  'service',
  'credentials',
  'turns',
  'budget',
  'context',
  'session',
  'no-verdict',
  'other',
] as const;

const eventSchema: z.ZodType<AgentEvent> = z
  .discriminatedUnion('event', [
    z.object({
      event: z.literal('progress'),
      percent: z.number().min(0).max(100).exactOptional(),
      step: z.string().exactOptional(),
    }),
    z.object({ event: z.enum(['text', 'piece']), text: z.string() }),
    z.object({
      event: z.enum(['usage', 'usage-added']),
      usage: z.object({
        inputTokens: count.exactOptional(),
        outputTokens: count.exactOptional(),
        cachedTokens: count.exactOptional(),
        costUsd: count.exactOptional(),
      }),
    }),
    z.object({ event: z.literal('question'), question: z.string() }),
    z.object({
      event: z.literal('quota'),
      until: count.exactOptional(),
      afterMs: count.exactOptional(),
    }),
    z.object({ event: z.literal('session'), session: z.string() }),
    z.object({ event: z.literal('summary'), summary: z.string() }),
    z.object({
      event: z.literal('verdict'),
      problem: z.object({ kind: z.enum(KINDS), detail: z.string() }).nullable(),
    }),
  ])
  .transform(({ event, ...rest }) => Object.assign({ type: event }, rest) as AgentEvent);

export function eventLine({ type, ...rest }: AgentEvent): string {
  return JSON.stringify({ event: type, ...rest });
}

/** Total: a line that is no event of the protocol is the agent's own text. */
export function parseEventLine(line: string): readonly AgentEvent[] {
  if (line.startsWith('{"event":')) {
    const parsed = eventSchema.safeParse(parseJson(line));
    if (parsed.success) return [parsed.data];
  }
  return [{ type: 'text', text: line }];
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
