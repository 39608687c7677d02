/**
 * What the HEADs of a repository's worktrees say, read and written without a process of git where refs are files:
 * each start of a task asks several times.
 */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isBranchName } from '../../core/names.ts';

import { branchRef, isCommitId } from '../objects/ref-names.ts';
import { type GitSettings, lastValue } from './settings.ts';
import { readText, writeWhole } from './small-files.ts';

/** A repository, as far as its refs are read here. */
export interface RefFiles {
  /** Absolute; see `Repository`. */
  readonly commonDir: string;
  readonly settings: GitSettings;
}

/** False for a repository in another format than git's first, where a HEAD file says nothing. */
export function refsAreFiles({ settings }: Pick<RefFiles, 'settings'>): boolean {
  return lastValue(settings.lines, 'extensions.refstorage') === undefined;
}

/** False when certainly no worktree stands on the branch, given by its full ref name. */
export function mayBeCheckedOut(repository: RefFiles, ref: string): boolean {
  if (!refsAreFiles(repository)) return true;
  const { commonDir } = repository;
  const folders = [commonDir, ...worktreeFolders(commonDir)];
  return folders.some((folder) => readText(join(folder, 'HEAD'))?.trim() === `ref: ${ref}`);
}

/** Git directories of the linked worktrees. */
export function worktreeFolders(commonDir: string): string[] {
  const folder = join(commonDir, 'worktrees');
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The commit that the HEAD in the git directory means; null when git has to be asked. */
export function readHeadCommit(repository: RefFiles, gitDir: string): string | null {
  if (!refsAreFiles(repository)) return null;
  const branch = readHeadBranch(gitDir);
  if (branch !== null) return readBranchCommit(repository, branch);
  const head = readText(join(gitDir, 'HEAD'))?.trim() ?? '';
  return isCommitId(head) ? head : null;
}

/** The branch that the HEAD file in the git directory names, by its short name; null when it names none. */
export function readHeadBranch(gitDir: string): string | null {
  const branch = /^ref: refs\/heads\/(.+)$/.exec(readText(join(gitDir, 'HEAD'))?.trim() ?? '')?.[1];
  // An agent may have written it: only a name of git's leads to a file.
  return branch !== undefined && isBranchName(branch) ? branch : null;
}

/** The commit of the branch, given by its short name; null when git has to be asked. */
export function readBranchCommit(repository: RefFiles, branch: string): string | null {
  if (!refsAreFiles(repository)) return null;
  const commit = readText(join(repository.commonDir, branchRef(branch)))?.trim() ?? '';
  return isCommitId(commit) ? commit : null;
}

/** Puts the HEAD on a branch (`ref: refs/heads/…`) or a commit, as git itself would write it. Only where refs are files. */
export function writeHead(gitDir: string, target: string): void {
  writeWhole(join(gitDir, 'HEAD'), `${target}\n`);
}
