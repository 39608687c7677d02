/** Copied files in a branch: they may hold secrets, so it is not merged, and how they come out of it again is said. */

import { shellWord } from '../../core/shell-word.ts';
import type { CommittedCopies, PoolPlace } from '../../ports/pool-worktrees.ts';
import { listed } from './pool-work.ts';

/** A longer command would be none to copy. */
const MOST_PATHS = 20;

/** What the branch has done, and the commands that mend it, in its worktree or wherever it is checked out. */
export function committedWords({ paths, since }: CommittedCopies, place: PoolPlace | null): string {
  const what = `has committed what is copied into worktrees, and may be secret: ${listed(paths)}`;
  if (since === null) return what;
  const git = place === null ? 'git' : `git -C ${shellWord(place.path)}`;
  const words = paths.slice(0, MOST_PATHS).map(shellWord);
  const commands = [
    `${git} reset --soft ${since.slice(0, 12)}`,
    `${git} rm --cached --quiet --ignore-unmatch -- ${words.join(' ')}${paths.length > MOST_PATHS ? ' …' : ''}`,
    `${git} commit -C ORIG_HEAD`,
  ];
  return `${what}. Take it out: ${commands.join(' && ')}`;
}

/** A word in time: whoever commits all that is there commits them, too. */
export function notIgnoredWords(id: string, paths: readonly string[]): string {
  return (
    `${id} has copies that git does not ignore: ${listed(paths)}. A branch with one of them in a commit is not merged; ` +
    'name them in .gitignore, or in .git/info/exclude'
  );
}
