/** What of a run's work is neither merged nor given up: the heads that may still get in each other's way. */

import type { Commit } from './attempt.ts';
import type { TaskId } from './plan.ts';
import type { RunState } from './run-state.ts';
import { type AttemptRecord, isSettled, lastWorker, type TaskRecord } from './task-state.ts';

export interface LiveHead {
  readonly task: TaskId;
  /** What its work is counted from. */
  readonly base: Commit;
  readonly at: InSlot | { readonly is: 'commit'; readonly commit: Commit };
}

interface InSlot {
  readonly is: 'slot';
  /** Absolute path of its worktree. */
  readonly worktree: string;
  /** Whose slot it is. */
  readonly attempt: number;
}

/** In the plan's order. */
export function liveHeads({ tasks }: Pick<RunState, 'tasks'>): readonly LiveHead[] {
  return [...tasks.values()].flatMap((record) => headOf(record) ?? []);
}

function headOf(record: TaskRecord): LiveHead | null {
  const { id: task, state, resumeFrom } = record;
  if (isSettled(state)) return null;
  const worker = workerAt(record);
  if (worker?.worktree !== undefined) {
    const at = { is: 'slot', worktree: worker.worktree, attempt: worker.number } as const;
    return { task, base: worker.base, at };
  }
  if ('tip' in state)
    return { task, base: lastWorker(record)?.base ?? state.tip, at: { is: 'commit', commit: state.tip } };
  // Between two tries, or before the slot of the next is ready.
  if (resumeFrom === null) return null;
  return { task, base: resumeFrom.base, at: { is: 'commit', commit: resumeFrom.tip } };
}

/** The attempt whose agent works at the task now; QA does not. */
export function workerAt({ state, attempts }: TaskRecord): AttemptRecord | null {
  if (state.is !== 'running') return null;
  const attempt = attempts.find(({ number }) => number === state.attempt);
  return attempt === undefined || attempt.startedAt === undefined ? null : attempt;
}
