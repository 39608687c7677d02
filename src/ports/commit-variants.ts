/** Commits that hold what another one holds, but for some files. On no branch; for a look at what would be. */

import type { Commit } from '../core/attempt.ts';

export interface CommitVariants {
  /**
   * By path the text of a file, or null for none. The same request gives the same commit. Rejects with an
   * `OutsideFailure` when git does not work.
   */
  withFiles(commit: Commit, files: ReadonlyMap<string, string | null>): Promise<Commit>;
}
