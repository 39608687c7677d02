/** What attempts tell of the services behind them. */

import { limitKeysFor, roleFor } from '../agent-choice.ts';
import { type AttemptOutcome, isRefusedCredential, type LimitedPart } from '../attempt.ts';
import { isWhole } from '../budget.ts';
import {
  accountOf,
  credentialOf,
  type Limit,
  modelKey,
  runningUnder,
  throttlesOf,
  type User,
} from '../limits.ts';
import type { TaskId } from '../plan.ts';
import type { Draft } from '../run-state.ts';
import type { AttemptRecord, TaskRecord } from '../task-state.ts';
import { answered, carried, refused, refusedCredentials } from '../throttle.ts';

export function hearAnswer(draft: Draft, task: TaskId, { agent, requestedAt }: AttemptRecord): void {
  for (const [key, throttle] of throttlesOf(draft, { task, agent }))
    draft.throttles.set(key, answered(throttle, requestedAt));
}

export interface HeardEnd {
  readonly record: TaskRecord;
  readonly attempt: AttemptRecord;
  readonly outcome: AttemptOutcome;
  readonly at: number;
}

/** Before the attempt counts as ended. */
export function hearEnd(draft: Draft, { record, attempt, outcome, at }: HeardEnd): void {
  const user: User = { task: record.id, agent: attempt.agent };
  if (outcome.is === 'quota' || isRefusedCredential(outcome))
    return hearRefusal(draft, user, { outcome, at, since: attempt.requestedAt });
  if (!isWhole(outcome)) return;
  for (const [key, before] of throttlesOf(draft, user)) {
    const after = carried(before, attempt.requestedAt, draft.control.maxParallel);
    if (after === undefined) draft.throttles.delete(key);
    else draft.throttles.set(key, after);
  }
}

interface HeardRefusal {
  readonly outcome: AttemptOutcome;
  readonly at: number;
  readonly since: number;
}

function hearRefusal(draft: Draft, user: User, { outcome, at, since }: HeardRefusal): void {
  const limit = limitOf(draft, user, outcome);
  const before = draft.throttles.get(limit.key);
  const running = runningUnder(draft, limit).length;
  const refusal = { at, since, running, shortest: draft.settings.backoff.firstMs, isWhole: limit.isWhole };
  const until = outcome.is === 'quota' && outcome.untold !== true ? outcome.until : null;
  const after =
    outcome.is === 'quota' ? refused(before, { ...refusal, until }) : refusedCredentials(before, refusal);
  draft.throttles.set(limit.key, after);
}

/** Whose limit it is, as far as the service tells. */
function limitOf(draft: Draft, user: User, outcome: AttemptOutcome): Limit {
  const of = isRefusedCredential(outcome) ? (outcome.failure.of ?? 'credential') : toldOf(outcome);
  if (of === 'credential') return { key: accountOf(user.agent), isWhole: true };
  const key = of === 'model' ? modelKey(draft, user) : credentialOf(user.agent);
  return { key, isWhole: false };
}

function toldOf(outcome: AttemptOutcome): LimitedPart | undefined {
  return outcome.is === 'quota' ? outcome.of : undefined;
}

/** The user may have reason to think that the service takes work again. */
export function askAgain(draft: Draft, record: TaskRecord, at: number): void {
  for (const key of limitKeysFor(draft, record, roleFor(record))) {
    const throttle = draft.throttles.get(key);
    if (throttle === undefined) continue;
    const credentials = throttle.credentials === 'refused' ? 'doubted' : throttle.credentials;
    draft.throttles.set(key, {
      ...throttle,
      until: at,
      credentials,
      doubtedAt: credentials === 'taken' ? 0 : at,
    });
  }
}

/** Whoever opens the run again may have logged in meanwhile. */
export function forgetRefusals(draft: Draft): void {
  for (const [key, { credentials }] of draft.throttles)
    if (credentials !== 'taken') draft.throttles.delete(key);
}
