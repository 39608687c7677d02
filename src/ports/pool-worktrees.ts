/** Worktrees at places and on branches that the user knows by name: what the pool of the auto family is made of. */

import type { Commit } from '../core/attempt.ts';
import type { Result } from '../core/result.ts';

export interface PoolPlace {
  /** E.g. `wt-1`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

export interface MakeWorktree {
  readonly place: PoolPlace;
  /** Short name. One that is there is gone on with, wherever it stands. */
  readonly branch: string;
  /** Any name of a commit, for a branch that is new; null for HEAD. */
  readonly base: string | null;
}

/** For people. */
export interface NotMade {
  readonly detail: string;
  /** Empty when the detail says it. */
  readonly remedy: string;
}

export interface MadeWorktree {
  readonly commit: Commit;
  /** The branch was there already. */
  readonly goesOn: boolean;
}

export type PlaceState =
  | { readonly is: 'absent' }
  /** What lies there is no worktree of this repository. */
  | { readonly is: 'foreign'; readonly detail: string }
  | ({ readonly is: 'worktree' } & WorktreeState);

export interface WorktreeState {
  /** Null when it stands on none. */
  readonly branch: string | null;
  readonly head: Commit;
  /** Holds what is not committed, on top of HEAD; null when nothing is left. Nothing keeps it yet. */
  readonly left: Commit | null;
  /** Paths of that. */
  readonly changed: readonly string[];
  /** Paths of what no commit can hold: files whose names git refuses, and further worktrees that lie in it. */
  readonly unkept: readonly string[];
  /** A rebase of its branch is under way. */
  readonly isRebasing: boolean;
}

export interface FoundCommit {
  readonly commit: Commit;
  readonly subject: string;
}

/** They may hold secrets, and are in the history even if they were removed again. */
export interface CommittedCopies {
  /** From the top. */
  readonly paths: readonly string[];
  /** The commit that the work was made on; null for none. */
  readonly since: Commit | null;
}

/** Errors of results are for people. Rejects with an `OutsideFailure` when git itself does not work. */
export interface PoolWorktrees {
  /** A clean worktree on the branch, copied files in place. What lies there and is no worktree stays, as an error. */
  make(request: MakeWorktree): Promise<Result<MadeWorktree, NotMade>>;
  /** The user's set-up command, unless it was run there for the same lockfiles. The error has the end of its output. */
  setUp(place: PoolPlace): Promise<Result<void, string>>;
  look(place: PoolPlace): Promise<PlaceState>;
  /** Runs the user's teardown command, and takes it off its branch; its files stay for the next one. */
  leave(place: PoolPlace): Promise<void>;
  /** Runs the teardown command, too, and takes it away, with whatever is in it. Its branch stays. */
  remove(place: PoolPlace): Promise<Result<void, string>>;
  /** Copies again what has changed in the checkout; the value is what was copied, by path. */
  sync(place: PoolPlace): Promise<readonly string[]>;
  /** Copied files that are no longer as in the checkout. */
  drifted(place: PoolPlace): Promise<readonly string[]>;
  /** Copied files that its git does not ignore: `git add --all` adds them. */
  copiesNotIgnored(place: PoolPlace): Promise<readonly string[]>;
  /** Whether git ignores the path of the checkout, which is from its top. */
  isIgnored(path: string): Promise<boolean>;
  /**
   * What of files that are copied, into the worktree (null: into any now), was committed by work that the base (null: the
   * checkout's HEAD) does not have; null when nothing was.
   */
  committedCopies(
    place: PoolPlace | null,
    work: { readonly base: Commit | null; readonly tip: Commit },
  ): Promise<CommittedCopies | null>;
  /** Commits that no branch, tag or remote branch holds, but for the one that is named; newest first, a few of them. */
  onlyHere(tip: Commit, besides: string | null): Promise<readonly FoundCommit[]>;
  /** The tips again, each behind those that it was made on. */
  inOrder(tips: readonly Commit[], onto: Commit): Promise<readonly Commit[]>;
  /** Keeps a commit for good under a ref of ours, whose name it gives. */
  keep(name: string, commit: Commit): Promise<string>;
  /** Where the branch stands; null for none. */
  tip(branch: string): Promise<Commit | null>;
  /** Short names below the prefix, in order. */
  branches(prefix: string): Promise<readonly string[]>;
  /** False when it does not stand there any more, or is checked out. */
  dropBranch(branch: string, at: Commit): Promise<boolean>;
  /** How many worktrees git knows below the folder. */
  count(folder: string): Promise<number>;
  /** Resolves when nothing is deleted in the background any more. */
  close(): Promise<void>;
}
