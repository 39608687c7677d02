/** What a task has changed, as text for those who look at it. */

import type { Commit } from '../core/attempt.ts';

export interface ShownWork {
  /** The changed files, with how many lines of each; bounded. */
  readonly stat: string;
  /** A unified diff; bounded. */
  readonly patch: string;
  /** False when the patch leaves something out. */
  readonly isWhole: boolean;
}

/** A diff as git made it, for programs that apply it: no byte is changed, and no file is cut in its middle. */
export interface WorkPatch {
  /** Each file may have an encoding of its own. */
  readonly patch: Uint8Array;
  /** False when it leaves files out. */
  readonly isWhole: boolean;
}

export interface WorkDiff {
  /** Rejects with an `OutsideFailure` when git does not work, or a commit is not there. */
  show(base: Commit, tip: Commit): Promise<ShownWork>;
  /** Rejects likewise. */
  patch(base: Commit, tip: Commit): Promise<WorkPatch>;
}
