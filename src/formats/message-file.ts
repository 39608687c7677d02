/** A message in a file of an inbox. Total: any text gives a message or nothing. Agents leave fields out, and add others. */

import { z } from 'zod';
import { MESSAGE_TYPES, PRIORITIES } from '../core/message.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const schema = z.looseObject({
  message_id: z.string().regex(/^[\w.-]{1,100}$/),
  timestamp: text,
  from_agent: text,
  to_agent: text,
  message_type: z.enum(MESSAGE_TYPES).or(z.string()),
  priority: z.enum(PRIORITIES).catch('normal'),
  subject: text,
  payload: z.unknown().optional(),
  conversation_id: text,
  status: text,
  acknowledged_at: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
});

/** What else the file holds stays among its fields. */
export type FiledMessage = z.infer<typeof schema>;

export function readMessage(content: string): FiledMessage | null {
  const parsed = schema.safeParse(jsonOf(content));
  return parsed.success ? parsed.data : null;
}

/** Why there is none in it, for people. */
export function noMessage(content: string): string {
  const value = jsonOf(content);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'it is no JSON of a message';
  return 'it has no message_type, or no message_id of letters, digits, - _ and .';
}

/** Undefined for what is no JSON. Some programs put a byte order mark before it. */
function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

export function messageText(message: object): string {
  return `${JSON.stringify(message, null, 2)}\n`;
}
