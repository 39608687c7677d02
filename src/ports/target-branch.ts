/** A branch of the user's that is to hold the work for good, and the checkouts that stand on it. */

import type { Commit } from '../core/attempt.ts';

export interface TargetMove {
  /** Short name. */
  readonly branch: string;
  readonly from: Commit;
  readonly to: Commit;
}

/** Speaks against the move; nothing was touched. */
export interface Obstacle {
  /** Untrusted text may be part of it. */
  readonly message: string;
  readonly remedy: string;
}

export type Moved =
  | { readonly is: 'moved' }
  /** Somebody else moved the branch; nothing was touched. Null: it is gone. */
  | { readonly is: 'elsewhere'; readonly actual: Commit | null }
  /** The branch was moved, and the files of a checkout stayed behind. */
  | ({ readonly is: 'behind' } & Obstacle);

/** Rejects with an `OutsideFailure` when git does not work. */
export interface TargetBranch {
  /**
   * All that speaks against bringing its checkouts from one commit to the other: changes that are not committed, files
   * in the way. Paths to ignore are from the top of the checkout.
   */
  obstacles(move: TargetMove, ignore: readonly string[]): Promise<readonly Obstacle[]>;
  /** Moves the branch by compare-and-swap, then brings the files of its checkouts along. */
  move(move: TargetMove, message: string): Promise<Moved>;
  /** Brings the files along that a move which was cut off left behind; null when there is no such move. */
  complete(branch: string): Promise<Moved | null>;
}
