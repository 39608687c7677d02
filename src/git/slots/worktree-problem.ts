/** What can go wrong with a worktree, in words that end with what to do. */

import { err, type Result } from '../../core/result.ts';
import type { HarvestRequest, Slot, WorktreeProblem } from '../../ports/worktree.ts';
import { mayPass } from '../base/failure.ts';
import { describeGitProblem } from '../base/runner.ts';
import type { NotHarvested } from '../harvest/harvest.ts';

export function noSlot(slot: Slot): WorktreeProblem {
  return {
    reason: 'no-slot',
    detail: `${slot.name} is no slot of this pool; was its folder removed? Try again`,
  };
}

export function notHeld({ name }: Slot): WorktreeProblem {
  return {
    reason: 'no-slot',
    detail: `${name} was given back meanwhile, and what lies there is no work of this task; try again`,
  };
}

export function badName(branch: string | undefined, commit: string): WorktreeProblem {
  const detail = `${JSON.stringify(branch ?? '')} is no branch name, or ${JSON.stringify(commit)} no commit; mend the plan`;
  return { reason: 'git', detail };
}

export function notHarvested(why: NotHarvested, { slot, branch }: HarvestRequest): WorktreeProblem {
  switch (why.reason) {
    case 'git':
      return {
        reason: 'git',
        detail: `${describeGitProblem(why.problem)}; the work is still in ${slot.path}`,
      };
    case 'no-base':
      return {
        reason: 'git',
        detail: 'the commit the task started from is gone; has the repository been cleaned up?',
      };
    case 'not-descended':
      return {
        reason: 'not-descended',
        detail: `${branch} does not descend from the commit the task started from; what is there is kept in ${why.pins.join(', ')}`,
      };
  }
}

/** Says of a problem whether it may pass. A set-up command's words are its own. */
export function weighed<T>(result: Result<T, WorktreeProblem>): Result<T, WorktreeProblem> {
  if (result.ok || result.error.reason === 'setup' || !mayPass(result.error.detail)) return result;
  return err({ ...result.error, mayPass: true });
}
