/** What is said in the log of messages between agents. */

import type { OutboxLetter } from './message.ts';
import type { TaskId } from './plan.ts';

export type MailEvent =
  /** These agents have not acknowledged it for too long. */
  { readonly type: 'message.escalated'; readonly message: string; readonly waiting: readonly TaskId[] };

/** A file that an agent has left in its outbox. */
export interface Left {
  readonly task: TaskId;
  readonly attempt: number;
  /** Names it among what its attempt has left. */
  readonly key: string;
}

export type LeftReport =
  | (Left & { readonly type: 'message.sent'; readonly file: string; readonly letter: OutboxLetter })
  /** It is no message. */
  | (Left & { readonly type: 'message.refused'; readonly file: string; readonly problem: string });
