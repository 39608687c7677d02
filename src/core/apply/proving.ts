/** The way of work from the agent's word that it is done to what proves it. */

import type { Commit } from '../attempt.ts';
import { checksKey, intentKey } from '../intent-key.ts';
import { boundariesOnlyWarn, verdictOf } from '../proof.ts';
import { unreachable } from '../result.ts';
import { type Draft, taskRecord } from '../run-state.ts';
import {
  type CheckedProof,
  lastAttempt,
  type TaskRecord,
  type TaskState,
  toBeReviewed,
} from '../task-state.ts';
import { type Logged, setState } from './parts.ts';
import { failedChecks, reject } from './rejection.ts';

type CheckLevel = Logged<'checks.starting' | 'checks.progress' | 'checks.ended'>;

export function applyProving(draft: Draft, event: CheckLevel): void {
  switch (event.type) {
    case 'checks.starting':
      draft.open.set(intentKey(event), event);
      return;
    case 'checks.progress': {
      const { state } = taskRecord(draft, event.task);
      if (state.is === 'checking' && state.attempt === event.attempt)
        setState(draft, event.task, { ...state, step: event.step });
      return;
    }
    case 'checks.ended':
      return applyEnded(draft, event);
    default:
      return unreachable(event);
  }
}

/** What comes after the agent's own word. */
export function toBeProven(
  { settings }: Pick<Draft, 'settings'>,
  record: TaskRecord,
  { tip, at }: { readonly tip: Commit; readonly at: number },
): TaskState {
  if (!settings.checks.enabled && settings.qa !== null) return toBeReviewed(tip, at);
  return toBeChecked({ settings }, record, tip);
}

/** Without a look of QA: in work that resolves a conflict nothing is new, unless it is to be reviewed. */
export function resolvedToBeProven(
  draft: Pick<Draft, 'settings'>,
  record: TaskRecord,
  work: { readonly tip: Commit; readonly at: number },
): TaskState {
  return draft.settings.resolver?.review === true
    ? toBeProven(draft, record, work)
    : toBeChecked(draft, record, work.tip);
}

function toBeChecked({ settings }: Pick<Draft, 'settings'>, record: TaskRecord, tip: Commit): TaskState {
  const attempt = lastAttempt(record)?.number ?? 0;
  return { is: 'checking', tip, attempt, passed: !settings.checks.enabled };
}

function applyEnded(draft: Draft, event: Logged<'checks.ended'>): void {
  draft.open.delete(checksKey(event));
  const record = taskRecord(draft, event.task);
  const { state } = record;
  // It was cancelled meanwhile.
  if (state.is !== 'checking' || state.attempt !== event.attempt) return;
  const { tip, attempt } = state;
  const { settings } = draft;
  const isLastTry = record.failures >= settings.retries;
  const found =
    isLastTry && settings.checks.boundaries === 'warn' ? boundariesOnlyWarn(event.proof) : event.proof;
  const proof: CheckedProof = { ...found, attempt, tip, verdict: verdictOf(found) };
  if (proof.verdict === 'failed')
    return reject(draft, event.task, { reason: 'checks', checks: failedChecks(proof.checks) }, { proof });
  const isReviewed = settings.qa !== null && (record.resolved !== tip || settings.resolver?.review === true);
  const next: TaskState = isReviewed ? toBeReviewed(tip, event.at) : { ...state, passed: true };
  setState(draft, event.task, next, { proof });
}
