/** Takes a slot's worktree away for good, with whatever is in it. Its branches stay, and so does what is known of it. */

import { existsSync } from 'node:fs';

import { err, ok, type Result } from '../../core/result.ts';
import { withLock } from '../../process/lock.ts';
import type { Repository } from '../base/repository.ts';
import { describeGitProblem, type Git } from '../base/runner.ts';
import { makeTreeWritable } from './removal.ts';
import { worktreeLock } from './slot-making.ts';
import type { SlotPlace } from './slot-place.ts';

export interface WorktreeRemoval {
  readonly git: Git;
  readonly repository: Repository;
  readonly searchPath: string;
}

/** The error is for people. */
export async function removeWorktree(
  { git, repository, searchPath }: WorktreeRemoval,
  place: Pick<SlotPlace, 'path'>,
): Promise<Result<void, string>> {
  if (existsSync(place.path)) await makeTreeWritable(place.path, searchPath);
  const removed = await withLock(worktreeLock(repository), () =>
    git.run({
      args: ['worktree', 'remove', '--force', '--force', '--', place.path],
      cwd: repository.top,
      gitDir: repository.commonDir,
    }),
  );
  if (!removed.ok) return err("the lock on the repository's worktrees cannot be taken");
  return removed.value.ok ? ok(undefined) : err(describeGitProblem(removed.value.error));
}
