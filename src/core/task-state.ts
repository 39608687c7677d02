/**
 * The life of a task:
 *
 *   waiting ─▶ ready ─▶ running ─▶ checking ─▶ reviewing ─▶ accepted ─▶ merging ─▶ merged
 *                ▲         │        ▲  │            │                      │
 *                └─────────┴────────│──┴── setback ─┴──────────────────────┤
 *                                   │         └─▶ failed                   │
 *                                   ├───────── conflicted ◀────────────────┘
 *                                   │              │
 *                                   └───────── needs-user        waiting ─▶ blocked | skipped | cancelled
 *
 * Beside these: `waiting-for-quota` and `asking`, which go back to `ready` and count as no failure; `qa-blocked`, which
 * waits for the user and goes back to `reviewing`. Without checks or QA the one or the other is left out.
 * In `conflicted` a resolver is at work, whose result is checked as other work is; `needs-user` waits for the user's.
 * `setback` lasts until the next decision: another try, or failed. What the plan marks as done is `done-before` from the
 * run's beginning to its end.
 */

import type { Advising } from './advising.ts';
import type { AttemptOutcome, Commit, Role, StopReason, Usage } from './attempt.ts';
import type { Conflict } from './conflict.ts';
import type { Conflicted } from './conflicted.ts';
import type { Failure, Rejection } from './failure.ts';
import type { Task, TaskId } from './plan.ts';
import type { Proof, Verdict } from './proof.ts';
import type { AgentSettings } from './settings.ts';

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
  /** With a conflict it is the resolver that asks. */
  | {
      readonly is: 'asking';
      readonly question: string;
      readonly conflicted?: Conflicted;
      /** No agent asks: the start of one waits for the user's word. */
      readonly held?: true;
      /** Who is asked before the user. */
      readonly adviser?: Advising;
      /** Why that one has no answer. */
      readonly unadvised?: string;
    }
  /** The agent says it is done and git agrees. `passed`: nothing more is asked of the work. */
  | {
      readonly is: 'checking';
      readonly tip: Commit;
      /** Whose work it is. */
      readonly attempt: number;
      readonly passed: boolean;
      /** The check that runs now. */
      readonly step?: string;
    }
  /** QA looks at it, or will. */
  | {
      readonly is: 'reviewing';
      readonly tip: Commit;
      readonly notBefore: number;
      /** QA's own; null while none is under way. */
      readonly attempt: number | null;
      readonly stopping: StopReason | null;
      /** How many of those who look at it one after the other have approved. */
      readonly approvals: number;
    }
  /** QA could not look at it here, again and again. */
  | {
      readonly is: 'qa-blocked';
      readonly tip: Commit;
      readonly approvals: number;
      readonly failure: Failure;
    }
  | { readonly is: 'setback'; readonly failure: Failure }
  /** In the merge queue. */
  | { readonly is: 'accepted'; readonly tip: Commit }
  /** Being merged, or on a candidate that is not proven yet. */
  | { readonly is: 'merging'; readonly tip: Commit }
  | { readonly is: 'merged'; readonly commit: Commit }
  | Conflicted
  /** Nobody else has resolved its conflict. */
  | {
      readonly is: 'needs-user';
      readonly conflict: Conflict;
      readonly failure: Failure;
      /** The user's branch is to be looked at; with `retry` it is tried again without the user if nothing is there. */
      readonly asked: 'look' | 'retry' | null;
    }
  | { readonly is: 'failed'; readonly failure: Failure }
  | { readonly is: 'blocked'; readonly because: TaskId }
  | { readonly is: 'skipped' }
  | { readonly is: 'done-before' }
  | { readonly is: 'cancelled' };

export type TaskStateName = TaskState['is'];

/** Nothing more happens to it, unless somebody asks for a retry. */
export function isSettled(state: TaskState): boolean {
  switch (state.is) {
    case 'merged':
    case 'failed':
    case 'blocked':
    case 'skipped':
    case 'done-before':
    case 'cancelled':
      return true;
    default:
      return false;
  }
}

/** An agent is at it, of whatever role. */
export function hasAgent(state: TaskState): boolean {
  return attemptUnderWay(state) !== null;
}

/** Null where no agent is at the task. */
export function attemptUnderWay(
  state: TaskState,
): { readonly attempt: number; readonly stopping: StopReason | null } | null {
  if (state.is === 'running') return state;
  const helping =
    state.is === 'asking'
      ? state.adviser
      : state.is === 'reviewing' || state.is === 'conflicted'
        ? state
        : undefined;
  const { attempt = null, stopping = null } = helping ?? {};
  return attempt === null ? null : { attempt, stopping };
}

/** Before its first look, and after each that came to nothing. */
export function toBeReviewed(tip: Commit, notBefore: number, approvals = 0): TaskState {
  return { is: 'reviewing', tip, notBefore, attempt: null, stopping: null, approvals };
}

/** Nobody is left who looks at it: each of the plan's own reviewers has, or QA where the plan names none. */
export function isApproved(
  { approvals }: Extract<TaskState, { is: 'reviewing' }>,
  task: Pick<Task, 'reviewers'> | undefined,
): boolean {
  return approvals >= Math.max(1, task?.reviewers?.length ?? 0);
}

/** Who looks at it now, or next; undefined where the plan names nobody for it. */
export function reviewerOf(state: TaskState, task: Pick<Task, 'reviewers'> | undefined): string | undefined {
  return state.is === 'reviewing' ? task?.reviewers?.[state.approvals] : undefined;
}

/** Dependents may start. */
export function satisfiesDependents(state: TaskState): boolean {
  return state.is === 'merged' || isLeftOut(state);
}

/** This run has nothing to do for it. */
export function isLeftOut(state: TaskState): boolean {
  return state.is === 'skipped' || state.is === 'done-before';
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
  /** What it began with: of QA, what it looked at. */
  readonly startFrom: Commit;
  readonly agent: AgentSettings;
  /** The agent's own, that it was to go on in. */
  readonly session?: string;
  /** Of the tries before it; absent for nothing. */
  readonly told?: string;
  readonly requestedAt: number;
  readonly startedAt?: number;
  readonly slot?: string;
  readonly worktree?: string;
  readonly progress?: { readonly percent?: number; readonly step?: string };
  /** So far, as its agent tells while it is at work. */
  readonly used?: Usage;
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

/** Work that did not pass what was asked of it. */
export interface Rejected {
  readonly tip: Commit;
  /** Where the integration branch stood, for what was found on top of it: once it has moved, the same work may pass. */
  readonly branchTip: Commit | null;
  readonly failure: Rejection;
}

/** Where an attempt goes on: what its work is counted from, and the commit it finds. */
export interface ResumePoint {
  readonly tip: Commit;
  readonly base: Commit;
}

/** What came of the checks of a task's work. */
export interface CheckedProof extends Proof {
  /** Whose work was looked at. */
  readonly attempt: number;
  readonly tip: Commit;
  readonly verdict: Verdict;
}

export interface TaskRecord {
  readonly id: TaskId;
  readonly state: TaskState;
  /** Dependencies that are neither merged nor left out. */
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
  /** By QA, since the last request for a retry; no failures. */
  readonly rejections: number;
  /** How often in a row QA ended without a verdict. */
  readonly blockedReviews: number;
  /** Of the last work that was checked. */
  readonly proof: CheckedProof | null;
  /** As a rule the tip of the last attempt, and the base it was made on. */
  readonly resumeFrom: ResumePoint | null;
  /** Null when what `resumeFrom` holds was not rejected. */
  readonly rejected: Rejected | null;
  /** Work that resolves a conflict of work which had passed before. */
  readonly resolved: Commit | null;
  /** The last one, as long as nobody has resolved it. */
  readonly conflict: Conflict | null;
  /** What the next attempt is told. */
  readonly feedback: string;
  readonly cancelRequested: boolean;
  /** The user has said yes to its next start, where each is asked about. */
  readonly allowed: boolean;
  /** Of the attempts that have ended. */
  readonly usage: Usage;
  /** When its tries were counted anew for the last time. */
  readonly usedBefore: Usage;
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
    rejections: 0,
    blockedReviews: 0,
    proof: null,
    resumeFrom: null,
    rejected: null,
    resolved: null,
    conflict: null,
    feedback: '',
    cancelRequested: false,
    allowed: false,
    usage: {},
    usedBefore: {},
  };
}

/** Of the newest attempt at the task itself. */
export function lastWorker(record: TaskRecord): AttemptRecord | undefined {
  return record.attempts.findLast(({ role }) => role === 'executor');
}

/** What its present work is counted from. */
export function workBase(record: TaskRecord): Commit | undefined {
  return record.resumeFrom?.base ?? lastWorker(record)?.base;
}

export function lastAttempt(record: TaskRecord): AttemptRecord | undefined {
  return record.attempts[record.attempts.length - 1];
}
