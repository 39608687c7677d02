/**
 * What the HEADs of a repository's worktrees say, read and written without a process of git where refs are files:
 * each start of a task asks several times.
 */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { branchRef, isBranchName, isCommitId } from './ref-names.ts';
import type { Repository } from './repository.ts';
import { lastValue } from './settings.ts';
import { readText, writeWhole } from './small-files.ts';

/** False for a repository in another format than git's first, where a HEAD file says nothing. */
export function refsAreFiles({ settings }: Pick<Repository, 'settings'>): boolean {
  return lastValue(settings.lines, 'extensions.refstorage') === undefined;
}

/** False when certainly no worktree stands on the branch, given by its full ref name. */
export function mayBeCheckedOut(repository: Repository, ref: string): boolean {
  if (!refsAreFiles(repository)) return true;
  const { commonDir } = repository;
  const folders = [commonDir, ...worktreeFolders(commonDir)];
  return folders.some((folder) => readText(join(folder, 'HEAD'))?.trim() === `ref: ${ref}`);
}

function worktreeFolders(commonDir: string): string[] {
  const folder = join(commonDir, 'worktrees');
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The commit that the HEAD in the git directory means; null when git has to be asked. */
export function readHeadCommit(repository: Repository, gitDir: string): string | null {
  if (!refsAreFiles(repository)) return null;
  const head = readText(join(gitDir, 'HEAD'))?.trim() ?? '';
  const branch = /^ref: refs\/heads\/(.+)$/.exec(head)?.[1];
  // An agent may have written it: only a name of git's leads to a file.
  if (branch !== undefined) return isBranchName(branch) ? readBranchCommit(repository, branch) : null;
  return isCommitId(head) ? head : null;
}

/** The commit of the branch, given by its short name; null when git has to be asked. */
export function readBranchCommit(repository: Repository, branch: string): string | null {
  if (!refsAreFiles(repository)) return null;
  const commit = readText(join(repository.commonDir, branchRef(branch)))?.trim() ?? '';
  return isCommitId(commit) ? commit : null;
}

/** Puts the HEAD on a branch (`ref: refs/heads/…`) or a commit, as git itself would write it. Only where refs are files. */
export function writeHead(gitDir: string, target: string): void {
  writeWhole(join(gitDir, 'HEAD'), `${target}\n`);
}
