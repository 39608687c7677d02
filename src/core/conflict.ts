/** A conflict of finished work with what was merged before it, and what comes of looking at a resolution of it. */

import type { Commit } from './attempt.ts';
import type { Branch } from './branch.ts';
import type { TaskId } from './plan.ts';

/** Where a conflict can be looked at. */
export interface ConflictScene {
  /** The merge as git leaves it, with conflict markers in its files. On no branch but a resolver's. */
  readonly unresolved: Commit;
  /** What both sides have in common; null where they share no history. */
  readonly ancestor: Commit | null;
  /** The tasks whose merges, new to the work, changed those paths; in the order of the merges. */
  readonly others: readonly TaskId[];
}

/** Work that does not merge onto a commit. */
export interface Conflict extends Branch, ConflictScene {
  readonly onto: Commit;
  readonly paths: readonly string[];
}

/** What was found of a resolution that was handed in. */
export type Resolution =
  /** One merge commit with the tree that was handed in. */
  | { readonly is: 'resolved'; readonly commit: Commit }
  /** Why it is none, for whoever handed it in; bounded. */
  | { readonly is: 'refused'; readonly findings: readonly string[] };

/** What the user has left on the task's branch. */
export type Takeover =
  | { readonly is: 'unchanged' }
  /** `base`: what it is counted from. */
  | { readonly is: 'taken'; readonly tip: Commit; readonly base: Commit }
  | { readonly is: 'refused'; readonly findings: readonly string[] };
