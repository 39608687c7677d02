/**
 * The life of a task:
 *
 *   waiting ─▶ ready ─▶ running ─▶ checking ─▶ reviewing ─▶ accepted ─▶ merging ─▶ merged
 *                ▲         │           │            │                      │
 *                └─────────┴───────────┴── setback ─┴──────────────────────┘
 *                                             └─▶ failed      waiting ─▶ blocked | skipped | cancelled
 *
 * Beside these: `waiting-for-quota` and `asking`, which go back to `ready` and count as no failure.
 * `setback` lasts until the next decision: another try, or failed.
 */

import type { AttemptOutcome, Commit, Role, StopReason, Usage } from './attempt.ts';
import type { Failure, Rejection } from './failure.ts';
import type { TaskId } from './plan.ts';

export type TaskState =
  /** For what it depends on, or for its group to open. */
  | { readonly is: 'waiting' }
  | { readonly is: 'ready'; readonly notBefore: number }
  | {
      readonly is: 'running';
      readonly attempt: number;
      readonly role: Role;
      readonly stopping: StopReason | null;
    }
  | { readonly is: 'waiting-for-quota'; readonly until: number }
  | { readonly is: 'asking'; readonly question: string }
  /** The agent says it is done and git agrees; what else is asked of the work comes now. */
  | { readonly is: 'checking'; readonly tip: Commit }
  | { readonly is: 'reviewing'; readonly tip: Commit }
  | { readonly is: 'setback'; readonly failure: Failure }
  /** In the merge queue. */
  | { readonly is: 'accepted'; readonly tip: Commit }
  /** Being merged, or on a candidate that is not proven yet. */
  | { readonly is: 'merging'; readonly tip: Commit }
  | { readonly is: 'merged'; readonly commit: Commit }
  | { readonly is: 'failed'; readonly failure: Failure }
  | { readonly is: 'blocked'; readonly because: TaskId }
  | { readonly is: 'skipped' }
  | { readonly is: 'cancelled' };

export type TaskStateName = TaskState['is'];

/** Nothing more happens to it, unless somebody asks for a retry. */
export function isSettled(state: TaskState): boolean {
  switch (state.is) {
    case 'merged':
    case 'failed':
    case 'blocked':
    case 'skipped':
    case 'cancelled':
      return true;
    default:
      return false;
  }
}

/** Dependents may start. */
export function satisfiesDependents(state: TaskState): boolean {
  return state.is === 'merged' || state.is === 'skipped';
}

/** It will never be merged as things stand, so what depends on it cannot start. */
export function isLostToDependents(state: TaskState): boolean {
  return state.is === 'failed' || state.is === 'blocked' || state.is === 'cancelled';
}

export interface AttemptRecord {
  readonly number: number;
  readonly role: Role;
  readonly branch: string;
  readonly base: Commit;
  readonly requestedAt: number;
  readonly startedAt?: number;
  readonly slot?: string;
  readonly worktree?: string;
  readonly progress?: { readonly percent?: number; readonly step?: string };
  readonly endedAt?: number;
  readonly outcome?: AttemptOutcome;
}

/** One time that a try did not work out, wherever on its way: the agent, the merge, a test, a validation. */
export interface Setback {
  readonly at: number;
  /** Number of the attempt whose work it was. */
  readonly attempt: number;
  readonly failure: Failure;
}

/** Work that a command of the project did not pass with. */
export interface Rejected {
  readonly tip: Commit;
  /** Where the integration branch stood: once it has moved, the same work may pass. */
  readonly branchTip: Commit;
  readonly failure: Rejection;
}

/** Where an attempt goes on: what its work is counted from, and the commit it finds. */
export interface ResumePoint {
  readonly tip: Commit;
  readonly base: Commit;
}

export interface TaskRecord {
  readonly id: TaskId;
  readonly state: TaskState;
  /** Dependencies that are neither merged nor skipped. */
  readonly unmet: number;
  readonly attempts: readonly AttemptRecord[];
  /** The last ones, oldest first. */
  readonly setbacks: readonly Setback[];
  /** Counted ones, since the last request for a retry. */
  readonly failures: number;
  /** How many in a row, counted ones, had the signature of the last. */
  readonly likeFailures: number;
  readonly lastSignature: string | null;
  readonly losses: number;
  /** As a rule the tip of the last attempt, and the base it was made on. */
  readonly resumeFrom: ResumePoint | null;
  /** Null when what `resumeFrom` holds was not rejected. */
  readonly rejected: Rejected | null;
  /** What the next attempt is told. */
  readonly feedback: string;
  readonly cancelRequested: boolean;
  readonly usage: Usage;
}

export function newTaskRecord(id: TaskId, unmet: number): TaskRecord {
  return {
    id,
    state: { is: 'waiting' },
    unmet,
    attempts: [],
    setbacks: [],
    failures: 0,
    likeFailures: 0,
    lastSignature: null,
    losses: 0,
    resumeFrom: null,
    rejected: null,
    feedback: '',
    cancelRequested: false,
    usage: {},
  };
}

export function lastAttempt(record: TaskRecord): AttemptRecord | undefined {
  return record.attempts[record.attempts.length - 1];
}

/** A count that is unknown on one side is taken from the other; unknown on both stays unknown. */
export function addUsage(left: Usage, right: Usage): Usage {
  const sum: { -readonly [K in keyof Usage]: Usage[K] } = {};
  for (const key of ['inputTokens', 'outputTokens', 'cachedTokens', 'costUsd'] as const) {
    const a = left[key];
    const b = right[key];
    if (a !== undefined || b !== undefined) sum[key] = (a ?? 0) + (b ?? 0);
  }
  return sum;
}
