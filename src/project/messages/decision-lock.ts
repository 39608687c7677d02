/** One agent at a time makes a decision: who, is said in a file that agents may read, too. */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { err, ok, type Result } from '../../core/result.ts';
import { readLinked } from '../read-folder.ts';
import { writeText } from '../write-text.ts';
import { locked, type MailParts, type MailProblem, mailFolder, notWritten } from './mailbox.ts';

const FILE = 'decisions.lock.json';
const MOST_BYTES = 10_000;
/** For one that another agent holds. */
const WAIT_MS = 30_000;
const AGAIN_MS = 250;
/** Whoever holds one for so long has died over it. */
const LAPSES_AFTER_MS = 5 * 60_000;

const schema = z.object({
  locked: z.boolean(),
  locked_by: z.string().nullable(),
  locked_at: z.string().nullable(),
});

/** The value names who holds it: the agent, or after the wait somebody else. */
export async function lockDecisions(
  parts: MailParts,
  agent: string,
  waitMs = WAIT_MS,
): Promise<Result<string, MailProblem>> {
  const until = parts.now() + waitMs;
  for (;;) {
    const held = await locked(parts, () => take(parts, agent));
    if (!held.ok || held.value === agent || parts.now() >= until) return held;
    await sleep(AGAIN_MS);
  }
}

/** The value names who holds it: the agent when it has let go of it. */
export function unlockDecisions(parts: MailParts, agent: string): Promise<Result<string, MailProblem>> {
  return locked(parts, async () => {
    const holder = await holderOf(parts);
    if (holder !== null && holder !== agent) return ok(holder);
    return await write(parts, { locked: false, locked_by: null, locked_at: null }, agent);
  });
}

async function take(parts: MailParts, agent: string): Promise<Result<string, MailProblem>> {
  const holder = await holderOf(parts);
  if (holder !== null && holder !== agent) return ok(holder);
  const locked_at = new Date(parts.now()).toISOString();
  return await write(parts, { locked: true, locked_by: agent, locked_at }, agent);
}

/** What cannot be read as a lock holds nothing. */
async function holderOf({ root, now }: MailParts): Promise<string | null> {
  const text = await readLinked(root, join('messages', FILE), MOST_BYTES);
  const found = text.ok ? readLock(text.value) : null;
  if (found?.locked !== true || found.locked_by === null) return null;
  // By a clock that is wrong it may have been taken in the future, where it would never lapse.
  const age = Math.abs(now() - Date.parse(found.locked_at ?? ''));
  return age < LAPSES_AFTER_MS ? found.locked_by : null;
}

function readLock(text: string): z.infer<typeof schema> | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

async function write(
  { root }: MailParts,
  lock: z.infer<typeof schema>,
  agent: string,
): Promise<Result<string, MailProblem>> {
  const folder = await mailFolder(root);
  if (!folder.ok) return folder;
  const written = await writeText(join(folder.value, FILE), `${JSON.stringify(lock)}\n`);
  return written.ok ? ok(agent) : err(notWritten(written.error));
}
