/** Puts into the inboxes of agents at work what others have written to them. What is for an agent is said by the log. */

import { attemptKey } from '../core/attempt.ts';
import type { Post } from '../core/mail.ts';
import { readerAt } from '../core/mail-routes.ts';
import type { TaskId } from '../core/plan.ts';
import { type RunState, taskRecord } from '../core/run-state.ts';
import type { AttemptRecord } from '../core/task-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { Dispatcher } from '../ports/dispatcher.ts';

export interface PostmanParts {
  readonly dispatcher: Pick<Dispatcher, 'tell'>;
  readonly clock: Pick<Clock, 'now'>;
}

export class Postman {
  readonly #parts: PostmanParts;
  /** By attempt: how much of its task's post is done with. A new process brings everything once more. */
  readonly #brought = new Map<string, number>();

  constructor(parts: PostmanParts) {
    this.#parts = parts;
  }

  /** False: an agent has no inbox yet, and there is something for it. */
  round(state: RunState): boolean {
    if (state.mail.posts.size === 0) return true;
    let isDone = true;
    for (const task of state.running) {
      const reader = readerAt(taskRecord(state, task));
      if (reader !== null && !this.#bring(state, task, reader)) isDone = false;
    }
    return isDone;
  }

  #bring(state: RunState, task: TaskId, { number }: AttemptRecord): boolean {
    const { dispatcher, clock } = this.#parts;
    const id = { run: state.run, task, number };
    const key = attemptKey(id);
    const posts = state.mail.posts.get(task) ?? [];
    for (let next = this.#brought.get(key) ?? 0; next < posts.length; next += 1) {
      const post = posts[next];
      if (post !== undefined && isFor(state, { post, task, attempt: number })) {
        const at = new Date(clock.now()).toISOString();
        if (!dispatcher.tell(id, { ...post.message, delivered_at: at })) return false;
      }
      this.#brought.set(key, next + 1);
    }
    return true;
  }
}

/** An attempt that comes later is not told what an earlier one has taken note of. */
function isFor(
  { mail }: RunState,
  { post, task, attempt }: { readonly post: Post; readonly task: TaskId; readonly attempt: number },
): boolean {
  if (post.attempt !== null) return post.attempt === attempt;
  return mail.records.get(post.message.message_id)?.heard.has(task) !== true;
}
