/** What a checkpoint of a parallel group says: the file that a session of the auto family is taken up from. */

import type { GroupRecord, RunState } from '../core/run-state.ts';
import { FULLEST, isTooFull } from '../core/sessions.ts';
import type { AttemptRecord, TaskRecord } from '../core/task-state.ts';
import { isoTime } from './duration.ts';
import { errorOf, triesOf } from './task-facts.ts';

export interface GroupCheckpoint {
  readonly group_number: number;
  readonly status: 'starting' | 'in_progress' | 'retrying' | 'failed' | 'complete';
  /** Each with what it was about. */
  readonly tasks_completed: readonly Readonly<Record<string, string>>[];
  /** Each with why. */
  readonly tasks_failed: readonly Readonly<Record<string, string>>[];
  /** Each with how far its conversation was filled when another went on in a fresh one; absent for none. */
  readonly contexts_full?: readonly Readonly<Record<string, string>>[];
  readonly branches_created: readonly string[];
  /** Every task of it is done, and proven. */
  readonly verification_passed: boolean;
  readonly next_group: number | null;
  readonly remaining_groups: readonly number[];
  /** Of a run its id. */
  readonly session_id: string;
  /** When the session began. */
  readonly started_at: string;
  /** When the group came to where it is. */
  readonly timestamp: string;
  readonly summary: string;
}

/** Of every group that has been begun. */
export function groupCheckpoints(state: RunState): readonly GroupCheckpoint[] {
  return [...state.groups.values()]
    .filter((group) => group.state !== 'pending')
    .map((group) => checkpointOf(state, group));
}

function checkpointOf(state: RunState, group: GroupRecord): GroupCheckpoint {
  const { number } = group;
  const ids = state.plan.groups.find((each) => each.number === number)?.tasks ?? [];
  const records = ids.flatMap((id) => state.tasks.get(id) ?? []);
  const isDone = ({ state: { is } }: TaskRecord): boolean => is === 'merged' || is === 'done-before';
  const done = records.filter(isDone);
  const failed = records.filter((record) => errorOf(record.state) !== null);
  const full = records.flatMap(fullContexts);
  const status = statusOf(group, { records, isComplete: done.length === records.length });
  const { closedAt, openedAt = state.createdAt } = group;
  const remaining = [...state.groups.values()]
    .filter((each) => each.number > number && wasLeft(each, closedAt))
    .map((each) => each.number);
  // What has failed is not tried again without the word for it.
  const next = `cox resume ${state.run}${status === 'failed' ? ' --retry-failed' : ''}`;
  const isEnd = status === 'complete' && remaining.length === 0;
  return {
    group_number: number,
    status,
    tasks_completed: done.map(({ id }) => ({ [id]: state.index.task.get(id)?.title ?? id })),
    tasks_failed: failed.map(({ id, state: task }) => ({ [id]: errorOf(task) ?? '' })),
    ...(full.length === 0 ? {} : { contexts_full: full }),
    branches_created: [...new Set(records.flatMap((record) => triesOf(record).at(-1)?.branch ?? []))],
    verification_passed: status === 'complete',
    next_group: remaining[0] ?? null,
    remaining_groups: remaining,
    session_id: state.run,
    started_at: isoTime(state.createdAt),
    timestamp: isoTime(closedAt ?? openedAt),
    summary: `${done.length} of ${records.length} tasks are merged.${isEnd ? '' : ` Go on with: ${next}`}`,
  };
}

/** A checkpoint is of its moment: what ended after its group was left then. */
function wasLeft({ state, closedAt }: GroupRecord, at: number | undefined): boolean {
  if (state !== 'closed') return true;
  return at !== undefined && closedAt !== undefined && closedAt > at;
}

function fullContexts({ id, attempts }: TaskRecord): readonly Readonly<Record<string, string>>[] {
  return attempts.filter(isFull).map(({ number, outcome }) => ({
    [id]: `attempt ${number} filled ${Math.round((outcome?.context ?? 0) * 100)} % of its context; the next begins afresh, with a digest`,
  }));
}

function isFull({ role, outcome }: AttemptRecord): boolean {
  return (
    role === 'executor' &&
    outcome !== undefined &&
    outcome.is !== 'done' &&
    isTooFull(outcome.context, FULLEST)
  );
}

function statusOf(
  { state }: GroupRecord,
  { records, isComplete }: { readonly records: readonly TaskRecord[]; readonly isComplete: boolean },
): GroupCheckpoint['status'] {
  if (state === 'failed') return 'failed';
  if (state === 'closed') return isComplete ? 'complete' : 'failed';
  if (records.every(({ attempts }) => attempts.length === 0)) return 'starting';
  const isRetried = records.some(
    (record) => record.state.is === 'setback' || (record.state.is === 'ready' && triesOf(record).length > 0),
  );
  return isRetried ? 'retrying' : 'in_progress';
}
