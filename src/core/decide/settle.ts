import { backoffMs } from '../backoff.ts';
import { isTaskSpent } from '../budget.ts';
import type { EventBody } from '../event.ts';
import { type Failure, isForGood } from '../failure.ts';
import { unreachable } from '../result.ts';
import { type RunState, taskRecord } from '../run-state.ts';
import { hasAgent, isApproved, type TaskRecord, type TaskState } from '../task-state.ts';
import { blockBehind } from './block-behind.ts';
import type { Decision } from './decision.ts';
import { isHeldFast } from './integrate.ts';

/** What comes of tasks that wait for a decision, and of those behind one that is lost. */
export function settleTasks(state: RunState, now: number): Decision {
  const events: EventBody[] = [];
  for (const id of state.undecided) events.push(...settle(state, taskRecord(state, id), now));
  for (const rank of state.control.budget.task === undefined ? [] : state.ready)
    events.push(...giveUpIfSpent(state, taskRecord(state, state.index.byRank[rank] ?? '')));
  const paused = openBreaker(state, events, now);
  if (paused !== null) events.push(paused);
  return { events: events.length > 0 ? events : cancelRest(state) };
}

function settle(state: RunState, record: TaskRecord, now: number): EventBody[] {
  const task = record.id;
  if (record.cancelRequested || state.control.cancelled) {
    // A step towards the integration branch comes to its end first: it may hold this task.
    if (hasAgent(record.state) || (record.state.is === 'merging' && isHeldFast(state, task))) return [];
    return [{ type: 'task.cancelled', task }, ...blockBehind(state, task)];
  }
  switch (record.state.is) {
    case 'checking':
      return record.state.passed ? [{ type: 'task.accepted', task, tip: record.state.tip }] : [];
    case 'reviewing':
      return isApproved(record.state, state.index.task.get(task))
        ? [{ type: 'task.accepted', task, tip: record.state.tip }]
        : giveUpIfSpent(state, record);
    case 'conflicted':
    case 'asking':
      return giveUpIfSpent(state, record);
    case 'setback':
      return retryOrFail(state, record, record.state.failure, now);
    default:
      return [];
  }
}

/** Nobody may begin anything more for it. */
function giveUpIfSpent(state: RunState, record: TaskRecord): EventBody[] {
  const { task: whole } = state.control.budget;
  const isAtWork =
    hasAgent(record.state) || (record.state.is === 'conflicted' && record.state.handedIn !== null);
  if (whole === undefined || isAtWork || !isTaskSpent(state, record)) return [];
  return retryOrFail(state, record, { reason: 'budget', of: 'task', whole }, 0);
}

function retryOrFail(state: RunState, record: TaskRecord, failure: Failure, now: number): EventBody[] {
  const task = record.id;
  const { task: whole } = state.control.budget;
  if (failure.reason !== 'budget' && whole !== undefined && isTaskSpent(state, record))
    return retryOrFail(state, record, { reason: 'budget', of: 'task', whole }, now);
  if (!mayRetry(failure) || isSpent(state, record, failure)) {
    // The work itself is good: it waits as it is.
    const isConflict = failure.reason === 'conflict' || isInConflict(record.state);
    if (isConflict && state.settings.resolver !== null && record.conflict !== null)
      return [{ type: 'task.unresolved', task, failure }];
    return [{ type: 'task.failed', task, failure }, ...blockBehind(state, task)];
  }
  const notBefore = now + (needsPause(failure) ? backoffMs(state.settings.backoff, record.failures) : 0);
  return [{ type: 'task.retrying', task, notBefore, failure }];
}

/** A resolver is at it, will be, or has asked. */
function isInConflict(state: TaskState): boolean {
  return state.is === 'conflicted' || (state.is === 'asking' && state.conflicted !== undefined);
}

/** QA's rejections are counted apart from failures. */
function isSpent({ settings }: RunState, { failures, rejections }: TaskRecord, failure: Failure): boolean {
  if (failure.reason === 'qa-rejected') return rejections >= (settings.qa?.rejections ?? 0);
  return failures > settings.retries;
}

function mayRetry(failure: Failure): boolean {
  if (failure.reason === 'budget') return failure.of !== 'task';
  return failure.reason !== 'lost' && !isForGood(failure);
}

/** A pause helps where the cause may lie outside; feedback on the work itself can be acted on at once. */
function needsPause(failure: Failure): boolean {
  switch (failure.reason) {
    case 'merge-test':
    case 'e2e':
    case 'group-validation':
    case 'checks':
    case 'qa-rejected':
    case 'conflict':
    case 'unresolved':
    case 'nothing-changed':
    case 'nothing-added':
    case 'budget':
    case 'no-completion-sign':
    case 'declared-failed':
      return false;
    case 'exit-code':
    case 'signal':
    case 'not-started':
    case 'agent-error':
    case 'hard-timeout':
    case 'idle-timeout':
    case 'limit':
    case 'setup':
    case 'harvest':
    case 'lost':
    case 'no-verdict':
    case 'qa-blocked':
      return true;
    default:
      return unreachable(failure);
  }
}

function openBreaker(state: RunState, settled: readonly EventBody[], now: number): EventBody | null {
  const { breaker, settings } = state;
  if (breaker.signature === null || breaker.tasks.length < 2 || now < breaker.until) return null;
  if (breaker.count < settings.breaker.failures || !isMoreToStart(state, settled)) return null;
  const until = now + settings.breaker.pauseMs * 2 ** Math.min(breaker.openings, 6);
  return { type: 'breaker.opened', until, signature: breaker.signature };
}

/** When the whole run is cancelled, so is every task that does not run and is not settled. */
function cancelRest(state: RunState): EventBody[] {
  if (!state.control.cancelled) return [];
  const events: EventBody[] = [];
  for (const record of state.tasks.values()) {
    switch (record.state.is) {
      case 'waiting':
      case 'ready':
      case 'qa-blocked':
      case 'needs-user':
      case 'waiting-for-quota':
      case 'accepted':
        events.push({ type: 'task.cancelled', task: record.id });
        break;
      case 'asking':
        if (!hasAgent(record.state)) events.push({ type: 'task.cancelled', task: record.id });
        break;
      case 'merging':
        if (!isHeldFast(state, record.id)) events.push({ type: 'task.cancelled', task: record.id });
        break;
      default:
        break;
    }
  }
  return events;
}

/** A pause before nothing would only be noise. */
function isMoreToStart(state: RunState, settled: readonly EventBody[]): boolean {
  if (state.ready.length > 0) return true;
  const lost = new Set(settled.flatMap((event) => (isLoss(event) ? [event.task] : [])));
  for (const { id, state: task } of state.tasks.values())
    if (!lost.has(id) && (task.is === 'waiting' || state.undecided.has(id))) return true;
  return false;
}

function isLoss(
  event: EventBody,
): event is Extract<EventBody, { type: 'task.failed' | 'task.blocked' | 'task.cancelled' }> {
  return event.type === 'task.failed' || event.type === 'task.blocked' || event.type === 'task.cancelled';
}
