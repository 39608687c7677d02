/** What two commits hold and how they differ, read from git's objects: no worktree, no program of the repository. */

import type { Commit } from '../core/attempt.ts';

/** `program` is a file that may be executed; `submodule` names a commit of another repository. */
export type EntryKind = 'file' | 'program' | 'link' | 'submodule';

/** Both ends belong to it; lines count from 1. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** A file that was renamed is one that was deleted and one that was added. */
export interface PathChange {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'deleted';
  /** What lay there on the base, and what lies there at the tip; null for nothing. */
  readonly was: EntryKind | null;
  readonly is: EntryKind | null;
  /** Lines of the tip that are new or changed, in order. Null where they are not known: git takes it for binary. */
  readonly lines: readonly LineRange[] | null;
  /** The same of the base: lines that are gone or changed. */
  readonly oldLines: readonly LineRange[] | null;
}

/** Rejects with an `OutsideFailure` when git does not work, or a commit is not there. */
export interface CommitReader {
  /** The text of a file; null where no file lies, where it is a link or a submodule, and for more than 8 MiB. */
  read(commit: Commit, path: string): Promise<string | null>;
  /** Paths of all files and links, in git's order; with a folder (`src/a`), of those in it. Submodules are left out. */
  list(commit: Commit, folder?: string): Promise<readonly string[]>;
  /** In the order of the paths; empty for equal commits. */
  changes(base: Commit, tip: Commit): Promise<readonly PathChange[]>;
}
