/** Everything of git that the pool of the auto family needs, for one repository. */

import { withoutPrograms } from '../base/no-programs.ts';
import { CheckedOutBranch } from '../checkout/target-branch.ts';
import { ObjectMerger } from '../merging/object-merger.ts';
import { ObjectHistory } from '../objects/history.ts';
import { type GitPoolOptions, GitPoolWorktrees } from './pool-worktrees.ts';

export interface OpenedPool {
  readonly worktrees: GitPoolWorktrees;
  readonly merger: ObjectMerger;
  readonly target: CheckedOutBranch;
  readonly history: ObjectHistory;
  /** Short name of the branch that is checked out; null for none. */
  readonly branch: string | null;
  /** Resolves when nothing is done in the background any more. */
  close(): Promise<void>;
}

export function openGitPool(options: GitPoolOptions): OpenedPool {
  const { repository } = options;
  const git = withoutPrograms(options.git, repository.settings.lines);
  const objects = { git, repository };
  const worktrees = new GitPoolWorktrees({ ...options, git });
  return {
    worktrees,
    merger: new ObjectMerger(objects),
    target: new CheckedOutBranch(objects),
    history: new ObjectHistory(objects),
    branch: repository.branch,
    close: async () => {
      await worktrees.close();
      await git.rest();
    },
  };
}
