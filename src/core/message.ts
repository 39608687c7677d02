/** Messages for agents and between them: one JSON file each. What a run tells its agents lies in the folder of `COX_INBOX`. */

import { type AttemptId, attemptKey } from './attempt.ts';
import { FORESEEN_ADVICE, type ForeseenConflict, namedPaths, tasksOf } from './foreseen.ts';
import { hash32 } from './names.ts';
import type { TaskId } from './plan.ts';

export const MESSAGE_TYPES = [
  'interface_contract',
  'decision_announcement',
  'blocker_notification',
  'handoff_request',
  'resource_conflict',
  'progress_update',
  'question',
  'response',
  'acknowledgment',
  'handoff_accepted',
  'context_updated',
  'priority_request',
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

export const PRIORITIES = ['critical', 'high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Stands for everybody but the sender. */
export const EVERYBODY = 'ALL';
/** Sends what the run itself has to tell. */
export const OURSELVES = 'coxswain';

export interface Message {
  /** E.g. `msg_20251129_143052_ab12cd`: also the name of its file. */
  readonly message_id: string;
  readonly protocol_version: '1.0';
  /** ISO 8601 in UTC. */
  readonly timestamp: string;
  readonly from_agent: string;
  /** Whom it is for: of a run's messages the id of the task; `EVERYBODY`. */
  readonly to_agent: string;
  readonly message_type: MessageType;
  readonly priority: Priority;
  readonly subject: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly requires_response: boolean;
  readonly response_deadline: string | null;
  /** The same for all messages about one thing. */
  readonly conversation_id: string;
  readonly in_reply_to: string | null;
  readonly status: 'delivered';
  readonly delivered_at: string;
  readonly metadata: {
    readonly task_id: TaskId | null;
    readonly related_files: readonly string[];
    /** Of one that was sent within a run. */
    readonly run_id?: string;
  };
}

export interface Letter {
  readonly from: string;
  readonly to: string;
  readonly type: MessageType;
  readonly priority: Priority;
  readonly subject: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Null begins one. */
  readonly conversation: string | null;
  readonly inReplyTo: string | null;
  readonly task: TaskId | null;
  readonly run: string | null;
  readonly wantsResponse?: boolean;
  readonly files?: readonly string[];
}

/** What an agent of a run has left in the folder of `COX_OUTBOX`. Whom it is from is known, and not for it to say. */
export interface OutboxLetter {
  /** Of the sender's choice, for it to know the answers; null, or one that is taken, gets another. */
  readonly id: string | null;
  /** Null: whoever sent what it answers. */
  readonly to: string | null;
  readonly type: MessageType;
  readonly priority: Priority;
  readonly subject: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly conversation: string | null;
  readonly inReplyTo: string | null;
  readonly wantsResponse: boolean;
  readonly files: readonly string[];
}

/** A file of an outbox: a letter, or why it is none. All of it is untrusted. */
export type OutboxFile = {
  /** Of its name and text: the same again is no other message. */
  readonly key: string;
  readonly file: string;
} & ({ readonly letter: OutboxLetter } | { readonly problem: string });

/** `nonce` keeps apart what is sent within one second; `at` is milliseconds since the epoch. */
export function newMessage(letter: Letter, at: number, nonce: string): Message {
  const timestamp = new Date(at).toISOString();
  const id = messageId(timestamp, `${letter.from}\n${letter.to}\n${nonce}`);
  return {
    message_id: id,
    protocol_version: '1.0',
    timestamp,
    from_agent: letter.from,
    to_agent: letter.to,
    message_type: letter.type,
    priority: letter.priority,
    subject: letter.subject,
    payload: letter.payload,
    requires_response:
      letter.wantsResponse === true || letter.type === 'question' || letter.type === 'handoff_request',
    response_deadline: null,
    conversation_id: letter.conversation ?? `conv-${id.slice('msg_'.length)}`,
    in_reply_to: letter.inReplyTo,
    status: 'delivered',
    delivered_at: timestamp,
    metadata: {
      task_id: letter.task,
      related_files: letter.files ?? [],
      ...(letter.run === null ? {} : { run_id: letter.run }),
    },
  };
}

/** Milliseconds after which somebody else should look at a message that nobody has acknowledged. */
export const ESCALATED_AFTER_MS = 5 * 60_000;

/** Tells the agent of one side what is foreseen. `at` is milliseconds since the epoch. */
export function conflictMessage(to: AttemptId, conflict: ForeseenConflict, at: number): Message {
  const { paths } = conflict;
  const tasks = tasksOf(conflict);
  const other = tasks.find((task) => task !== to.task) ?? null;
  const timestamp = new Date(at).toISOString();
  const whom = other === null ? 'what was merged meanwhile' : `the work of ${other}`;
  return {
    message_id: messageId(timestamp, `${attemptKey(to)}\n${tasks.join('\n')}\n${paths.join('\n')}`),
    protocol_version: '1.0',
    timestamp,
    from_agent: OURSELVES,
    to_agent: to.task,
    message_type: 'resource_conflict',
    priority: 'high',
    subject: `Your changes would conflict with ${whom} in ${namedPaths(paths)}`,
    payload: { tasks, other_task: other, paths, advice: FORESEEN_ADVICE },
    requires_response: false,
    response_deadline: null,
    conversation_id: `conflict-${hash32(`${to.run}\n${tasks.join('\n')}`)}`,
    in_reply_to: null,
    status: 'delivered',
    delivered_at: timestamp,
    metadata: { task_id: to.task, related_files: paths },
  };
}

function messageId(timestamp: string, content: string): string {
  const stamp = timestamp.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');
  return `msg_${stamp}_${hash32(content).slice(0, 6)}`;
}
