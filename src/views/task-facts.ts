/** What the views say of one task, worked out once from its record. Nothing here is guessed: unknown is null. */

import { usualAgent } from '../core/agent-choice.ts';
import type { Review, Usage, Work } from '../core/attempt.ts';
import { describeFailure } from '../core/failure.ts';
import type { PrintedBy } from '../core/log-line.ts';
import type { TaskId } from '../core/plan.ts';
import { unreachable } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import { usedInSession } from '../core/sessions.ts';
import type { AgentSettings } from '../core/settings.ts';
import {
  type AttemptRecord,
  isSettled,
  lastAttempt,
  lastWorker,
  type TaskRecord,
  type TaskState,
} from '../core/task-state.ts';
import { modelOf, modelOfAttempt } from './agent-words.ts';

/** Null for a count that the agent did not tell. */
export interface TokenCounts {
  readonly input: number | null;
  readonly output: number | null;
  readonly cached: number | null;
}

/** Null when none of the three is known. */
export function tokensOf(usage: Usage): TokenCounts | null {
  const { inputTokens = null, outputTokens = null, cachedTokens = null } = usage;
  if (inputTokens === null && outputTokens === null && cachedTokens === null) return null;
  return { input: inputTokens, output: outputTokens, cached: cachedTokens };
}

/** The agent that the plan names; without one, the driver that runs it. */
export function agentOf(state: RunState, record: TaskRecord): string {
  return state.index.task.get(record.id)?.agent ?? state.settings.agent.driver;
}

/** Who does the task: of its newest attempt at it, else who is to begin. */
export function performerOf({ settings, index }: RunState, record: TaskRecord): AgentSettings {
  return lastWorker(record)?.agent ?? usualAgent(settings, index.task.get(record.id), 'executor');
}

/** Of whoever does it; null where nobody tells. */
export function modelOfTask(state: RunState, record: TaskRecord): string | null {
  const worker = lastWorker(record);
  return worker === undefined ? modelOf(performerOf(state, record)) : modelOfAttempt(worker);
}

/** Who prints the attempt's log; the run's own agent for one that is not known. */
export function printedBy({ settings, tasks }: RunState, task: TaskId, attempt: number): PrintedBy {
  const record = tasks.get(task);
  const found = record?.attempts.find(({ number }) => number === attempt);
  const { prices } = settings;
  const own = prices === undefined ? {} : { prices };
  if (record === undefined || found === undefined) return { agent: settings.agent, ...own };
  const { agent, session } = found;
  const counted = session === undefined ? {} : { counted: usedInSession(record, session, attempt) };
  return { agent, ...own, ...counted, used: () => found.outcome?.usage };
}

/** Why it stands where it stands, for a state that needs a reason; null for the others. */
export function errorOf(state: TaskState): string | null {
  switch (state.is) {
    case 'failed':
    case 'setback':
    case 'qa-blocked':
    case 'needs-user':
      return describeFailure(state.failure);
    case 'blocked':
      return `it waits for ${state.because}, which did not succeed`;
    case 'conflicted':
      return describeFailure({ reason: 'conflict', paths: state.conflict.paths });
    case 'waiting':
    case 'ready':
    case 'running':
    case 'waiting-for-quota':
    case 'asking':
    case 'checking':
    case 'reviewing':
    case 'accepted':
    case 'merging':
    case 'merged':
    case 'skipped':
    case 'done-before':
    case 'cancelled':
      return null;
    default:
      return unreachable(state);
  }
}

/** The attempt whose agent runs now. */
export function openAttempt(record: TaskRecord): AttemptRecord | undefined {
  const last = lastAttempt(record);
  return last !== undefined && last.endedAt === undefined ? last : undefined;
}

/** Whom a line about the task is about: who is at it, else who did it. A look of QA that is over is neither. */
export function shownAttempt(record: TaskRecord): AttemptRecord | undefined {
  return openAttempt(record) ?? lastWorker(record);
}

/** Attempts at the task itself, without those of QA and of resolvers. */
export function triesOf(record: TaskRecord): readonly AttemptRecord[] {
  return record.attempts.filter(({ role }) => role === 'executor');
}

/** What QA said last of the task's work; null before it said anything. */
export function lastReview(record: TaskRecord): (Review & { readonly at: number }) | null {
  for (const { outcome, endedAt: at } of record.attempts.toReversed())
    if (outcome?.is === 'reviewed' && at !== undefined) return { ...outcome.review, at };
  return null;
}

/** Milliseconds from the agent's start to its end; undefined while one of them is not known. */
export function attemptMs(attempt: AttemptRecord): number | undefined {
  if (attempt.startedAt === undefined || attempt.endedAt === undefined) return undefined;
  return attempt.endedAt - attempt.startedAt;
}

/** Milliseconds over all its attempts that have ended; null when there is none. */
export function workedMs(record: TaskRecord): number | null {
  const times = record.attempts.map(attemptMs).filter((ms) => ms !== undefined);
  return times.length === 0 ? null : times.reduce((sum, ms) => sum + ms, 0);
}

/** When its first agent was asked for. */
export function beganAt(record: TaskRecord): number | null {
  return record.attempts[0]?.requestedAt ?? null;
}

/** When its last agent ended, for a task that is settled. Its merge comes a little later. */
export function endedAt(record: TaskRecord): number | null {
  return isSettled(record.state) ? (lastAttempt(record)?.endedAt ?? null) : null;
}

/** What the newest attempt at the task itself that left any work has left, measured against its base. */
export function workOf(record: TaskRecord): Work | null {
  return triesOf(record).findLast(({ outcome }) => outcome?.work !== undefined)?.outcome?.work ?? null;
}

/** The merge on the integration branch, or else the tip that its branch was left at. */
export function commitOf(record: TaskRecord): string | null {
  return record.state.is === 'merged' ? record.state.commit : (workOf(record)?.tip ?? null);
}
