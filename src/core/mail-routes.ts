/** Whom a message is for, who can read it now, and who has kept silent about it. */

import { onlyLooks } from './attempt.ts';
import type { MailRecord } from './mail.ts';
import { ESCALATED_AFTER_MS, EVERYBODY } from './message.ts';
import type { TaskId } from './plan.ts';
import { printableLine } from './printable.ts';
import type { RunState } from './run-state.ts';
import { type AttemptRecord, isSettled, type TaskRecord } from './task-state.ts';

type Addressed = Pick<RunState, 'plan' | 'tasks'>;

/** Without the sender, and without tasks of which nothing more is to be done. Null: nobody has that name. */
export function addresseesOf(state: Addressed, from: TaskId, to: string): readonly TaskId[] | null {
  const ids = to === EVERYBODY ? state.plan.tasks.map(({ id }) => id) : named(state, to);
  if (ids.length === 0) return null;
  return ids.filter((id) => id !== from && isOpen(state.tasks.get(id)));
}

/** A task by its id, or all tasks of an agent by the name that the plan has for it. */
function named({ plan, tasks }: Addressed, name: string): readonly TaskId[] {
  if (tasks.has(name)) return [name];
  const wanted = agentName(name);
  return plan.tasks.flatMap(({ id, agent }) =>
    agent !== undefined && agentName(agent) === wanted ? [id] : [],
  );
}

function agentName(name: string): string {
  return name.trim().toLowerCase().replace(/^@/, '');
}

function isOpen(record: TaskRecord | undefined): boolean {
  return record !== undefined && !isSettled(record.state);
}

/** How the task's agent is called by the others: only plans in Markdown give names that are one agent's. */
export function senderName({ plan, index }: Pick<RunState, 'plan' | 'index'>, task: TaskId): string {
  const agent = index.task.get(task)?.agent;
  return plan.format === 'plan-md' && agent !== undefined ? printableLine(agent) : task;
}

/** The attempt whose agent has an inbox now: QA looks at work without a word from those who made it. */
export function readerAt({ state, attempts }: TaskRecord): AttemptRecord | null {
  if (state.is !== 'running' && state.is !== 'conflicted') return null;
  const attempt = attempts.find(({ number }) => number === state.attempt);
  return attempt === undefined || attempt.startedAt === undefined ? null : attempt;
}

/** When it has to be escalated, and because of whom; null while nobody who could read it keeps silent. */
export function silence(
  { tasks }: Pick<RunState, 'tasks'>,
  record: MailRecord,
): { readonly since: number; readonly tasks: readonly TaskId[] } | null {
  const silent = record.to.flatMap((task) => {
    const since = record.heard.has(task) ? null : deliveredAt(tasks.get(task), record.at);
    return since === null ? [] : [{ task, since }];
  });
  if (silent.length === 0) return null;
  return { since: Math.min(...silent.map(({ since }) => since)), tasks: silent.map(({ task }) => task) };
}

function deliveredAt(record: TaskRecord | undefined, sentAt: number): number | null {
  const reader = record?.attempts.find(
    ({ role, startedAt, endedAt }) =>
      !onlyLooks(role) && startedAt !== undefined && (endedAt ?? Number.POSITIVE_INFINITY) > sentAt,
  );
  return reader?.startedAt === undefined ? null : Math.max(sentAt, reader.startedAt);
}

export function escalatedFrom({ since }: { readonly since: number }): number {
  return since + ESCALATED_AFTER_MS;
}
