/** How the recipe's agent speaks: one JSON object a line, `{"event": "progress", …}`. Other lines are plain text. */

import { z } from 'zod';
import type { AgentEvent } from '../driver.ts';

const count = z.number().nonnegative();

const eventSchema: z.ZodType<AgentEvent> = z.union([
  z
    .object({
      event: z.literal('progress'),
      percent: z.number().min(0).max(100).exactOptional(),
      step: z.string().exactOptional(),
    })
    .transform(({ event, ...rest }) => ({ type: event, ...rest })),
  z
    .object({ event: z.literal('text'), text: z.string() })
    .transform(({ event, text }) => ({ type: event, text })),
  z
    .object({
      event: z.literal('usage'),
      usage: z.object({
        inputTokens: count.exactOptional(),
        outputTokens: count.exactOptional(),
        costUsd: count.exactOptional(),
      }),
    })
    .transform(({ event, usage }) => ({ type: event, usage })),
  z
    .object({ event: z.literal('question'), question: z.string() })
    .transform(({ event, question }) => ({ type: event, question })),
  z
    .object({ event: z.literal('quota'), until: count })
    .transform(({ event, until }) => ({ type: event, until })),
]);

/** Total: a line that is no event of the protocol is the agent's own text. */
export function parseRecipeLine(line: string): readonly AgentEvent[] {
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
