/**
 * Which of its agent's own sessions an attempt goes on in. In a session the agent knows its task and what it has done,
 * and is told only what has happened since. Another role, another kind of agent or other ground begins a fresh one.
 */

import type { Commit, Role, Usage } from './attempt.ts';
import type { AttemptRecord, TaskRecord } from './task-state.ts';
import { addUsage } from './usage.ts';

/** Of an attempt that is about to start. */
export interface NextAttempt {
  readonly attempt: number;
  readonly role: Role;
  readonly base: Commit;
  readonly startFrom: Commit;
  /** Name of the driver. */
  readonly driver: string;
}

/** Share of its context above which an agent is better off with a short account than with all that was said. */
export const FULLEST = 0.8;
/** A task that fills one conversation after the other is left to what its agent does about that itself. */
const MOST_HANDOVERS = 3;

/** What just comes up to it is not. Who tells nothing of its context, or has no bound, never is. */
export function isTooFull(context: number | undefined, fullest: number | undefined): boolean {
  return (context ?? 0) > (fullest ?? Number.POSITIVE_INFINITY);
}

/** Undefined where it begins a fresh one. */
export function sessionFor(record: TaskRecord, next: NextAttempt): string | undefined {
  const last = lastThatSpoke(record, next);
  const session = last?.outcome?.session;
  if (last === undefined || session === undefined || last.agent.driver !== next.driver) return undefined;
  return isUsable(record, last) && isSameGround(record, last, next) ? session : undefined;
}

/** The next conversation about it may be ended when it is full. */
export function mayHandOver({ attempts }: TaskRecord): boolean {
  return attempts.filter(wasHandedOver).length < MOST_HANDOVERS;
}

function wasHandedOver({ outcome }: AttemptRecord): boolean {
  return outcome?.is === 'stopped' && outcome.why === 'context';
}

/** The newest attempt of the same role before this one, leaving out those that ended before they had begun. */
function lastThatSpoke(
  { attempts }: TaskRecord,
  { attempt, role, driver }: NextAttempt,
): AttemptRecord | undefined {
  return attempts.findLast(
    (each) => each.role === role && each.number < attempt && !isForNothing(each, driver),
  );
}

/** It never was an agent's, or was taken from it before that said a word: the session of the one before is as it was. */
function isForNothing({ startedAt, agent, outcome }: AttemptRecord, driver: string): boolean {
  if (outcome === undefined || outcome.session !== undefined) return false;
  if (startedAt === undefined) return true;
  return agent.driver === driver && (outcome.is === 'stopped' || outcome.is === 'lost');
}

/** The newest attempt in that session before this one. */
export function lastInSession(
  { attempts }: TaskRecord,
  session: string,
  before: number,
): AttemptRecord | undefined {
  return attempts.findLast(({ number, outcome }) => number < before && outcome?.session === session);
}

/**
 * What earlier attempts were told since work was handed in for the last time, oldest first, as far as it is neither known
 * in the session nor part of the feedback: a try that was cut off has not seen to it.
 */
export function stillToHeed(
  { attempts }: TaskRecord,
  { attempt, role, feedback, session }: Heeding,
): readonly string[] {
  const before = attempts.filter((each) => each.role === role && each.number < attempt);
  const since = before.slice(before.findLastIndex(({ outcome }) => outcome?.is === 'done') + 1);
  const told = since
    .filter(({ outcome }) => session === undefined || outcome?.session !== session)
    .flatMap((each) => each.told ?? []);
  return [...new Set(told)].filter((text) => !feedback.includes(text));
}

interface Heeding extends Pick<NextAttempt, 'attempt' | 'role'> {
  readonly feedback: string;
  readonly session?: string;
}

/** What attempts before this one have used in the session, as far as they told. */
export function usedInSession({ attempts }: TaskRecord, session: string, before: number): Usage {
  return attempts
    .filter(({ number, outcome }) => number < before && outcome?.session === session)
    .reduce<Usage>((sum, { outcome }) => addUsage(sum, outcome?.usage ?? {}), {});
}

function isUsable({ attempts }: TaskRecord, { role, outcome }: AttemptRecord): boolean {
  if (outcome === undefined || isTooFull(outcome.context, FULLEST)) return false;
  if (outcome.is !== 'failed' || outcome.failure.reason !== 'agent-error') return true;
  if (outcome.failure.kind === 'session' || outcome.failure.kind === 'context') return false;
  // A session may itself be what its service cannot go on with.
  const twice = attempts
    .filter((each) => each.role === role && each.outcome?.session === outcome.session)
    .slice(-2)
    .filter((each) => each.outcome?.is === 'failed' && each.outcome.failure.reason === 'agent-error');
  return twice.length < 2;
}

function isSameGround(record: TaskRecord, last: AttemptRecord, next: NextAttempt): boolean {
  switch (next.role) {
    case 'executor':
      // After a conflict it begins on top of what it conflicted with.
      return !record.setbacks.some(
        ({ attempt, failure }) => failure.reason === 'conflict' && attempt >= last.number,
      );
    case 'qa':
      // Whoever looks at other work looks at it with fresh eyes.
      return last.startFrom === next.startFrom && last.outcome?.is !== 'reviewed';
    case 'adviser':
      // Each question is one of its own, and soon answered.
      return false;
    default:
      return last.base === next.base;
  }
}
