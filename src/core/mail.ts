/** Messages between the agents of a run: who has sent what to whom, and who has taken note of it. */

import type { Left } from './mail-event.ts';
import type { Message } from './message.ts';
import type { TaskId } from './plan.ts';
import { printable, printableLine } from './printable.ts';

export interface MailRecord {
  readonly message: Message;
  readonly from: TaskId;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whom it was for when it was sent. */
  readonly to: readonly TaskId[];
  /** When each of them first answered or acknowledged it. */
  readonly heard: ReadonlyMap<TaskId, number>;
  readonly escalatedAt: number | null;
}

/** A decision from outside of the run. */
export type Announced = Pick<MailRecord, 'message' | 'at'>;

/** What lies in the inbox of a task's agents. */
export interface Post {
  readonly message: Message;
  /** The only attempt that it concerns; null: each until it is acknowledged. */
  readonly attempt: number | null;
}

export interface Mail {
  /** By the id of the message, in the order of sending. */
  readonly records: ReadonlyMap<string, MailRecord>;
  /** By the id of the message, in the order of their coming. */
  readonly announced: ReadonlyMap<string, Announced>;
  readonly posts: ReadonlyMap<TaskId, readonly Post[]>;
  /** What attempts have left in their outboxes, by `leftKey`. */
  readonly left: ReadonlySet<string>;
  /** Ids of those that may yet have to be escalated. */
  readonly waiting: ReadonlySet<string>;
  readonly refused: number;
}

export interface MailDraft extends Mail {
  readonly records: Map<string, MailRecord>;
  readonly announced: Map<string, Announced>;
  readonly posts: Map<TaskId, Post[]>;
  readonly left: Set<string>;
  readonly waiting: Set<string>;
  refused: number;
}

/** Of one run: whatever is sent stays in memory. */
export const MOST_MESSAGES = 2000;

export function newMail(): MailDraft {
  return {
    records: new Map(),
    announced: new Map(),
    posts: new Map(),
    left: new Set(),
    waiting: new Set(),
    refused: 0,
  };
}

export function leftKey({ task, attempt, key }: Left): string {
  return `${attempt} ${key} ${task}`;
}

/** Decisions that were announced after that time, for those who begin now; empty for none. */
export function decisionsText({ records, announced }: Mail, after = Number.NEGATIVE_INFINITY): string {
  const own = [...records.values()].filter(({ message }) => message.message_type === 'decision_announcement');
  return [...own, ...announced.values()]
    .filter(({ at }) => at > after)
    .toSorted((one, other) => one.at - other.at)
    .map(({ message }) => decisionSection(message))
    .join('\n');
}

/** One section of Markdown. */
export function decisionSection({
  subject,
  from_agent: from,
  timestamp,
  message_id: id,
  payload,
}: Message): string {
  const facts = Object.entries(payload).map(
    ([key, value]) => `- ${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const title = printableLine(subject) || 'A decision';
  const lines = facts.map((fact) => printableLine(fact));
  return printable(`## ${title}\n\n${from}, ${timestamp} (${id})\n${['', ...lines].join('\n')}\n`);
}
