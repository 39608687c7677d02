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
  const last = lastOfRole(record, next);
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

/** The newest attempt of the same role before this one. */
export function lastOfRole(
  { attempts }: TaskRecord,
  { attempt, role }: Pick<NextAttempt, 'attempt' | 'role'>,
): AttemptRecord | undefined {
  return attempts.findLast((each) => each.role === role && each.number < attempt);
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
