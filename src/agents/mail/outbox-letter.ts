/** A letter in a file of an agent's outbox. Total: any text gives a letter, or says what to mend. */

import { z } from 'zod';
import { clipEnd } from '../../core/clip.ts';
import { MESSAGE_TYPES, type OutboxLetter, PRIORITIES } from '../../core/message.ts';
import { printableLine } from '../../core/printable.ts';
import { err, ok, type Result } from '../../core/result.ts';

/** Bytes. */
const LONGEST_SUBJECT = 500;
const LONGEST_NAME = 200;
const MOST_FILES = 50;
const MESSAGE_ID = /^msg_[\w-]{1,60}$/;

// No `min` and `max`: they compare the length of a value of any type, and throw for some.
const name = z
  .string()
  .trim()
  .refine((text) => text !== '' && text.length <= LONGEST_NAME, `must have 1 to ${LONGEST_NAME} characters`);
const absent = name.nullish().transform((value) => value ?? null);

/** What else the file holds, who it says that it is from for one, is passed over. */
const schema = z.object({
  // It becomes the name of a file.
  message_id: z.string().regex(MESSAGE_ID).nullish().catch(null),
  to_agent: absent,
  message_type: z.enum(MESSAGE_TYPES),
  priority: z.enum(PRIORITIES).default('normal'),
  subject: z.string().default(''),
  payload: z.record(z.string(), z.unknown()).default({}),
  requires_response: z.boolean().default(false),
  conversation_id: absent,
  in_reply_to: absent,
  metadata: z.object({ related_files: z.array(z.string()).default([]) }).default({ related_files: [] }),
});

export function readLetter(text: string): Result<OutboxLetter, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => [...path.map(String), message].join(': '));
    return err(clipEnd(issues.join('; '), LONGEST_SUBJECT));
  }
  const letter = parsed.data;
  return ok({
    id: letter.message_id ?? null,
    to: letter.to_agent,
    type: letter.message_type,
    priority: letter.priority,
    subject: clipEnd(printableLine(letter.subject), LONGEST_SUBJECT),
    payload: letter.payload,
    conversation: letter.conversation_id,
    inReplyTo: letter.in_reply_to,
    wantsResponse: letter.requires_response,
    files: letter.metadata.related_files.slice(0, MOST_FILES).map((file) => clipEnd(file, LONGEST_NAME)),
  });
}
