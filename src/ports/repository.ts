/** The user's repository, as far as a run has to know it before it begins. */

import type { Commit } from '../core/attempt.ts';

/** Something that must be mended before a run; nothing was made. */
export interface RepositoryRefusal {
  /** Kebab-case, stable. */
  readonly reason: string;
  readonly message: string;
  readonly remedy: string;
}

export interface RepositoryBase {
  readonly commit: Commit;
  /** Short name; absent for a detached HEAD. */
  readonly branch?: string;
}

export interface Repository {
  /** Everything that speaks against a run from this checkout, all at once. */
  refusals(options: {
    readonly allowDirty: boolean;
    readonly ignore: readonly string[];
  }): Promise<readonly RepositoryRefusal[]>;
  /** The commit a run starts from: that of HEAD. */
  base(): Promise<RepositoryBase>;
  /**
   * The wanted branch names, each with a suffix if it is taken, by a branch that is there, by an earlier one of these or
   * by a reserved one.
   */
  freeBranches(wanted: readonly string[], reserved?: readonly string[]): Promise<readonly string[]>;
}
