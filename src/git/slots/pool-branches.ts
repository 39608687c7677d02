/** What the pool asks of branches: what only they hold, in which order they were made, and whether a name is free. */

import type { Commit } from '../../core/attempt.ts';
import { isBranchName } from '../../core/names.ts';
import type { FoundCommit } from '../../ports/pool-worktrees.ts';
import { orThrow } from '../base/failure.ts';
import { splitLines } from '../base/output.ts';
import type { Repository } from '../base/repository.ts';
import type { Git } from '../base/runner.ts';
import { checkoutsOf, isBeingRebased } from '../checkout/checkouts.ts';
import { readBranch } from '../objects/history.ts';
import { branchRef, isCommitId } from '../objects/ref-names.ts';

interface Place {
  readonly git: Git;
  readonly repository: Repository;
}

const NAMED = 20;

/** Commits that no branch, tag or remote branch holds, but for the one that is named; newest first, a few of them. */
export async function onlyHere(
  place: Place,
  tip: Commit,
  besides: string | null,
): Promise<readonly FoundCommit[]> {
  if (!isCommitId(tip)) throw new Error(`not a commit: ${JSON.stringify(tip)}`);
  const but = besides !== null && isBranchName(besides) ? [`--exclude=${branchRef(besides)}`] : [];
  const others = ['--not', ...but, '--glob=refs/heads/*', '--tags', '--remotes'];
  const args = ['log', `--max-count=${NAMED}`, '--format=%H %s', tip, ...others, '--'];
  return (await linesOf(place, args)).map((line) => {
    const at = line.indexOf(' ');
    return { commit: line.slice(0, at), subject: line.slice(at + 1) };
  });
}

/** The tips again, each behind those that it was made on. */
export async function inOrder(
  place: Place,
  tips: readonly Commit[],
  onto: Commit,
): Promise<readonly Commit[]> {
  const args = ['rev-list', '--topo-order', '--reverse', '--stdin', `^${onto}`];
  const listed = await linesOf(place, args, `${tips.filter(isCommitId).join('\n')}\n`);
  const at = new Map(listed.map((commit, index) => [commit, index]));
  // What the branch has already is not listed, and comes first.
  return tips.toSorted((left, right) => (at.get(left) ?? -1) - (at.get(right) ?? -1));
}

export async function branchesBelow(place: Place, prefix: string): Promise<readonly string[]> {
  const refs = await linesOf(place, ['for-each-ref', '--format=%(refname)', branchRef(prefix)]);
  return refs.map((ref) => ref.slice(branchRef('').length)).filter((name) => name.startsWith(prefix));
}

/** Git keeps a branch as a file, in folders of its name: one above the name, or below it, leaves no room. */
export async function branchInTheWay(place: Place, branch: string): Promise<string | null> {
  const parts = branch.split('/');
  for (let count = 1; count < parts.length; count++) {
    const above = parts.slice(0, count).join('/');
    if ((await readBranch(place, above)) !== null) return above;
  }
  const [below] = await branchesBelow(place, `${branch}/`);
  return below ?? null;
}

/** False when it does not stand there any more, or is checked out. */
export async function dropBranch(place: Place, branch: string, at: Commit): Promise<boolean> {
  const { git, repository } = place;
  if ((await checkoutsOf(place, branch)).length > 0) return false;
  if (isBeingRebased(repository, branch)) return false;
  const { top, gitDir, settings } = repository;
  const args = ['update-ref', '-d', branchRef(branch), at];
  return (await git.run({ args, cwd: top, gitDir, identity: settings.identity })).ok;
}

/** Null when git knows no commit by that name. */
export async function commitOf(
  { git, repository }: Place,
  name: string,
  gitDir = repository.gitDir,
): Promise<Commit | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const found = await git.run({ args, cwd: gitDir, gitDir, codes: [0, 1, 128] });
  const commit = found.ok && found.value.code === 0 ? (splitLines(found.value.stdout)[0] ?? '') : '';
  return isCommitId(commit) ? commit : null;
}

async function linesOf(
  { git, repository: { top, gitDir } }: Place,
  args: readonly string[],
  input?: string,
): Promise<readonly string[]> {
  const call = input === undefined ? { args } : { args, input };
  return splitLines(orThrow(await git.run({ ...call, cwd: top, gitDir })).stdout);
}
