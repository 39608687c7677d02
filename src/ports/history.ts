/** How commits and branches stand to one another, read from git's objects and refs. Nothing is changed. */

import type { Commit } from '../core/attempt.ts';

/** Rejects with an `OutsideFailure` when git does not work, or a commit is not there. */
export interface History {
  /** Where the branch stands, by its short name; null for none. */
  branch(name: string): Promise<Commit | null>;
  /** Whether the second commit is the first or one of its ancestors. */
  contains(commit: Commit, ancestor: Commit): Promise<boolean>;
  /** From the base, which is left out, to the tip along first parents, oldest first. */
  line(base: Commit, tip: Commit): Promise<readonly Commit[]>;
  /** Commits of that line whose test tells most of where it turned from good to bad, best first; the bad one is left out. */
  halfway(good: Commit, bad: Commit): Promise<readonly Commit[]>;
}
