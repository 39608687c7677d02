/** Finds a free branch name. */

import { ok, type Result } from '../core/result.ts';
import { splitLines } from './output.ts';
import { branchRef } from './ref-names.ts';
import type { Repository } from './repository.ts';
import type { Git, GitProblem } from './runner.ts';

/**
 * The wanted name, or the first of `name-2`, `name-3` … that no branch has. A name is also taken when a branch
 * lies under it or is one of its folders, for git cannot hold both.
 */
export async function resolveBranchName(
  git: Git,
  { top, gitDir }: Pick<Repository, 'top' | 'gitDir'>,
  wanted: string,
): Promise<Result<string, GitProblem>> {
  const listed = await git.run({
    args: ['for-each-ref', '--format=%(refname)', 'refs/heads/'],
    cwd: top,
    gitDir,
  });
  if (!listed.ok) return listed;
  const refs = splitLines(listed.value.stdout);
  // On a file system that ignores case two such names are one.
  const taken = new Set(refs.flatMap((ref) => foldersOf(ref.toLowerCase())));
  const names = new Set(refs.map((ref) => ref.toLowerCase()));
  const above = foldersOf(branchRef(wanted).toLowerCase()).slice(0, -1);
  const blocked = above.find((folder) => names.has(folder));
  const base = blocked === undefined ? wanted : wanted.replaceAll('/', '-');
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(branchRef(name).toLowerCase())) return ok(name);
  }
}

/** `refs/heads/a/b` → `refs`, `refs/heads`, `refs/heads/a`, `refs/heads/a/b`. */
function foldersOf(ref: string): string[] {
  const parts = ref.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
