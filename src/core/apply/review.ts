/** How QA's look at a task ended: with a verdict, or without one and to be tried again. */

import type { AttemptOutcome, Review } from '../attempt.ts';
import { backoffMs } from '../backoff.ts';
import { type Failure, isForGood } from '../failure.ts';
import { unreachable } from '../result.ts';
import type { Draft } from '../run-state.ts';
import { type TaskRecord, toBeReviewed } from '../task-state.ts';
import { setState } from './parts.ts';
import { reject } from './rejection.ts';

export interface Settling {
  /** From before the attempt's end. */
  readonly record: TaskRecord;
  readonly outcome: AttemptOutcome;
  readonly at: number;
  readonly change: Partial<TaskRecord>;
}

/** A task that is lost with its machine more often than this has failed. */
export const MOST_LOSSES = 10;

export function endReview(draft: Draft, settling: Settling): void {
  const { record, outcome, at, change } = settling;
  if (record.state.is !== 'reviewing') return;
  const { tip, approvals } = record.state;
  switch (outcome.is) {
    case 'reviewed':
      return applyVerdict(draft, outcome.review, settling);
    case 'failed':
      return withoutVerdict(draft, outcome.failure, settling);
    case 'done':
      return withoutVerdict(draft, { reason: 'no-verdict', tail: outcome.summary ?? '' }, settling);
    case 'asking':
      return withoutVerdict(draft, { reason: 'no-verdict', tail: outcome.question }, settling);
    case 'stopped':
    case 'advised':
      return setState(draft, record.id, toBeReviewed(tip, at, approvals), change);
    case 'lost': {
      const losses = record.losses + 1;
      if (losses > MOST_LOSSES) return withoutVerdict(draft, { reason: 'lost', times: losses }, settling);
      return setState(draft, record.id, toBeReviewed(tip, at, approvals), { ...change, losses });
    }
    case 'quota':
      // The wait is its credential's, for another agent may be there.
      return setState(draft, record.id, toBeReviewed(tip, at, approvals), change);
    default:
      return unreachable(outcome);
  }
}

function applyVerdict(draft: Draft, { verdict, report }: Review, settling: Settling): void {
  const { record, at } = settling;
  if (record.state.is !== 'reviewing') return;
  const change = { ...settling.change, blockedReviews: 0 };
  switch (verdict) {
    case 'approved': {
      const { tip, approvals } = record.state;
      return setState(draft, record.id, toBeReviewed(tip, at, approvals + 1), change);
    }
    case 'rejected': {
      // Counted apart: it is no failure, nor like one.
      const { failures, likeFailures, lastSignature } = record;
      const rejections = record.rejections + 1;
      const counted = { ...change, rejections, failures, likeFailures, lastSignature };
      return reject(draft, record.id, { reason: 'qa-rejected', report }, counted);
    }
    case 'blocked':
      return withoutVerdict(draft, { reason: 'qa-blocked', report }, settling);
    default:
      return unreachable(verdict);
  }
}

/** The work is not to blame, so it waits as it is. */
function withoutVerdict(draft: Draft, failure: Failure, { record, at, change }: Settling): void {
  if (record.state.is !== 'reviewing') return;
  const { tip, approvals } = record.state;
  const blockedReviews = record.blockedReviews + 1;
  if (isForGood(failure) || blockedReviews >= (draft.settings.qa?.tries ?? 1))
    return setState(
      draft,
      record.id,
      { is: 'qa-blocked', tip, approvals, failure },
      { ...change, blockedReviews },
    );
  const notBefore = at + backoffMs(draft.settings.backoff, blockedReviews);
  setState(draft, record.id, toBeReviewed(tip, notBefore, approvals), { ...change, blockedReviews });
}

/** Whoever asks for it may have mended what was in QA's way. */
export function reviewAnew(draft: Draft, record: TaskRecord, at: number): void {
  if (record.state.is !== 'qa-blocked') return;
  setState(draft, record.id, toBeReviewed(record.state.tip, at, record.state.approvals), {
    blockedReviews: 0,
    losses: 0,
  });
}
