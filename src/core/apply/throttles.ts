/** What attempts tell of the services behind them. */

import { credentialOf, credentialsFor, hasOther } from '../agent-choice.ts';
import type { AttemptOutcome } from '../attempt.ts';
import type { Draft } from '../run-state.ts';
import { runningWith } from '../running-with.ts';
import type { AttemptRecord, TaskRecord } from '../task-state.ts';
import { answered, carried, type Refusal, refused } from '../throttle.ts';

export function hearAnswer(draft: Draft, { agent, requestedAt }: AttemptRecord): void {
  const key = credentialOf(agent);
  const throttle = draft.throttles.get(key);
  if (throttle !== undefined) draft.throttles.set(key, answered(throttle, requestedAt));
}

export interface HeardEnd {
  readonly record: TaskRecord;
  readonly attempt: AttemptRecord;
  readonly outcome: AttemptOutcome;
  readonly at: number;
}

/** Before the attempt counts as ended. */
export function hearEnd(draft: Draft, { record, attempt, outcome, at }: HeardEnd): void {
  const key = credentialOf(attempt.agent);
  const before = draft.throttles.get(key);
  if (outcome.is === 'quota') {
    const until = outcome.untold === true ? null : outcome.until;
    const running = runningWith(draft, key).length;
    draft.throttles.set(key, refused(before, refusalOf(draft, attempt, { at, until, running })));
  } else if (isRefusedCredential(outcome) && hasOther(draft, record, attempt)) {
    const running = runningWith(draft, key).length;
    const throttle = refused(before, refusalOf(draft, attempt, { at, until: at, running }));
    draft.throttles.set(key, { ...throttle, isRefused: true });
  } else if (before !== undefined && (outcome.is === 'done' || outcome.is === 'reviewed')) {
    const after = carried(before, attempt.requestedAt, draft.control.maxParallel);
    if (after === undefined) draft.throttles.delete(key);
    else draft.throttles.set(key, after);
  }
}

/** The user may have reason to think that the service takes work again. */
export function askAgain(draft: Draft, record: TaskRecord, at: number): void {
  for (const key of credentialsFor(draft, record, 'executor')) {
    const throttle = draft.throttles.get(key);
    if (throttle !== undefined) draft.throttles.set(key, { ...throttle, until: at, isRefused: false });
  }
}

/** Whoever opens the run again may have logged in meanwhile. */
export function forgetRefusals(draft: Draft): void {
  for (const [key, throttle] of draft.throttles) if (throttle.isRefused) draft.throttles.delete(key);
}

export function isRefusedCredential(outcome: AttemptOutcome): boolean {
  return (
    outcome.is === 'failed' &&
    outcome.failure.reason === 'agent-error' &&
    outcome.failure.kind === 'credentials'
  );
}

function refusalOf(
  { settings }: Draft,
  { requestedAt }: AttemptRecord,
  rest: Omit<Refusal, 'since' | 'shortest'>,
): Refusal {
  return { ...rest, since: requestedAt, shortest: settings.backoff.firstMs };
}
