/** What a checkpoint of a parallel group says: the file that a session of the auto family is taken up from. */

import { wasTried } from '../core/proof.ts';
import type { GroupRecord, RunState } from '../core/run-state.ts';
import { FULLEST, isTooFull } from '../core/sessions.ts';
import { shellWord } from '../core/shell-word.ts';
import type { AttemptRecord, TaskRecord } from '../core/task-state.ts';
import { isoTime } from './duration.ts';
import { criterionReports, qaReport } from './proof-facts.ts';
import { errorOf, triesOf } from './task-facts.ts';

export interface GroupCheckpoint {
  readonly group_number: number;
  readonly status: 'starting' | 'in_progress' | 'retrying' | 'failed' | 'complete';
  /** Each with what it was about. */
  readonly tasks_completed: readonly Readonly<Record<string, string>>[];
  /** Each with why. */
  readonly tasks_failed: readonly Readonly<Record<string, string>>[];
  /** Each with what it waits for: what it depends on, or its user; absent for none. */
  readonly tasks_waiting?: readonly Readonly<Record<string, string>>[];
  /** Each with how far its conversation was filled when another went on in a fresh one; absent for none. */
  readonly contexts_full?: readonly Readonly<Record<string, string>>[];
  readonly branches_created: readonly string[];
  /** Every task of it is done, and of none is known that nothing has verified it: a command, a criterion, or QA. */
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

/** Of every group that has been begun. One that the run leaves out is none of its own to tell of. */
export function groupCheckpoints(state: RunState): readonly GroupCheckpoint[] {
  return [...state.groups.values()]
    .filter((group) => group.state !== 'pending' && !isLeftOut(state, group))
    .map((group) => checkpointOf(state, group));
}

/** Groups that are no part of the run, and hold tasks that nobody has done as far as the plan says. */
export function groupsLeftOut(state: RunState): readonly number[] {
  return [...state.groups.values()]
    .filter((group) => isLeftOut(state, group) && !recordsOf(state, group).every(isDone))
    .map(({ number }) => number);
}

function isLeftOut({ settings }: RunState, { number }: GroupRecord): boolean {
  return settings.onlyGroups?.includes(number) === false;
}

function recordsOf(state: RunState, { number }: GroupRecord): readonly TaskRecord[] {
  const ids = state.plan.groups.find((each) => each.number === number)?.tasks ?? [];
  return ids.flatMap((id) => state.tasks.get(id) ?? []);
}

function isDone({ state: { is } }: TaskRecord): boolean {
  return is === 'merged' || is === 'done-before';
}

/** The user goes on without what was skipped. */
function isOver(record: TaskRecord): boolean {
  return isDone(record) || record.state.is === 'skipped';
}

function checkpointOf(state: RunState, group: GroupRecord): GroupCheckpoint {
  const { number } = group;
  const records = recordsOf(state, group);
  const done = records.filter(isDone);
  const troubled = records.filter((record) => errorOf(record.state) !== null);
  const [failed, waiting] = [troubled.filter(hasFailed), troubled.filter((record) => !hasFailed(record))];
  const full = records.flatMap(fullContexts);
  const status = statusOf(group, { records, isComplete: records.every(isOver) });
  const { closedAt, openedAt = state.createdAt } = group;
  const left = groupsLeftOut(state);
  const before = [...state.groups.values()].filter((each) => each.number < number && isLost(state, each));
  const remaining = [...state.groups.values()]
    .filter((each) => (each.number > number ? isToCome(state, each, closedAt) : before.includes(each)))
    .map((each) => each.number);
  const unverified = done.filter((record) => isUnverified(state, record)).length;
  return {
    group_number: number,
    status,
    tasks_completed: done.map(({ id }) => ({ [id]: state.index.task.get(id)?.title ?? id })),
    tasks_failed: failed.map(withError),
    ...(waiting.length === 0 ? {} : { tasks_waiting: waiting.map(withError) }),
    ...(full.length === 0 ? {} : { contexts_full: full }),
    branches_created: [...new Set(records.flatMap((record) => triesOf(record).at(-1)?.branch ?? []))],
    verification_passed: status === 'complete' && done.length === records.length && unverified === 0,
    next_group: remaining.find((each) => each > number) ?? remaining[0] ?? null,
    remaining_groups: remaining,
    session_id: state.run,
    started_at: isoTime(state.createdAt),
    timestamp: isoTime(closedAt ?? openedAt),
    summary: [
      `${done.length} of ${records.length} tasks are merged.`,
      ...(unverified === 0 ? [] : [`Of ${unverified} nothing has shown that the work does what it should.`]),
      ...goOn(state, {
        isFailed: status === 'failed' || before.length > 0,
        isOpen: status !== 'complete' || remaining.some((each) => !left.includes(each)),
        left: left.filter((each) => remaining.includes(each)),
      }),
    ].join(' '),
  };
}

/** Of a task that is to be tried again its last try has. */
function hasFailed({ state: { is } }: TaskRecord): boolean {
  return is === 'failed' || is === 'setback';
}

function withError({ id, state }: TaskRecord): Readonly<Record<string, string>> {
  return { [id]: errorOf(state) ?? '' };
}

interface GoingOn {
  /** Something of it, or of what came before, has failed. */
  readonly isFailed: boolean;
  /** The run itself has something left. */
  readonly isOpen: boolean;
  /** What another run has to do. */
  readonly left: readonly number[];
}

function goOn({ run, source }: RunState, { isFailed, isOpen, left }: GoingOn): readonly string[] {
  // What has failed is not tried again without the word for it.
  if (isOpen) return [`Go on with: cox resume ${run}${isFailed ? ' --retry-failed' : ''}`];
  const [next] = left;
  if (next === undefined) return [];
  return [`Merge the run's branch, then go on with: cox run ${shellWord(source)} --only ${next}`];
}

/** A checkpoint is of its moment: what ended after its group was left then. */
function isToCome(state: RunState, group: GroupRecord, at: number | undefined): boolean {
  if (isLeftOut(state, group)) return !recordsOf(state, group).every(isDone);
  if (group.state !== 'closed') return true;
  return at !== undefined && group.closedAt !== undefined && group.closedAt > at;
}

/** It has ended without some of its tasks, which can be tried again. */
function isLost(state: RunState, group: GroupRecord): boolean {
  const hasEnded = group.state === 'closed' || group.state === 'failed';
  return hasEnded && !isLeftOut(state, group) && !recordsOf(state, group).every(isOver);
}

/** What its checks did not try, no criterion proves, and QA has not approved. */
function isUnverified(state: RunState, record: TaskRecord): boolean {
  const { proof } = record;
  if (record.state.is !== 'merged' || proof === null || wasTried(proof)) return false;
  if (state.mergeTests.get(record.id)?.passed === true) return false;
  if (qaReport(state, record).status === 'approved') return false;
  return !criterionReports(state, record).some(({ status }) => status === 'proven' || status === 'met');
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
