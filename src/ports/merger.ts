/** Merging, and other commits of our own, on git's objects, without a checkout. */

import type { Commit } from '../core/attempt.ts';
import type { MergeResult, UnresolvedPath } from '../core/merge-result.ts';
import type { MergeStrategy } from '../core/settings.ts';

export interface MergeRequest {
  readonly run: string;
  readonly onto: Commit;
  readonly tip: Commit;
  /** Only what the tip adds to this commit, an ancestor of it, is merged; nothing else of its history comes along. */
  readonly since?: Commit;
  readonly strategy: MergeStrategy;
  readonly message: string;
  /** In place of all that conflicts: with one that is missing, or one too many, it is a conflict still. */
  readonly resolved?: readonly ResolvedFile[];
}

export interface ResolvedFile {
  readonly path: string;
  readonly text: string;
}

/** What a merge cannot decide. */
export interface ConflictParts {
  readonly files: readonly ConflictedFile[];
  /** A file that one side deleted or renamed, what is no text, modes, submodules. */
  readonly others: readonly UnresolvedPath[];
}

/** A text that both sides changed. */
export interface ConflictedFile {
  /** From the repository's root. */
  readonly path: string;
  /** Null where both sides made it. */
  readonly base: string | null;
  /** Of what is merged onto. */
  readonly ours: string;
  /** Of what is merged. */
  readonly theirs: string;
}

export interface AdvanceRequest {
  /** Short name of a branch. */
  readonly branch: string;
  /** Null for one that is to be made. */
  readonly from: Commit | null;
  readonly to: Commit;
}

/** `ours` is true when the branch was moved by somebody else to a commit that still holds `from`. */
export type AdvanceResult =
  | { readonly is: 'advanced' }
  | { readonly is: 'moved'; readonly actual: Commit | null; readonly ours: boolean };

export interface CommitRequest {
  readonly run: string;
  readonly onto: Commit;
  /** By path the text of a file, or null for none. */
  readonly files: ReadonlyMap<string, string | null>;
  readonly message: string;
}

export interface Merger {
  /**
   * A commit with these files on top of another, or that one where it has them already. The same request gives the same
   * commit. It is pinned.
   */
  commitFiles(request: CommitRequest): Promise<Commit>;
  /** Creates the branch at the base; fine when it is there already, at the base. */
  prepareBranch(branch: string, base: Commit): Promise<void>;
  /** The same request gives the same commit, so a merge may be made again after a crash. The result is pinned. */
  merge(request: MergeRequest): Promise<MergeResult>;
  /** What the merge has its conflict in; nothing for one that has none. */
  conflict(request: MergeRequest): Promise<ConflictParts>;
  /** Compare-and-swap on the ref; `advanced` also when it stands at `to` already. */
  advance(request: AdvanceRequest): Promise<AdvanceResult>;
  /** Drops what was pinned for the run's merges, when it has ended. Attempts' tips stay. */
  unpin(run: string): Promise<void>;
}
