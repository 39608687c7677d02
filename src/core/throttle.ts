/**
 * How many agents may use one credential at once. Halved when its service refuses work, and one more with each attempt
 * that it carried to an end: additive increase, multiplicative decrease. While it is to be waited for nobody starts, and
 * then one agent is tried before the rest.
 */

export interface Throttle {
  /** Nobody starts before; milliseconds since the epoch. */
  readonly until: number;
  /** Agents at once. */
  readonly limit: number;
  /** When it was last refused. What was started before says nothing of how things are now. */
  readonly refusedAt: number;
  /** When it was refused for the first time in this row. */
  readonly waitingSince: number;
  /** In a row. */
  readonly refusals: number;
  /** Until the one that is tried gets an answer. */
  readonly isProbing: boolean;
  /** The limit is that of all that share the credential, whatever their models. */
  readonly isWhole: boolean;
  readonly credentials: Credentials;
  /** When they were refused for the first time in this row; 0 while they are taken. */
  readonly doubtedAt: number;
}

/**
 * Whether the service takes them. One refusal may be a moment's (a token that is renewed), and is `doubted`: one agent is
 * tried. When that one is refused as well it is certain, and nobody else starts.
 */
type Credentials = 'taken' | 'doubted' | 'refused';

export interface Refusal {
  readonly at: number;
  /** As its service says, milliseconds since the epoch; null when it names no time. */
  readonly until: number | null;
  /** When the attempt that was refused was asked for. */
  readonly since: number;
  /** Agents with this credential, the refused one among them. */
  readonly running: number;
  /** At least, and more with each refusal in a row; milliseconds. A time that is past already must not become a loop. */
  readonly shortest: number;
  readonly isWhole: boolean;
}

/** Where no time is named: the first wait, doubled with each refusal in a row, up to the longest. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 15 * 60_000;

export function refused(
  before: Throttle | undefined,
  { at, until, since, running, shortest, isWhole }: Refusal,
): Throttle {
  // Agents that were all started before the service refused are one refusal, until it answers again.
  const isNew = before === undefined || !before.isProbing || since >= before.refusedAt;
  const refusals = (before?.refusals ?? 0) + (isNew ? 1 : 0);
  const wait = (first: number): number => Math.min(LONGEST_WAIT_MS, first * 2 ** Math.min(refusals - 1, 20));
  const limit = Math.min(before?.limit ?? Number.POSITIVE_INFINITY, running);
  const credentials = before?.credentials ?? 'taken';
  return {
    until: Math.max(before?.until ?? 0, until ?? at + wait(FIRST_WAIT_MS), at + wait(shortest)),
    limit: isNew ? Math.max(1, Math.floor(limit / 2)) : before.limit,
    refusedAt: isNew ? at : before.refusedAt,
    waitingSince: before === undefined || before.refusals === 0 ? at : before.waitingSince,
    refusals,
    isProbing: true,
    isWhole: isWhole || credentials !== 'taken' || (before?.isWhole === true && !isNew),
    credentials,
    doubtedAt: before?.doubtedAt ?? 0,
  };
}

/** The credentials themselves were refused. No answer takes that back: only an attempt that comes to its end with them. */
export function refusedCredentials(
  before: Throttle | undefined,
  refusal: Omit<Refusal, 'until' | 'isWhole'>,
): Throttle {
  const after = refused(before, { ...refusal, until: refusal.at, isWhole: true });
  if (before === undefined || before.credentials === 'taken')
    return { ...after, credentials: 'doubted', doubtedAt: refusal.at };
  // Who was started before the doubt is part of it.
  return refusal.since >= before.doubtedAt ? { ...after, credentials: 'refused' } : after;
}

/** The service has answered an attempt that was asked for at `since`. */
export function answered(throttle: Throttle, since: number): Throttle {
  if (since < throttle.refusedAt) return throttle;
  return { ...throttle, isProbing: false, refusals: 0 };
}

/** An attempt came to an end that only a service which answers leads to. Undefined: nothing is left to be minded. */
export function carried(before: Throttle, since: number, most: number): Throttle | undefined {
  const throttle: Throttle =
    before.credentials !== 'taken' && since >= before.doubtedAt
      ? { ...before, credentials: 'taken', doubtedAt: 0 }
      : before;
  if (since < throttle.refusedAt) return throttle;
  const limit = throttle.limit + 1;
  return limit >= most ? undefined : { ...answered(throttle, since), limit };
}

/** Agents that may be started now, with these (by when they were asked for) at work. */
export function roomOf(throttle: Throttle, running: readonly number[], now: number): number {
  if (now < throttle.until || throttle.credentials === 'refused') return 0;
  const room = throttle.limit - running.length;
  const probes = running.filter((since) => since >= throttle.refusedAt).length;
  return Math.max(0, throttle.isProbing ? Math.min(room, 1 - probes) : room);
}
