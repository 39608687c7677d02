/** What agents have decided and announced, for every later agent to know. */

import { join } from 'node:path';
import { decisionSection } from '../../core/mail.ts';
import type { Message } from '../../core/message.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { kindOf, readLinked } from '../read-folder.ts';
import { writeText } from '../write-text.ts';

/** From the root. */
export const DECISIONS = 'messages/decisions.md';
const MOST_BYTES = 2_000_000;
const NEW = '# Decisions\n\nAnnounced by agents; made by `cox message`.\n';

/** The error is for people. */
export async function addDecision(root: string, message: Message): Promise<Result<string, string>> {
  const path = join(root, DECISIONS);
  const before = (await kindOf(path)) === null ? ok(NEW) : await readLinked(root, DECISIONS, MOST_BYTES);
  if (!before.ok) return err(`${DECISIONS} cannot be read: ${before.error}; move it away`);
  const written = await writeText(path, `${before.value}\n${decisionSection(message)}`);
  return written.ok ? written : err(written.error.message);
}
