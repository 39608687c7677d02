/** Messages between agents. What is left twice, or is for nobody, changes nothing but what its sender is told. */

import type { LoggedEvent } from '../event.ts';
import { leftKey, MOST_MESSAGES, type Post } from '../mail.ts';
import type { Left } from '../mail-event.ts';
import { addresseesOf, senderName } from '../mail-routes.ts';
import { EVERYBODY, newMessage, OURSELVES, type OutboxLetter } from '../message.ts';
import type { TaskId } from '../plan.ts';
import { printableLine } from '../printable.ts';
import { err, ok, type Result } from '../result.ts';
import type { Draft } from '../run-state.ts';
import type { Logged } from './parts.ts';

type MailLevel = Logged<'message.sent' | 'message.refused' | 'message.escalated'>;
type LeftBehind = Left & Pick<LoggedEvent, 'at'> & { readonly file: string };

export function applyMail(draft: Draft, event: MailLevel): void {
  if (event.type === 'message.escalated') return escalate(draft, event);
  const key = leftKey(event);
  if (draft.mail.left.has(key)) return;
  draft.mail.left.add(key);
  if (event.type === 'message.refused') return refuse(draft, event, event.problem);
  hear(draft, event);
  const sent = send(draft, event);
  if (!sent.ok) refuse(draft, event, sent.error);
}

/** Who announces it twice, or far too many, changes nothing. */
export function heed({ mail }: Draft, { decision, at }: Logged<'requested.heed'>): void {
  const { announced } = mail;
  if (announced.size < MOST_MESSAGES && !announced.has(decision.message_id))
    announced.set(decision.message_id, { message: decision, at });
}

/** What answers a message says that it was read. */
function hear(draft: Draft, { task, letter, at }: Logged<'message.sent'>): void {
  const { records, waiting } = draft.mail;
  const record = letter.inReplyTo === null ? undefined : records.get(letter.inReplyTo);
  if (record === undefined || !record.to.includes(task) || record.heard.has(task)) return;
  const heard = new Map([...record.heard, [task, at] as const]);
  records.set(record.message.message_id, { ...record, heard });
  if (record.to.every((id) => heard.has(id))) waiting.delete(record.message.message_id);
}

function send(draft: Draft, event: Logged<'message.sent'>): Result<void, string> {
  const { task, letter, at } = event;
  const { mail } = draft;
  if (mail.records.size >= MOST_MESSAGES)
    return err(`a run holds ${MOST_MESSAGES} messages, and this one has as many`);
  const to = whom(draft, letter);
  if (to === null) return err('it names nobody: give `to_agent`, or `in_reply_to` with the id of a message');
  const addressees = addresseesOf(draft, task, to);
  if (addressees === null)
    return err(
      `nobody is called ${JSON.stringify(printableLine(to))}; give the id of a task, or ${EVERYBODY}`,
    );
  const made = newMessage(
    {
      ...letter,
      from: senderName(draft, task),
      to,
      task,
      run: draft.run,
    },
    at,
    `${leftKey(event)}\n${mail.records.size}`,
  );
  const id = letter.id === null || mail.records.has(letter.id) ? made.message_id : letter.id;
  const message = { ...made, message_id: id };
  mail.records.set(id, { message, from: task, at, to: addressees, heard: new Map(), escalatedAt: null });
  for (const each of addressees) post(draft, each, { message, attempt: null });
  // Who answers an acknowledgment would never come to an end.
  if (letter.type !== 'acknowledgment' && addressees.length > 0) mail.waiting.add(id);
  return ok(undefined);
}

/** An acknowledgment is for the task that has sent the message, whatever its agent is called. */
function whom({ mail }: Draft, { to, type, inReplyTo }: OutboxLetter): string | null {
  const answered = inReplyTo === null ? undefined : mail.records.get(inReplyTo)?.from;
  return (type === 'acknowledgment' ? (answered ?? to) : (to ?? answered)) ?? null;
}

function refuse(draft: Draft, event: LeftBehind, problem: string): void {
  draft.mail.refused += 1;
  const { task, attempt, file } = event;
  const subject = `${printableLine(file)} was not sent: ${printableLine(problem)}`;
  const message = newMessage(
    { ...FROM_US, type: 'response', subject, payload: { file, problem }, to: task, task, run: draft.run },
    event.at,
    leftKey(event),
  );
  post(draft, task, { message, attempt });
}

function escalate(draft: Draft, { message: id, waiting, at }: Logged<'message.escalated'>): void {
  const { records, waiting: open } = draft.mail;
  const record = records.get(id);
  open.delete(id);
  if (record === undefined) return;
  records.set(id, { ...record, escalatedAt: at });
  const attempt = draft.tasks.get(record.from)?.attempts.at(-1)?.number ?? null;
  const subject = `Your message is not acknowledged by ${waiting.join(', ')}`;
  const message = newMessage(
    {
      ...FROM_US,
      type: 'blocker_notification',
      subject,
      payload: { message_id: id, waiting },
      to: record.from,
      inReplyTo: id,
      conversation: record.message.conversation_id,
      task: record.from,
      run: draft.run,
    },
    at,
    id,
  );
  post(draft, record.from, { message, attempt });
}

const FROM_US = {
  from: OURSELVES,
  priority: 'normal',
  conversation: null,
  inReplyTo: null,
} as const;

function post(draft: Draft, task: TaskId, each: Post): void {
  const { posts } = draft.mail;
  const before = posts.get(task);
  if (before === undefined) posts.set(task, [each]);
  else before.push(each);
}
