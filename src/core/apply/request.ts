import { isWithoutAgent } from '../agent-choice.ts';
import { consentIn } from '../consent.ts';
import type { TaskId } from '../plan.ts';
import { askingAttempt } from '../question-id.ts';
import { unreachable } from '../result.ts';
import { CLOSED_BREAKER, type Draft, type GroupRecord, groupRecord, taskRecord } from '../run-state.ts';
import {
  hasAgent,
  isLostToDependents,
  isSettled,
  satisfiesDependents,
  type TaskRecord,
} from '../task-state.ts';
import type { Budget } from '../usage.ts';
import { applyAnswer } from './asking.ts';
import { without } from './integration.ts';
import { heed } from './mail.ts';
import { type Logged, nextTry, setReadyOrWaiting, setState, triesAnew, updateRecord } from './parts.ts';
import { lookAnew } from './resolving.ts';
import { reviewAnew } from './review.ts';
import { askAgain } from './throttles.ts';

type RequestLevel = Logged<
  | 'requested.pause'
  | 'requested.unpause'
  | 'requested.stop'
  | 'requested.cancel'
  | 'requested.retry'
  | 'requested.skip'
  | 'requested.answer'
  | 'requested.limit'
  | 'requested.heed'
>;

/** A request that no longer fits (the task is done, or unknown) changes nothing. */
export function applyRequest(draft: Draft, event: RequestLevel): void {
  switch (event.type) {
    case 'requested.pause':
      draft.control = { ...draft.control, paused: true };
      return;
    case 'requested.unpause':
      draft.control = { ...draft.control, paused: false };
      return;
    case 'requested.stop':
      draft.control = { ...draft.control, stopping: { mode: event.mode, reason: event.reason } };
      return;
    case 'requested.cancel':
      return applyCancel(draft, event.task);
    case 'requested.retry':
      return applyRetry(draft, event);
    case 'requested.skip':
      return applySkip(draft, event.task);
    case 'requested.answer':
      return hearAnswer(draft, event);
    case 'requested.limit':
      draft.control = {
        ...draft.control,
        maxParallel: event.maxParallel ?? draft.control.maxParallel,
        budget: withLimits(draft.control.budget, event.budget ?? {}),
      };
      return;
    case 'requested.heed':
      return heed(draft, event);
    default:
      return unreachable(event);
  }
}

/** What is not named stays as it is. */
function withLimits(before: Budget, { task, attempt, ...run }: Budget): Budget {
  return {
    ...before,
    ...run,
    ...(task === undefined ? {} : { task: { ...before.task, ...task } }),
    ...(attempt === undefined ? {} : { attempt: { ...before.attempt, ...attempt } }),
  };
}

function applyCancel(draft: Draft, task: TaskId | undefined): void {
  if (task === undefined) {
    draft.control = { ...draft.control, cancelled: true };
    return;
  }
  const record = draft.tasks.get(task);
  if (record === undefined || isSettled(record.state)) return;
  updateRecord(draft, task, { cancelRequested: true });
  draft.undecided.add(task);
}

function applyRetry(draft: Draft, event: Logged<'requested.retry'>): void {
  const record = draft.tasks.get(event.task);
  if (record === undefined) return;
  if (record.state.is === 'qa-blocked' || record.state.is === 'needs-user') {
    // Else what it asks of QA or of a resolver could be refused for want of it.
    updateRecord(draft, event.task, { usedBefore: record.usage });
    reviewAnew(draft, record, event.at);
    lookAnew(draft, record, 'retry');
    return revive(draft, event.at);
  }
  // It only waits: neither its tries nor its budget are counted anew.
  if (record.state.is === 'waiting-for-quota' || isWithoutAgent(draft, record))
    return askAgain(draft, record, event.at);
  if (!isLostToDependents(record.state)) return;
  const { state } = record;
  const behind = blockedBehind(draft, event.task);
  reopen(draft, event.task, event.at, state.is === 'failed' ? nextTry(record, state.failure) : {});
  for (const id of behind) reopen(draft, id, event.at);
  blockAgain(draft, [event.task, ...behind]);
  revive(draft, event.at);
}

/** It may go on, whatever it has ended with: whoever asks for it has mended the cause. */
function revive(draft: Draft, at: number): void {
  draft.breaker = CLOSED_BREAKER;
  draft.control = { ...draft.control, cancelled: false };
  draft.integration = { ...draft.integration, broken: null };
  if (draft.phase.is === 'finished') draft.phase = { is: 'suspended', reason: 'interrupted', at };
}

function reopen(draft: Draft, id: TaskId, at: number, change: Partial<TaskRecord> = {}): void {
  reopenGroup(draft, id, ['closed', 'failed']);
  setReadyOrWaiting(draft, id, at, { ...change, ...triesAnew(taskRecord(draft, id)) });
}

/** The task's group is open again if its state is one of those; one whose turn never came waits for it. */
function reopenGroup(draft: Draft, id: TaskId, states: readonly GroupRecord['state'][]): void {
  const number = draft.index.task.get(id)?.group;
  if (number === undefined) return;
  const group = groupRecord(draft, number);
  if (!states.includes(group.state)) return;
  draft.groups.set(number, { ...group, state: group.openedAt === undefined ? 'pending' : 'open' });
}

function applySkip(draft: Draft, task: TaskId): void {
  const record = draft.tasks.get(task);
  if (record === undefined || satisfiesDependents(record.state) || hasAgent(record.state)) return;
  if (record.state.is === 'merging') return;
  draft.integration = {
    ...draft.integration,
    queue: without(draft.integration.queue, task),
    broken: null,
  };
  setState(draft, task, { is: 'skipped' });
  // Without the task its validation may pass after all.
  reopenGroup(draft, task, ['failed']);
  const behind = blockedBehind(draft, task);
  for (const id of behind) reopen(draft, id, 0);
  blockAgain(draft, behind);
  if (draft.phase.is === 'finished') {
    draft.phase = { is: 'suspended', reason: 'interrupted', at: draft.lastEventAt };
  }
}

/** Everything that is blocked because of this task, or because of one that is blocked because of it. */
function blockedBehind(draft: Draft, task: TaskId): TaskId[] {
  const found = new Set<TaskId>();
  const look = [task];
  for (let id = look.pop(); id !== undefined; id = look.pop()) {
    const group = draft.index.task.get(id)?.group ?? 0;
    const behind = [...(draft.index.dependents.get(id) ?? []), ...(draft.index.behindGroup.get(group) ?? [])];
    for (const dependent of behind) {
      const { state } = taskRecord(draft, dependent);
      if (state.is !== 'blocked' || found.has(dependent)) continue;
      found.add(dependent);
      look.push(dependent);
    }
  }
  return [...found];
}

/** Of what was reopened whatever waits for another task that is still lost, and what waits for that in turn. */
function blockAgain(draft: Draft, reopened: readonly TaskId[]): void {
  for (let left = reopened; left.length > 0; ) {
    const blocked = left.filter((id) => {
      const because = draft.tasks.get(id)?.state.is === 'waiting' ? lostBefore(draft, id) : undefined;
      if (because !== undefined) setState(draft, id, { is: 'blocked', because });
      return because !== undefined;
    });
    left = blocked.length === 0 ? [] : left.filter((id) => !blocked.includes(id));
  }
}

function lostBefore({ index, tasks }: Draft, id: TaskId): TaskId | undefined {
  return index.task
    .get(id)
    ?.dependsOn.find((other) => isLostToDependents(tasks.get(other)?.state ?? { is: 'waiting' }));
}

function hearAnswer(draft: Draft, event: Logged<'requested.answer'>): void {
  const record = draft.tasks.get(event.task);
  if (record?.state.is !== 'asking') return;
  if (event.attempt !== undefined && event.attempt !== askingAttempt(record)) return;
  if (record.state.held === true) return applyConsent(draft, event);
  applyAnswer(draft, event);
}

/** Who says no to a start does not want the task done. */
function applyConsent(draft: Draft, { task, text, at }: Logged<'requested.answer'>): void {
  const consent = consentIn(text);
  if (consent === true) setReadyOrWaiting(draft, task, at, { allowed: true });
  if (consent === false) applyCancel(draft, task);
}
