/** Conflicts on git's objects: where they can be looked at, and how what resolves them becomes work of the task. */

import type { Commit } from '../core/attempt.ts';
import type { MergeRequest } from './merger.ts';

/** A merge that was not clean. */
export interface ShownConflict {
  /** The merge as git leaves it, with conflict markers in its files. The same request gives the same commit. */
  readonly unresolved: Commit;
  readonly ancestor: Commit | null;
  /** What it is merged onto and what came before that, newest first, as far as the tip does not hold it; bounded. */
  readonly line: readonly Commit[];
}

export interface SettleRequest {
  readonly merge: MergeRequest;
  /** Its files are those of the merge. */
  readonly resolved: Commit;
  /** Short name of the task's branch. It is moved to the merge, unless somebody else has moved it meanwhile. */
  readonly branch: string;
}

export interface AdoptRequest {
  readonly run: string;
  /** Short name of the task's branch. */
  readonly branch: string;
  /** Where we left it. */
  readonly tip: Commit;
  /** What its work may be counted from; the first that it holds is taken. */
  readonly bases: readonly Commit[];
}

export type Adopted =
  /** It stands where we left it, or is gone. */
  | { readonly is: 'unchanged' }
  | { readonly is: 'moved'; readonly tip: Commit; readonly base: Commit }
  /** It holds none of the bases. */
  | { readonly is: 'unrelated'; readonly tip: Commit };

/** Rejects with an `OutsideFailure` when git does not work, or a commit is not there. What it gives is pinned. */
export interface ConflictCommits {
  show(request: MergeRequest): Promise<ShownConflict>;
  /** One merge commit with the files of `resolved`, whose history does not come along. The same request gives the same commit. */
  settle(request: SettleRequest): Promise<Commit>;
  /** Where somebody has moved the branch to. */
  adopt(request: AdoptRequest): Promise<Adopted>;
}
