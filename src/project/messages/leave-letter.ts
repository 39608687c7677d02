/** Messages of an agent of a run, which the run itself brings to whom they are for. */

import { join } from 'node:path';
import type { Letter, Message } from '../../core/message.ts';
import { ok, type Result } from '../../core/result.ts';
import { type FiledMessage, messageText } from '../../formats/message-file.ts';
import { type WriteProblem, writeText } from '../write-text.ts';

/** The value is the message's id. `outbox` is absolute. */
export async function leaveLetter(outbox: string, message: Message): Promise<Result<string, WriteProblem>> {
  const written = await writeText(join(outbox, `${message.message_id}.json`), messageText(message));
  return written.ok ? ok(message.message_id) : written;
}

/** The run knows who sends it. */
export function acknowledgmentOf({
  message_id: id,
  from_agent,
  to_agent,
  conversation_id,
}: FiledMessage): Letter {
  return {
    from: to_agent,
    to: from_agent,
    type: 'acknowledgment',
    priority: 'low',
    subject: '',
    payload: {},
    conversation: conversation_id === '' ? null : conversation_id,
    inReplyTo: id,
    task: null,
    run: null,
  };
}
