/** What of a slot's work would be lost with it. */

import { printableLine } from '../../core/printable.ts';
import type { FoundCommit, PoolPlace, PoolWorktrees } from '../../ports/pool-worktrees.ts';
import { type PoolProblem, refused } from './pool-file.ts';

export interface Lost {
  /** For people: "2 commits of auto/x that are merged nowhere (…)". */
  readonly words: string;
  /** What has to be kept so that nothing is lost. */
  readonly commits: readonly string[];
  /** With `--force` it is kept as commits. What is none of the pool's work cannot be, and is never taken away. */
  readonly canBeForced: boolean;
}

const NAMED = 5;

/**
 * Commits that nothing but the branch holds, when it is named, or that not even a branch holds; and files that are not
 * committed. Null when there is nothing of it.
 */
export async function wouldBeLost(
  worktrees: PoolWorktrees,
  place: PoolPlace,
  branch: string | null,
): Promise<Lost | null> {
  const found = await worktrees.look(place);
  const words: string[] = [];
  const commits: string[] = [];
  if (found.is === 'foreign')
    return { words: `something that is none of its work: ${found.detail}`, commits, canBeForced: false };
  const tip = branch === null ? null : await worktrees.tip(branch);
  const ofBranch = tip === null ? [] : await worktrees.onlyHere(tip, branch);
  if (ofBranch.length > 0) words.push(`commits of ${branch} that are merged nowhere: ${named(ofBranch)}`);
  if (found.is === 'worktree') {
    const { head, left, changed, isRebasing } = found;
    const known = new Set(ofBranch.map(({ commit }) => commit));
    const ofHead = head === tip ? [] : await worktrees.onlyHere(head, branch);
    const unknown = ofHead.filter(({ commit }) => !known.has(commit));
    if (unknown.length > 0) words.push(`commits on no branch: ${named(unknown)}`);
    if (isRebasing) words.push('a rebase that is not finished');
    if (changed.length > 0) words.push(`changes that are not committed: ${listed(changed)}`);
    if (left !== null) commits.push(left);
    else if (unknown.length > 0) commits.push(head);
  }
  return words.length === 0 ? null : { words: words.join('; '), commits, canBeForced: true };
}

/** Why the slot stays as it is; null when it may go. */
export function heldBack(place: PoolPlace, lost: Lost | null, force: boolean): PoolProblem | null {
  if (lost === null || (force && lost.canBeForced)) return null;
  const remedy = lost.canBeForced
    ? 'Merge or commit that first, or go on all the same with --force: it is kept as commits.'
    : `Move ${place.path} away.`;
  return refused(`${place.name} holds ${lost.words}`, remedy);
}

function named(commits: readonly FoundCommit[]): string {
  return listed(commits.map(({ commit, subject }) => `${commit.slice(0, 12)} ${subject}`));
}

/** A few of them, fit to be shown, and how many more there are. */
export function listed(all: readonly string[]): string {
  const shown = all.slice(0, NAMED).map((each) => printableLine(each));
  return `${shown.join(', ')}${all.length > shown.length ? ` and ${all.length - shown.length} more` : ''}`;
}
