/** Branches that hold work which did not get into the integration branch. None of it is thrown away. */

import type { TaskId } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';
import { shellWord } from '../core/shell-word.ts';
import { lastWorker } from '../core/task-state.ts';
import { workOf } from './task-facts.ts';

export interface KeptBranch {
  readonly task: TaskId;
  readonly branch: string;
  readonly commits: number;
  /** Shows the work, when it is run in the repository. */
  readonly command: string;
}

export function keptBranches(state: RunState): readonly KeptBranch[] {
  const kept: KeptBranch[] = [];
  for (const record of state.tasks.values()) {
    const last = lastWorker(record);
    const work = workOf(record);
    if (record.state.is === 'merged' || last === undefined || work === null || work.commits === 0) continue;
    const command = `git log --stat ${shellWord(`${last.base}..${last.branch}`)}`;
    kept.push({ task: record.id, branch: last.branch, commits: work.commits, command });
  }
  return kept;
}
