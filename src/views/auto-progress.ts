/** `.claude/auto-progress.yaml` as a value: where a decomposer's plan stands. */

import type { RunState } from '../core/run-state.ts';
import type { TaskRecord } from '../core/task-state.ts';
import { isoTime } from './duration.ts';
import { runStatusWord } from './status.ts';
import { endedAt, errorOf, lastReview, triesOf } from './task-facts.ts';
import { type FamilyWords, familyWords } from './task-words.ts';

export interface AutoProgress {
  /** The run's id. */
  readonly session_id: string;
  readonly started_at: string;
  readonly status: ReturnType<typeof runStatusWord>;
  /** The first that is open, else the first to come; null when all are closed. */
  readonly parallel_group: number | null;
  readonly tasks: Readonly<Record<string, AutoTaskProgress>>;
}

export interface AutoTaskProgress {
  readonly name: string;
  readonly status: FamilyWords['auto'];
  readonly branch: string | null;
  /** Of the newest attempt, also when it has ended. */
  readonly worktree: string | null;
  /** Attempts at the task, without those of QA. */
  readonly iterations: number;
  /** When its last agent ended, of a task that is done. */
  readonly completed_at: string | null;
  readonly group: number;
  readonly retry_count: number;
  readonly last_error: string | null;
  readonly qa_verified: boolean;
  readonly qa_timestamp: string | null;
  readonly qa_feedback: string | null;
}

/** `alive`: a living process drives the run. */
export function autoProgress(state: RunState, alive: boolean): AutoProgress {
  const groups = [...state.groups.values()];
  const group =
    groups.find((each) => each.state === 'open') ?? groups.find((each) => each.state === 'pending');
  return {
    session_id: state.run,
    started_at: isoTime(state.createdAt),
    status: runStatusWord(state, alive),
    parallel_group: group?.number ?? null,
    tasks: Object.fromEntries(
      [...state.tasks.values()].map((record) => [record.id, progressOf(state, record)]),
    ),
  };
}

function progressOf(state: RunState, record: TaskRecord): AutoTaskProgress {
  const task = state.index.task.get(record.id);
  const status = familyWords(state, record).auto;
  const tries = triesOf(record);
  const last = tries.at(-1);
  const ended = status === 'done' ? endedAt(record) : null;
  const review = lastReview(record);
  return {
    name: task?.title ?? record.id,
    status,
    branch: last?.branch ?? null,
    worktree: last?.worktree ?? null,
    iterations: tries.length,
    completed_at: ended === null ? null : isoTime(ended),
    group: task?.group ?? 0,
    retry_count: Math.max(0, tries.length - 1),
    last_error: record.state.is === 'cancelled' ? 'it was cancelled' : errorOf(record.state),
    qa_verified: review?.verdict === 'approved',
    qa_timestamp: review === null ? null : isoTime(review.at),
    qa_feedback: review?.verdict === 'rejected' ? review.report : null,
  };
}
