/** Messages for agents: one JSON file each, in the folder that `COX_INBOX` names. */

import { type AttemptId, attemptKey } from './attempt.ts';
import { FORESEEN_ADVICE, type ForeseenConflict, namedPaths, tasksOf } from './foreseen.ts';
import { hash32 } from './names.ts';
import type { TaskId } from './plan.ts';

export interface Message {
  /** E.g. `msg_20251129_143052_ab12cd`: also the name of its file. */
  readonly message_id: string;
  readonly protocol_version: '1.0';
  /** ISO 8601 in UTC. */
  readonly timestamp: string;
  readonly from_agent: string;
  /** The id of the task whose agent it is for. */
  readonly to_agent: string;
  readonly message_type: 'resource_conflict';
  readonly priority: 'critical' | 'high' | 'normal' | 'low';
  readonly subject: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly requires_response: boolean;
  readonly response_deadline: string | null;
  /** The same for all messages about one thing. */
  readonly conversation_id: string;
  readonly in_reply_to: string | null;
  readonly status: 'delivered';
  readonly delivered_at: string;
  readonly metadata: { readonly task_id: TaskId; readonly related_files: readonly string[] };
}

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
    from_agent: 'coxswain',
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
