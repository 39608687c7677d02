/** What of a slot's work would be lost with it. */

import { printableLine } from '../../core/printable.ts';
import type {
  FoundCommit,
  PlaceState,
  PoolPlace,
  PoolWorktrees,
  WorktreeState,
} from '../../ports/pool-worktrees.ts';
import { type PoolProblem, refused } from './pool-file.ts';

export interface Lost {
  /** For people: "2 commits of auto/x that are merged nowhere (…)". */
  readonly words: string;
  /** What has to be kept so that nothing is lost. */
  readonly commits: readonly string[];
  /** What has to be done first, for no commit can hold it; null where `--force` keeps all of it as commits. */
  readonly remedy: string | null;
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
    return {
      words: `something that is none of its work: ${found.detail}`,
      commits,
      remedy: `Move ${place.path} away.`,
    };
  const tip = branch === null ? null : await worktrees.tip(branch);
  const ofBranch = tip === null ? [] : await worktrees.onlyHere(tip, branch);
  if (ofBranch.length > 0) words.push(`commits of ${branch} that are merged nowhere: ${named(ofBranch)}`);
  if (found.is === 'worktree') {
    const { head, left, isRebasing } = found;
    const known = new Set(ofBranch.map(({ commit }) => commit));
    const ofHead = head === tip ? [] : await worktrees.onlyHere(head, branch);
    const unknown = ofHead.filter(({ commit }) => !known.has(commit));
    if (unknown.length > 0) words.push(`commits on no branch: ${named(unknown)}`);
    if (isRebasing) words.push('a rebase that is not finished');
    words.push(...filesLeft(found));
    if (left !== null) commits.push(left);
    else if (unknown.length > 0) commits.push(head);
  }
  return words.length === 0 ? null : { words: words.join('; '), commits, remedy: remedyFor(found, place) };
}

function filesLeft({ changed, unkept }: WorktreeState): readonly string[] {
  return [
    ...(changed.length > 0 ? [`changes that are not committed: ${listed(changed)}`] : []),
    ...(unkept.length > 0 ? [`what git can put into no commit: ${listed(unkept)}`] : []),
  ];
}

function remedyFor(found: PlaceState, { path }: PoolPlace): string | null {
  const isKept = found.is !== 'worktree' || found.unkept.length === 0;
  return isKept ? null : `Move that out of ${path} first: nothing else would keep it.`;
}

/** Why the slot stays as it is; null when it may go. */
export function heldBack(place: PoolPlace, lost: Lost | null, force: boolean): PoolProblem | null {
  if (lost === null || (force && lost.remedy === null)) return null;
  const forced = 'Merge or commit that first, or go on all the same with --force: it is kept as commits.';
  return refused(`${place.name} holds ${lost.words}`, lost.remedy ?? forced);
}

function named(commits: readonly FoundCommit[]): string {
  return listed(commits.map(({ commit, subject }) => `${commit.slice(0, 12)} ${subject}`));
}

/** A few of them, fit to be shown, and how many more there are. */
export function listed(all: readonly string[]): string {
  const shown = all.slice(0, NAMED).map((each) => printableLine(each));
  return `${shown.join(', ')}${all.length > shown.length ? ` and ${all.length - shown.length} more` : ''}`;
}
