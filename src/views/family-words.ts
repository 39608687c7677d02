/** What the families of plans call the state of a task in the files that they keep. */

import type { RunState } from '../core/run-state.ts';
import { lastAttempt, type TaskRecord } from '../core/task-state.ts';
import { type ShownState, shownState } from './task-words.ts';

/** In `.claude/auto-progress.yaml`. */
export type AutoStatus =
  | 'pending'
  | 'in_progress'
  | 'done'
  | 'failed'
  | 'qa_approved'
  | 'qa_rejected'
  | 'pending_retry'
  | 'pending_fix';

/** In the name of a queue's item. */
export type QueueStatus = 'pending' | 'in_progress' | 'completed' | 'blocked';

interface FamilyWords {
  readonly auto: AutoStatus;
  /** Null: the item stays what it is. */
  readonly queue: QueueStatus | null;
}

const WORDS: Readonly<Record<ShownState, FamilyWords>> = {
  waiting: { auto: 'pending', queue: 'pending' },
  ready: { auto: 'pending', queue: 'pending' },
  running: { auto: 'in_progress', queue: 'in_progress' },
  'waiting-for-quota': { auto: 'in_progress', queue: 'in_progress' },
  asking: { auto: 'in_progress', queue: 'in_progress' },
  checking: { auto: 'in_progress', queue: 'in_progress' },
  reviewing: { auto: 'in_progress', queue: 'in_progress' },
  'qa-blocked': { auto: 'in_progress', queue: 'in_progress' },
  setback: { auto: 'pending_retry', queue: 'in_progress' },
  accepted: { auto: 'in_progress', queue: 'in_progress' },
  merging: { auto: 'in_progress', queue: 'in_progress' },
  conflicted: { auto: 'in_progress', queue: 'in_progress' },
  'needs-user': { auto: 'in_progress', queue: 'in_progress' },
  merged: { auto: 'done', queue: 'completed' },
  failed: { auto: 'failed', queue: 'blocked' },
  // It was never begun: it is pending again as soon as what it waits for is mended.
  blocked: { auto: 'pending', queue: 'pending' },
  skipped: { auto: 'pending', queue: null },
  'done-before': { auto: 'done', queue: null },
  cancelled: { auto: 'failed', queue: 'blocked' },
  'not-started': { auto: 'pending', queue: 'pending' },
  unfinished: { auto: 'pending_retry', queue: 'in_progress' },
  'not-merged': { auto: 'pending_retry', queue: 'in_progress' },
};

export function autoStatus(state: RunState, record: TaskRecord): AutoStatus {
  const shown = shownState(state, record);
  const outcome = lastAttempt(record)?.outcome;
  const isRejected = outcome?.is === 'reviewed' && outcome.review.verdict === 'rejected';
  switch (shown) {
    case 'waiting':
    case 'ready':
      if (record.attempts.length === 0) return WORDS[shown].auto;
      return isRejected ? 'pending_fix' : 'pending_retry';
    case 'setback':
      return isRejected ? 'qa_rejected' : WORDS[shown].auto;
    case 'accepted':
    case 'merging':
    case 'not-merged':
      return state.settings.qa === null ? WORDS[shown].auto : 'qa_approved';
    default:
      return WORDS[shown].auto;
  }
}

export function queueStatus(state: RunState, record: TaskRecord): QueueStatus | null {
  const shown = shownState(state, record);
  const isBegun = record.attempts.length > 0;
  if (shown === 'waiting' || shown === 'ready') return isBegun ? 'in_progress' : WORDS[shown].queue;
  return shown === 'cancelled' && !isBegun ? 'pending' : WORDS[shown].queue;
}
