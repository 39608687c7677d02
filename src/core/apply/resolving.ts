/** How a conflict comes to its end: by a resolver, by the user, or by another try at the task. */

import { backoffMs } from '../backoff.ts';
import type { Conflict } from '../conflict.ts';
import { type Conflicted, toBeResolved } from '../conflicted.ts';
import type { Failure } from '../failure.ts';
import { feedbackOf } from '../feedback.ts';
import { intentKey, resolutionKey, takeoverKey } from '../intent-key.ts';
import { unreachable } from '../result.ts';
import { type Draft, taskRecord } from '../run-state.ts';
import type { ResumePoint, TaskRecord } from '../task-state.ts';
import { ask } from './asking.ts';
import { mergeAnew } from './integration.ts';
import { type Logged, nextTry, setReadyOrWaiting, setState, triesAnew, withSetback } from './parts.ts';
import { resolvedToBeProven } from './proving.ts';
import { MOST_LOSSES, type Settling } from './review.ts';

type ResolvingLevel = Logged<
  'resolution.starting' | 'resolution.ended' | 'takeover.starting' | 'takeover.ended'
>;

export function applyResolving(draft: Draft, event: ResolvingLevel): void {
  switch (event.type) {
    case 'resolution.starting':
    case 'takeover.starting':
      draft.open.set(intentKey(event), event);
      return;
    case 'resolution.ended':
      return applyResolution(draft, event);
    case 'takeover.ended':
      return applyTakeover(draft, event);
    default:
      return unreachable(event);
  }
}

/** A resolver's attempt has ended. */
export function endResolving(draft: Draft, settling: Settling): void {
  const { record, outcome, at, change } = settling;
  const { state } = record;
  if (state.is !== 'conflicted' || state.attempt === null) return;
  // What it has left is where the next one goes on.
  const startFrom = outcome.work?.tip ?? state.startFrom;
  const free: Conflicted = { ...state, attempt: null, stopping: null, startFrom };
  switch (outcome.is) {
    case 'done': {
      const handedIn = { attempt: state.attempt, tip: outcome.work.tip };
      return setState(draft, record.id, { ...free, handedIn }, change);
    }
    case 'failed':
      return tryFailed(draft, { ...settling, state: free }, outcome.failure);
    case 'stopped':
    case 'reviewed':
    case 'advised':
    // The wait is its credential's, for another agent may be there.
    case 'quota':
      return setState(draft, record.id, { ...free, notBefore: at }, change);
    case 'lost': {
      const losses = record.losses + 1;
      if (losses > MOST_LOSSES)
        return tryFailed(draft, { ...settling, state: free }, { reason: 'lost', times: losses });
      return setState(draft, record.id, { ...free, notBefore: at }, { ...change, losses });
    }
    case 'asking':
      return ask(draft, { record, outcome, at, change }, free);
    default:
      return unreachable(outcome);
  }
}

interface FailedTry extends Pick<Settling, 'record' | 'at' | 'change'> {
  /** As it is without the resolver. */
  readonly state: Conflicted;
}

/** Counted apart from failures of the task: its own work has passed. */
function tryFailed(draft: Draft, { record, at, change, state }: FailedTry, failure: Failure): void {
  const { resolver, backoff } = draft.settings;
  const tries = state.tries + 1;
  const setbacks = withSetback(draft, record, failure);
  if (tries >= (resolver?.tries ?? 1)) {
    const { conflict } = state;
    const next = { is: 'needs-user', conflict, failure, asked: null } as const;
    return setState(draft, record.id, next, { ...change, setbacks });
  }
  const pause = failure.reason === 'unresolved' ? 0 : backoffMs(backoff, tries);
  const feedback = feedbackOf(failure);
  const next = { ...state, handedIn: null, tries, feedback, notBefore: at + pause };
  setState(draft, record.id, next, { ...change, setbacks });
}

function applyResolution(draft: Draft, event: Logged<'resolution.ended'>): void {
  draft.open.delete(resolutionKey(event));
  const record = taskRecord(draft, event.task);
  const { state } = record;
  // It was cancelled or skipped meanwhile.
  if (state.is !== 'conflicted' || state.handedIn?.attempt !== event.attempt) return;
  const { onto } = state.conflict;
  if (draft.integration.dropped.has(onto)) return mergeAnew(draft, event.task);
  const { found, at } = event;
  if (found.is === 'resolved') return takeResolved(draft, record, { tip: found.commit, base: onto, at });
  const failure: Failure = { reason: 'unresolved', findings: found.findings };
  tryFailed(draft, { record, at, change: {}, state: { ...state, handedIn: null } }, failure);
}

/** From here on it is the task's work. */
function takeResolved(
  draft: Draft,
  record: TaskRecord,
  { tip, base, at }: ResumePoint & { readonly at: number },
): void {
  const next = resolvedToBeProven(draft, record, { tip, at });
  const change = { resumeFrom: { tip, base }, rejected: null, resolved: tip, conflict: null };
  setState(draft, record.id, next, change);
}

/** Without a conflict that can be looked at, the task has failed. */
export function needUser(draft: Draft, id: TaskRecord['id'], failure: Failure): void {
  const { conflict } = taskRecord(draft, id);
  if (conflict === null) return setState(draft, id, { is: 'failed', failure });
  setState(draft, id, { is: 'needs-user', conflict, failure, asked: null });
}

/** The user may have resolved it. */
export function lookAnew(draft: Draft, { id, state }: TaskRecord, asked: 'look' | 'retry'): void {
  if (state.is !== 'needs-user') return;
  setState(draft, id, { ...state, asked: state.asked === 'retry' ? 'retry' : asked });
}

function applyTakeover(draft: Draft, { task, found, at }: Logged<'takeover.ended'>): void {
  draft.open.delete(takeoverKey(task));
  const record = taskRecord(draft, task);
  const { state } = record;
  if (state.is !== 'needs-user') return;
  switch (found.is) {
    case 'taken':
      return takeResolved(draft, record, { tip: found.tip, base: found.base, at });
    case 'refused': {
      const failure: Failure = { reason: 'unresolved', findings: found.findings };
      return setState(draft, task, { ...state, failure, asked: null });
    }
    case 'unchanged':
      return state.asked === 'retry'
        ? tryAnew(draft, record, { conflict: state.conflict, at })
        : setState(draft, task, { ...state, asked: null });
    default:
      return unreachable(found);
  }
}

/** Without the user, who has asked for it. */
function tryAnew(
  draft: Draft,
  record: TaskRecord,
  { conflict, at }: { readonly conflict: Conflict; readonly at: number },
): void {
  if (draft.settings.resolver?.agent != null)
    return setState(draft, record.id, toBeResolved(conflict, at), { losses: 0 });
  const next = nextTry(record, { reason: 'conflict', paths: conflict.paths });
  setReadyOrWaiting(draft, record.id, at, { ...next, ...triesAnew(record) });
}
