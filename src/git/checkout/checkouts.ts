/** Which worktrees of a repository stand on a branch, and what git is in the middle of with it elsewhere. */

import { join } from 'node:path';

import { orThrow } from '../base/failure.ts';
import { worktreeFolders } from '../base/heads.ts';
import { splitNul } from '../base/output.ts';
import type { Repository } from '../base/repository.ts';
import type { Git } from '../base/runner.ts';
import { readText } from '../base/small-files.ts';
import { branchRef } from '../objects/ref-names.ts';

interface Place {
  readonly git: Git;
  readonly repository: Pick<Repository, 'top' | 'gitDir' | 'commonDir'>;
}

/** Absolute paths. A folder that is gone, or not mounted now, is among them. */
export async function checkoutsOf(
  { git, repository: { top, gitDir } }: Place,
  branch: string,
): Promise<readonly string[]> {
  const listed = orThrow(
    await git.run({ args: ['worktree', 'list', '--porcelain', '-z'], cwd: top, gitDir }),
  );
  const paths: string[] = [];
  let path = '';
  for (const field of splitNul(listed.stdout).map((each) => each.toString('utf8'))) {
    if (field.startsWith('worktree ')) path = field.slice('worktree '.length);
    if (field === `branch ${branchRef(branch)}`) paths.push(path);
  }
  return paths;
}

/** Of a linked worktree: where the files of the repository itself lie. Null for that checkout, and where there is none. */
export async function mainCheckout({
  git,
  repository: { top, gitDir, commonDir },
}: Place): Promise<string | null> {
  if (gitDir === commonDir) return null;
  const listed = await git.run({ args: ['worktree', 'list', '--porcelain', '-z'], cwd: top, gitDir });
  if (!listed.ok) return null;
  const [first = '', ...rest] = splitNul(listed.value.stdout).map((each) => each.toString('utf8'));
  const isBare = rest.slice(0, Math.max(0, rest.indexOf(''))).includes('bare');
  return isBare || !first.startsWith('worktree ') ? null : first.slice('worktree '.length);
}

/** A rebase takes its branch off its worktree's HEAD, and puts it back where it expects it to stand still. */
export function isBeingRebased({ commonDir }: Pick<Repository, 'commonDir'>, branch: string): boolean {
  const files = ['rebase-merge', 'rebase-apply'].map((folder) => join(folder, 'head-name'));
  return [commonDir, ...worktreeFolders(commonDir)].some((folder) =>
    files.some((file) => readText(join(folder, file))?.trim() === branchRef(branch)),
  );
}
