/**
 * Inboxes of agents: `messages/<agent>/inbox/*.json` at the top of the repository. What other programs put into
 * `.agent-messages/inbox/<agent>/`, and what a run puts into the folder of `COX_INBOX`, is read as well.
 */

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ESCALATED_AFTER_MS,
  EVERYBODY,
  type Letter,
  type Message,
  newMessage,
  OURSELVES,
} from '../../core/message.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { type FiledMessage, messageText, noMessage, readMessage } from '../../formats/message-file.ts';
import type { FileLock } from '../../ports/file-lock.ts';
import { makeFolder } from '../make-folder.ts';
import { kindOf, readLinked } from '../read-folder.ts';
import { type WriteProblem, writeProblem, writeText } from '../write-text.ts';
import { addDecision } from './decisions.ts';
import { acknowledgmentOf, leaveLetter } from './leave-letter.ts';

export interface MailParts {
  /** Absolute path of the project. */
  readonly root: string;
  readonly lock: FileLock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Absolute path of the inbox of the attempt that this runs in, if it is one. */
  readonly ownInbox: string | null;
  /** Absolute path of the outbox of that attempt: what is sent goes there, and the run brings it. */
  readonly outbox: string | null;
  /** Absolute path of a run's folder, for its messages. */
  readonly archive: string | null;
  /** Brings a decision to the runs that go on. */
  readonly tellRuns: (decision: Message) => Promise<void>;
  readonly say: (text: string) => void;
}

export interface MailProblem {
  readonly reason: 'not-written' | 'bad-name' | 'no-such-message' | 'ambiguous';
  readonly message: string;
  readonly remedy: string;
}

export interface Delivery {
  /** Whose inbox it lies in. */
  readonly agent: string;
  readonly message: FiledMessage;
  /** Nobody has acknowledged it for too long. */
  readonly isEscalated: boolean;
  /** When it was sent, in milliseconds since the epoch; of one that does not say it, when its file was written. */
  readonly at: number;
  /** Absolute. */
  readonly path: string;
}

const FOLDER = 'messages';
const MOST_BYTES = 1_000_000;
const MOST_MESSAGES = 10_000;

/** The value is the message's id. With `EVERYBODY` each agent that has an inbox gets it, but for the sender. */
export async function send(parts: MailParts, letter: Letter): Promise<Result<string, MailProblem>> {
  const bad = [letter.from, letter.to].find((name) => !isAgentName(name));
  if (bad !== undefined) return err(badName(bad));
  if (parts.outbox !== null) {
    const left = await leaveLetter(parts.outbox, newMessage(letter, parts.now(), nonce()));
    return left.ok ? left : err(notWritten(left.error));
  }
  const message = newMessage(letter, parts.now(), nonce());
  const sent = await locked(parts, async () => {
    const everybody = letter.to === EVERYBODY ? await agents(parts.root) : [letter.to];
    const readers = letter.to === EVERYBODY ? everybody.filter((name) => name !== letter.from) : everybody;
    if (readers.length === 0) parts.say('cox: no other agent has an inbox yet; the message is logged');
    for (const reader of readers) {
      const put = await deliver(parts.root, reader, message);
      if (!put.ok) return put;
    }
    const logged = await note(parts.root, { event: 'sent', ...message });
    if (!logged.ok) return logged;
    await archive(parts, message);
    if (letter.type !== 'decision_announcement') return ok(message.message_id);
    const kept = await addDecision(parts.root, message);
    return kept.ok ? ok(message.message_id) : err({ reason: 'not-written', message: kept.error, remedy: '' });
  });
  if (sent.ok && letter.type === 'decision_announcement') await parts.tellRuns(message);
  return sent;
}

function nonce(): string {
  return randomBytes(8).toString('hex');
}

export function isAgentName(name: string): boolean {
  return /^[\w@][\w@.-]{0,79}$/.test(name) && !name.endsWith('.');
}

export function badName(name: string): MailProblem {
  const message = `${JSON.stringify(name)} is no name of an agent`;
  return { reason: 'bad-name', message, remedy: 'Use letters, digits, - _ and . as in builder-1.' };
}

/** Real folders all the way: a link could lead anywhere. */
async function folders(root: string, parts: readonly string[]): Promise<Result<string, MailProblem>> {
  let path = root;
  for (const part of parts) {
    path = join(path, part);
    const made = await makeFolder(path);
    if (!made.ok) return err(notWritten(made.error));
    if (!made.value || part !== FOLDER) continue;
    const ignored = await writeText(join(path, '.gitignore'), '*\n');
    if (!ignored.ok) return err(notWritten(ignored.error));
  }
  return ok(path);
}

/** The absolute path of the folder for messages, made if need be. */
export function mailFolder(root: string): Promise<Result<string, MailProblem>> {
  return folders(root, [FOLDER]);
}

async function deliver(root: string, agent: string, message: Message): Promise<Result<void, MailProblem>> {
  const inbox = await folders(root, [FOLDER, agent, 'inbox']);
  if (!inbox.ok) return inbox;
  const written = await writeText(join(inbox.value, `${message.message_id}.json`), messageText(message));
  return written.ok ? ok(undefined) : err(notWritten(written.error));
}

/** One line for each thing that happens. */
async function note(root: string, event: object): Promise<Result<void, MailProblem>> {
  const folder = await mailFolder(root);
  if (!folder.ok) return folder;
  const path = join(folder.value, 'log.jsonl');
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  try {
    const file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o644);
    try {
      await file.appendFile(`${JSON.stringify(event)}\n`);
    } finally {
      await file.close();
    }
    return ok(undefined);
  } catch (error) {
    return err(notWritten(writeProblem(path, error)));
  }
}

/** With the run that it is one of. The log has it in any case. */
async function archive({ archive: folder, say }: MailParts, message: Message): Promise<void> {
  if (folder === null || (await kindOf(folder)) !== 'folder') return;
  const made = await makeFolder(join(folder, 'messages'));
  const written = made.ok
    ? await writeText(join(folder, 'messages', `${message.message_id}.json`), messageText(message))
    : made;
  if (!written.ok) say(`cox: ${written.error.message}`);
}

/** Names of those who have an inbox. */
async function agents(root: string): Promise<readonly string[]> {
  const [ours, others] = await Promise.all([
    namesIn(join(root, FOLDER)),
    namesIn(join(root, '.agent-messages', 'inbox')),
  ]);
  const withInbox: string[] = [];
  // A project may have a folder of that name for something else.
  for (const name of ours)
    if ((await kindOf(join(root, FOLDER, name, 'inbox'))) === 'folder') withInbox.push(name);
  return [...new Set([...withInbox, ...others])].filter(isAgentName).sort();
}

/** Of folders; a link is none. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Everything in an agent's inboxes, or in all of them, oldest first. */
export async function deliveries(parts: MailParts, agent: string | null): Promise<readonly Delivery[]> {
  const { root, ownInbox } = parts;
  const found: Delivery[] = [];
  for (const name of agent === null ? await agents(root) : [agent]) {
    if (!isAgentName(name)) continue;
    for (const folder of [join(FOLDER, name, 'inbox'), join('.agent-messages', 'inbox', name)])
      found.push(...(await messagesIn(parts, { root, folder, agent: name })));
  }
  if (ownInbox !== null) found.push(...(await messagesIn(parts, { root: ownInbox, folder: '.', agent })));
  const byId = (left: Delivery, right: Delivery): number =>
    left.message.message_id < right.message.message_id ? -1 : 1;
  return found.toSorted((left, right) => left.at - right.at || byId(left, right));
}

/** What is none is told of, for somebody may wait for its answer. */
async function messagesIn(
  { now, say }: Pick<MailParts, 'now' | 'say'>,
  { root, folder, agent }: { readonly root: string; readonly folder: string; readonly agent: string | null },
): Promise<readonly Delivery[]> {
  const there = await readdir(join(root, folder)).catch(() => []);
  const names = there.filter((each) => each.endsWith('.json') && !each.startsWith('.')).sort();
  const found: Delivery[] = [];
  if (names.length > MOST_MESSAGES)
    say(`cox: ${folder} has ${names.length} messages, of which ${MOST_MESSAGES} are read; remove old ones`);
  for (const name of names.slice(0, MOST_MESSAGES)) {
    const text = await readLinked(root, join(folder, name), MOST_BYTES);
    const message = text.ok ? readMessage(text.value) : null;
    if (message === null) {
      const why = text.ok ? noMessage(text.value) : text.error;
      say(`cox: ${join(folder, name)} is passed over: ${why}; mend it, or remove it`);
      continue;
    }
    const path = join(root, folder, name);
    const at = await sentAt(message, path);
    const isEscalated = message.acknowledged_at === null && now() - at >= ESCALATED_AFTER_MS;
    found.push({ agent: agent ?? message.to_agent, message, isEscalated, at, path });
  }
  return found;
}

async function sentAt({ timestamp }: FiledMessage, path: string): Promise<number> {
  const told = Date.parse(timestamp);
  if (!Number.isNaN(told)) return told;
  const file = await lstat(path).catch(() => null);
  return file?.mtimeMs ?? 0;
}

/** The time of the first acknowledgment stays. */
export async function acknowledge(
  parts: MailParts,
  id: string,
  agent: string | null,
): Promise<Result<void, MailProblem>> {
  if (parts.outbox !== null) return await acknowledgeToRun(parts, parts.outbox, id);
  return await locked(parts, async () => {
    const found = (await deliveries(parts, agent)).filter(({ message }) => message.message_id === id);
    const [delivery] = found;
    if (delivery === undefined) {
      return err(noSuchMessage(id));
    }
    if (found.length > 1) {
      const readers = found.map((each) => each.agent).join(', ');
      const message = `${id} lies in several inboxes: ${readers}`;
      return err({ reason: 'ambiguous', message, remedy: 'Say whose with --agent.' } as const);
    }
    if (delivery.message.acknowledged_at !== null) return ok(undefined);
    const at = new Date(parts.now()).toISOString();
    const text = messageText({ ...delivery.message, status: 'acknowledged', acknowledged_at: at });
    const written = await writeText(delivery.path, text);
    if (!written.ok) return err(notWritten(written.error));
    return await note(parts.root, { event: 'acknowledged', message_id: id, agent: delivery.agent, at });
  });
}

/** In an agent of a run, whose inbox alone it can read. */
async function acknowledgeToRun(
  parts: MailParts,
  outbox: string,
  id: string,
): Promise<Result<void, MailProblem>> {
  const own = parts.ownInbox;
  const found = own === null ? [] : await messagesIn(parts, { root: own, folder: '.', agent: null });
  const delivery = found.find(({ message }) => message.message_id === id);
  if (delivery === undefined) return err(noSuchMessage(id));
  if (delivery.message.acknowledged_at !== null) return ok(undefined);
  // What the run itself has said waits for nobody.
  if (delivery.message.from_agent !== OURSELVES) {
    const letter = acknowledgmentOf(delivery.message);
    const left = await leaveLetter(outbox, newMessage(letter, parts.now(), nonce()));
    if (!left.ok) return err(notWritten(left.error));
  }
  const at = new Date(parts.now()).toISOString();
  const text = messageText({ ...delivery.message, status: 'acknowledged', acknowledged_at: at });
  const written = await writeText(delivery.path, text);
  return written.ok ? ok(undefined) : err(notWritten(written.error));
}

function noSuchMessage(id: string): MailProblem {
  const message = `there is no message ${JSON.stringify(id)}`;
  return { reason: 'no-such-message', message, remedy: 'See `cox message list`.' };
}

export function notWritten({ message }: WriteProblem): MailProblem {
  return { reason: 'not-written', message, remedy: '' };
}

export async function locked<T>(
  { root, lock }: MailParts,
  work: () => Promise<Result<T, MailProblem>>,
): Promise<Result<T, MailProblem>> {
  const done = await lock(join(root, FOLDER), work);
  return done.ok ? done.value : err({ reason: 'not-written', message: done.error, remedy: 'Try again.' });
}
