/** Small steps that several events share. They keep the derived sets true to the task records. */

import type { LoggedEvent } from '../event.ts';
import { type Failure, failureSignature } from '../failure.ts';
import { feedbackOf } from '../feedback.ts';
import { heldResources } from '../held-resources.ts';
import { checksKey } from '../intent-key.ts';
import type { TaskId } from '../plan.ts';
import { type Draft, groupRecord, taskRecord } from '../run-state.ts';
import {
  hasAgent,
  isSettled,
  lastAttempt,
  type Setback,
  satisfiesDependents,
  type TaskRecord,
  type TaskState,
} from '../task-state.ts';
import { settleForeseen } from './foreseeing.ts';

/** The events of these types, as they stand in the log. */
export type Logged<T extends LoggedEvent['type']> = Extract<LoggedEvent, { type: T }>;

/** Moves a task to a state, and everything that is counted from states with it. */
export function setState(draft: Draft, id: TaskId, next: TaskState, change: Partial<TaskRecord> = {}): void {
  const record = taskRecord(draft, id);
  const updated = { ...record, ...change, state: next };
  draft.tasks.set(id, updated);
  countSettled(draft, record, next);
  const cancelling = updated.cancelRequested && !isSettled(next);
  setMember(draft.undecided, id, cancelling || waitsForDecision(next));
  if (next.is === 'ready' || next.is === 'waiting-for-quota') insertReady(draft, id);
  else removeReady(draft, id);
  hold(draft, id, { before: record.state, now: next });
  // What is not checked any more is given up.
  if (record.state.is === 'checking' && next.is !== 'checking')
    draft.open.delete(checksKey({ task: id, attempt: record.state.attempt }));
  if (satisfiesDependents(next) && !satisfiesDependents(record.state)) releaseDependents(draft, id);
}

export function updateRecord(draft: Draft, id: TaskId, change: Partial<Omit<TaskRecord, 'state'>>): void {
  draft.tasks.set(id, { ...taskRecord(draft, id), ...change });
}

/** Ready when nothing it needs is missing, waiting otherwise. */
export function setReadyOrWaiting(
  draft: Draft,
  id: TaskId,
  notBefore: number,
  change: Partial<TaskRecord> = {},
): void {
  const record = taskRecord(draft, id);
  const group = draft.index.task.get(id)?.group;
  const open = group !== undefined && draft.groups.get(group)?.state === 'open';
  setState(draft, id, open && record.unmet === 0 ? { is: 'ready', notBefore } : { is: 'waiting' }, change);
}

/** Who asks for a retry may have mended what the work was rejected for. */
export function triesAnew({ usage }: TaskRecord): Partial<TaskRecord> {
  return { ...TRIES_ANEW, usedBefore: usage };
}

const TRIES_ANEW = {
  failures: 0,
  likeFailures: 0,
  lastSignature: null,
  losses: 0,
  rejections: 0,
  blockedReviews: 0,
  rejected: null,
} as const;

/** A task can be set back without end, by requests for a retry; its record keeps the last ones. */
const MOST_SETBACKS = 20;

/** The try did not work out; the next decision says what comes of it. */
export function setBack(draft: Draft, id: TaskId, failure: Failure, change: Partial<TaskRecord> = {}): void {
  const record = taskRecord(draft, id);
  const signature = failureSignature(failure);
  setState(
    draft,
    id,
    { is: 'setback', failure },
    {
      setbacks: withSetback(draft, record, failure),
      failures: record.failures + 1,
      likeFailures: record.lastSignature === signature ? record.likeFailures + 1 : 1,
      lastSignature: signature,
      allowed: false,
      ...change,
    },
  );
}

/** The last ones, with this one behind them. */
export function withSetback(draft: Draft, record: TaskRecord, failure: Failure): readonly Setback[] {
  const setback = { at: draft.lastEventAt, attempt: lastAttempt(record)?.number ?? 0, failure };
  return [...record.setbacks.slice(1 - MOST_SETBACKS), setback];
}

/** What the next attempt is told of the failure, and where it goes on. */
export function nextTry(
  record: TaskRecord,
  failure: Failure,
): Pick<TaskRecord, 'feedback' | 'resumeFrom' | 'rejected'> {
  const startsAnew = failure.reason === 'conflict';
  return {
    feedback: feedbackOf(failure, record.resumeFrom?.tip),
    // A conflict is solved on top of what it conflicts with; anything else goes on from the last tip.
    resumeFrom: startsAnew ? null : record.resumeFrom,
    rejected: startsAnew ? null : record.rejected,
  };
}

function countSettled(draft: Draft, record: TaskRecord, next: TaskState): void {
  const before = isSettled(record.state);
  const after = isSettled(next);
  if (record.state.is !== 'failed' && next.is === 'failed') draft.failedTasks += 1;
  if (record.state.is === 'failed' && next.is !== 'failed') draft.failedTasks -= 1;
  draft.unmergedTasks += Number(satisfiesDependents(record.state)) - Number(satisfiesDependents(next));
  if (before === after) return;
  if (after) settleForeseen(draft, record.id, draft.lastEventAt);
  const number = draft.index.task.get(record.id)?.group;
  if (number === undefined) return;
  const group = groupRecord(draft, number);
  draft.groups.set(number, { ...group, unsettled: group.unsettled + (after ? -1 : 1) });
}

function releaseDependents(draft: Draft, id: TaskId): void {
  for (const dependent of draft.index.dependents.get(id) ?? []) {
    const record = taskRecord(draft, dependent);
    updateRecord(draft, dependent, { unmet: Math.max(0, record.unmet - 1) });
    if (record.state.is === 'waiting') setReadyOrWaiting(draft, dependent, 0);
  }
}

function waitsForDecision(state: TaskState): boolean {
  switch (state.is) {
    case 'checking':
    case 'setback':
      return true;
    case 'reviewing':
    case 'conflicted':
      return !hasAgent(state);
    case 'asking':
      return state.adviser !== undefined && !hasAgent(state);
    case 'needs-user':
      return state.asked !== null;
    default:
      return false;
  }
}

function hold(
  draft: Draft,
  id: TaskId,
  { before, now }: Readonly<Record<'before' | 'now', TaskState>>,
): void {
  if (hasAgent(before) !== hasAgent(now)) {
    setMember(draft.running, id, hasAgent(now));
    const step = hasAgent(now) ? 1 : -1;
    for (const other of draft.index.conflicts.get(id) ?? []) addTo(draft.conflictsHeld, other, step);
  }
  const task = draft.index.task.get(id);
  if (usesResources(before))
    for (const name of heldResources(task, before)) addTo(draft.resourcesHeld, name, -1);
  if (usesResources(now)) for (const name of heldResources(task, now)) addTo(draft.resourcesHeld, name, 1);
}

/** Checks run the same tests as the agent did. */
function usesResources(state: TaskState): boolean {
  return hasAgent(state) || (state.is === 'checking' && !state.passed);
}

function addTo<K>(counts: Map<K, number>, key: K, step: number): void {
  const next = (counts.get(key) ?? 0) + step;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}

function setMember<T>(set: Set<T>, member: T, is: boolean): void {
  if (is) set.add(member);
  else set.delete(member);
}

function insertReady(draft: Draft, id: TaskId): void {
  const rank = draft.index.rank.get(id);
  if (rank === undefined) return;
  const at = placeOf(draft.ready, rank);
  if (draft.ready[at] !== rank) draft.ready.splice(at, 0, rank);
}

function removeReady(draft: Draft, id: TaskId): void {
  const rank = draft.index.rank.get(id);
  if (rank === undefined) return;
  const at = placeOf(draft.ready, rank);
  if (draft.ready[at] === rank) draft.ready.splice(at, 1);
}

/** Index of the first rank that is not smaller. */
function placeOf(ranks: readonly number[], rank: number): number {
  let low = 0;
  let high = ranks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranks[middle] ?? Number.POSITIVE_INFINITY) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}
