/** Slots: worktrees of a pool outside the checkout. The same with and without a sandbox. */

import type { AttemptId, Commit, Work } from '../core/attempt.ts';
import type { IsolationSettings } from '../core/isolation.ts';
import type { Result } from '../core/result.ts';
import type { Bounds } from './sandbox.ts';

export interface Slot {
  /** Name in the pool, e.g. `slot-3`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** First of the slot's own ports. */
  readonly portBase: number;
  readonly ports: number;
  /** For whatever runs in it: makes git leave alone what must not be committed, names the slot and its ports. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absent: whatever runs in it is neither confined nor limited. */
  readonly confined?: Confinement;
}

/** For whatever runs in a slot. The mounts show the worktree, and a git directory of its own. */
export type Confinement = Omit<Bounds, 'scratch'>;

/** Who a slot is given to: an attempt, or a check on one commit. A second request with one key gives the same slot. */
export interface SlotHolder {
  readonly run: string;
  /** Unique within the run, e.g. `attempt/task-001/2` or `check/validation-1`. */
  readonly key: string;
  /** Attempts of one task take over each other's slot. */
  readonly task?: string;
}

export type Release = 'reuse' | 'keep' | 'keep-apart';

export interface HeldSlot {
  readonly slot: Slot;
  readonly holder: SlotHolder;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface PrepareRequest {
  readonly holder: SlotHolder;
  /** What the worktree holds at the start. */
  readonly commit: Commit;
  /** Short name of the branch to stand on, created or moved to `commit`; absent for a detached HEAD. */
  readonly branch?: string;
  /** What the work will be compared with, if that is not `commit`. */
  readonly base?: Commit;
  /** Absent: what runs in the slot is neither confined nor limited. */
  readonly isolation?: IsolationSettings;
  /** Nothing is left of what the slot was used for before, ignored folders neither, and the set-up runs again. */
  readonly fromScratch?: true;
  /** The set-up is not run: what it needs may not be there yet. */
  readonly withoutSetUp?: true;
}

export interface HarvestRequest {
  readonly slot: Slot;
  /** Whose work it is to be: nothing is taken of a slot that is somebody else's by now, or nobody's. */
  readonly holder: SlotHolder;
  readonly id: AttemptId;
  readonly base: Commit;
  /** What the slot was prepared at: the base, or the tip of an earlier try. */
  readonly startFrom: Commit;
  readonly branch: string;
  readonly commitMessage: string;
}

/** A problem of the worktree port in words for the user, ending with what to do. */
export interface WorktreeProblem {
  readonly reason: 'no-slot' | 'git' | 'setup' | 'not-descended' | 'unreadable';
  readonly detail: string;
  /** True where the same call may succeed later: there is no room on the disk now. */
  readonly mayPass?: boolean;
}

export interface Worktrees {
  /**
   * A clean worktree at the commit, copied files in place and checked, set-up command finished. The signal ends that
   * command; then the slot is the holder's, and not prepared.
   */
  prepare(request: PrepareRequest, signal?: AbortSignal): Promise<Result<Slot, WorktreeProblem>>;
  /** The slot this holder has now, if it has one: for taking up an attempt after a crash. */
  find(holder: SlotHolder): Promise<Slot | null>;
  /** Commits what was left uncommitted, moves the branch to the tip, pins it, and measures it against the base. */
  harvest(request: HarvestRequest): Promise<Result<Work, WorktreeProblem>>;
  /**
   * `reuse` gives the slot back; `keep` leaves it for a look until the bound on kept slots is reached; `keep-apart` also
   * from further attempts of its task, for its work is nowhere else.
   */
  release(slot: Slot, holder: SlotHolder, how: Release): Promise<void>;
  /** Every slot that a holder has; those left for a look do not count. */
  held(): Promise<readonly HeldSlot[]>;
  /** Takes away every slot that nobody has and that is not left for a look. Branches stay. */
  removeFree(): Promise<void>;
}
