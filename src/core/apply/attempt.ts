import { agentOfRole } from '../agent-choice.ts';
import { type AttemptOutcome, isRefusedCredential, type StopReason } from '../attempt.ts';
import { failureSignature, isForGood } from '../failure.ts';
import { intentKey } from '../intent-key.ts';
import { unreachable } from '../result.ts';
import { CLOSED_BREAKER, type Draft, taskRecord } from '../run-state.ts';
import { type AttemptRecord, attemptUnderWay, type TaskState } from '../task-state.ts';
import { addUsage } from '../usage.ts';
import { ask, endAdvising } from './asking.ts';
import { type Logged, setBack, setReadyOrWaiting, setState, updateRecord } from './parts.ts';
import { toBeProven } from './proving.ts';
import { repeatedRejection, stillRejected } from './rejection.ts';
import { endResolving } from './resolving.ts';
import { endReview, MOST_LOSSES, type Settling } from './review.ts';
import { hearAnswer, hearEnd } from './throttles.ts';

type AttemptLevel = Logged<
  'attempt.starting' | 'attempt.started' | 'attempt.progress' | 'attempt.stopping' | 'attempt.ended'
>;

export function applyAttempt(draft: Draft, event: AttemptLevel): void {
  switch (event.type) {
    case 'attempt.starting':
      return applyStarting(draft, event);
    case 'attempt.started':
      return changeAttempt(draft, event, { startedAt: event.at, slot: event.slot, worktree: event.worktree });
    case 'attempt.progress':
      return applyProgress(draft, event);
    case 'attempt.stopping':
      return applyStopping(draft, event);
    case 'attempt.ended':
      return applyEnded(draft, event);
    default:
      return unreachable(event);
  }
}

function applyStarting(draft: Draft, event: Logged<'attempt.starting'>): void {
  const { task, attempt, role } = event;
  const record = taskRecord(draft, task);
  // What is foreseen of the work of others is another matter each time.
  const told = role === 'executor' ? record.feedback : event.feedback;
  const begun: AttemptRecord = {
    number: attempt,
    role,
    branch: event.branch,
    base: event.base,
    startFrom: event.startFrom,
    agent: event.agent ?? agentOfRole(draft.settings, role),
    ...(event.session === undefined ? {} : { session: event.session }),
    ...(told === '' ? {} : { told }),
    requestedAt: event.at,
  };
  const next: TaskState = withAttempt(record.state, { attempt, stopping: null }) ?? {
    is: 'running',
    attempt,
    role,
    stopping: null,
  };
  setState(draft, task, next, { attempts: [...record.attempts, begun] });
  draft.open.set(intentKey(event), event);
}

function applyStopping(draft: Draft, event: Logged<'attempt.stopping'>): void {
  const { state } = taskRecord(draft, event.task);
  const { attempt, why: stopping } = event;
  if (attemptUnderWay(state)?.attempt !== attempt) return;
  const next = state.is === 'running' ? { ...state, stopping } : withAttempt(state, { attempt, stopping });
  if (next === null) return;
  setState(draft, event.task, next);
  draft.open.set(intentKey(event), event);
}

/** Of an agent that helps with the task, the state while it does; null in a state in which nobody helps. */
function withAttempt(
  state: TaskState,
  { attempt, stopping }: { readonly attempt: number; readonly stopping: StopReason | null },
): TaskState | null {
  if (state.is === 'reviewing' || state.is === 'conflicted') return { ...state, attempt, stopping };
  if (state.is !== 'asking' || state.adviser === undefined) return null;
  return { ...state, adviser: { ...state.adviser, attempt, stopping } };
}

function applyEnded(draft: Draft, event: Logged<'attempt.ended'>): void {
  const { task, attempt } = event;
  const begun = attemptOf(draft, event);
  const outcome = settledOutcome(draft, withUsage(event, begun));
  if (begun !== undefined)
    hearEnd(draft, {
      record: taskRecord(draft, task),
      attempt: begun,
      outcome: event.outcome,
      at: event.at,
    });
  draft.open.delete(`attempt:${task}:${attempt}`);
  draft.open.delete(`stop:${task}:${attempt}`);
  draft.usage = addUsage(draft.usage, outcome.usage);
  const record = taskRecord(draft, task);
  const attempts = record.attempts.map((each) =>
    each.number === attempt
      ? { ...each, endedAt: event.at, outcome: { ...event.outcome, usage: outcome.usage } }
      : each,
  );
  countForBreaker(draft, { ...event, outcome });
  const usage = addUsage(record.usage, outcome.usage);
  if (record.state.is === 'reviewing')
    return endReview(draft, { record, outcome, at: event.at, change: { attempts, usage } });
  if (record.state.is === 'conflicted')
    return endResolving(draft, { record, outcome, at: event.at, change: { attempts, usage } });
  if (record.state.is === 'asking')
    return endAdvising(draft, { record, outcome, at: event.at, change: { attempts, usage } });
  const base = record.attempts.find((each) => each.number === attempt)?.base;
  const resumeFrom =
    outcome.work !== undefined && base !== undefined ? { tip: outcome.work.tip, base } : record.resumeFrom;
  const rejected = stillRejected(record, outcome.work);
  const change = { attempts, resumeFrom, rejected, usage };
  settleAttempt(draft, { record, outcome, at: event.at, change });
}

/** What its agent told before it was lost was used all the same. */
function withUsage(
  event: Logged<'attempt.ended'>,
  begun: AttemptRecord | undefined,
): Logged<'attempt.ended'> {
  const { outcome } = event;
  if (begun?.used === undefined || Object.keys(outcome.usage).length > 0) return event;
  return { ...event, outcome: { ...outcome, usage: begun.used } };
}

/** A session that is lost and credentials that are refused are no failures of the task. */
function settledOutcome(draft: Draft, event: Logged<'attempt.ended'>): AttemptOutcome {
  const { outcome } = event;
  const begun = attemptOf(draft, event);
  if (begun === undefined || outcome.is !== 'failed' || outcome.failure.reason !== 'agent-error')
    return outcome;
  const isLost = begun.session !== undefined && outcome.failure.kind === 'session';
  return isLost || isRefusedCredential(outcome) ? { ...outcome, is: 'stopped', why: 'interrupted' } : outcome;
}

function attemptOf(
  draft: Draft,
  { task, attempt }: { task: string; attempt: number },
): AttemptRecord | undefined {
  return taskRecord(draft, task).attempts.find(({ number }) => number === attempt);
}

function applyProgress(draft: Draft, event: Logged<'attempt.progress'>): void {
  const { used } = event;
  changeAttempt(draft, event, { progress: progressOf(event), ...(used === undefined ? {} : { used }) });
  const attempt = attemptOf(draft, event);
  if (event.answered === true && attempt !== undefined) hearAnswer(draft, event.task, attempt);
}

function settleAttempt(draft: Draft, { record, outcome, at, change }: Settling): void {
  switch (outcome.is) {
    case 'done': {
      const rejection = repeatedRejection(draft, record.id, change.rejected ?? null);
      if (rejection !== null)
        return setBack(draft, record.id, { reason: 'nothing-added', rejection }, change);
      return setState(draft, record.id, toBeProven(draft, record, { tip: outcome.work.tip, at }), change);
    }
    case 'failed':
      return setBack(draft, record.id, outcome.failure, change);
    case 'stopped':
      return setReadyOrWaiting(draft, record.id, at, change);
    case 'lost': {
      const losses = record.losses + 1;
      if (losses > MOST_LOSSES)
        return setBack(draft, record.id, { reason: 'lost', times: losses }, { ...change, losses });
      return setReadyOrWaiting(draft, record.id, at, { ...change, losses });
    }
    case 'quota':
      // A time that is past already must not become a loop of starts.
      return setState(
        draft,
        record.id,
        { is: 'waiting-for-quota', until: Math.max(outcome.until, at + draft.settings.backoff.firstMs) },
        change,
      );
    case 'asking':
      return ask(draft, { record, outcome, at, change });
    case 'reviewed':
    case 'advised':
      // Only QA and advisers end so, and their attempts come to their end elsewhere.
      return setReadyOrWaiting(draft, record.id, at, change);
    default:
      return unreachable(outcome);
  }
}

function countForBreaker(draft: Draft, { task, outcome, at }: Logged<'attempt.ended'>): void {
  if (outcome.is === 'done' || (outcome.is === 'reviewed' && outcome.review.verdict !== 'blocked')) {
    draft.breaker = CLOSED_BREAKER;
    return;
  }
  if (outcome.is !== 'failed' && outcome.is !== 'reviewed') return;
  // No pause brings a program that is not there, or an option that it knows.
  if (outcome.is === 'failed' && isForGood(outcome.failure)) return;
  const { breaker } = draft;
  const signature = outcome.is === 'failed' ? failureSignature(outcome.failure) : 'qa-blocked';
  const same = breaker.signature === signature;
  // What was started before the pause may still fail in it; that must not prolong the pause by itself.
  const most = at < breaker.until ? draft.settings.breaker.failures - 1 : Number.POSITIVE_INFINITY;
  draft.breaker = {
    ...breaker,
    signature,
    count: same ? Math.min(breaker.count + 1, most) : 1,
    tasks: [...(same ? breaker.tasks.filter((id) => id !== task) : []), task],
    openings: same ? breaker.openings : 0,
  };
}

function changeAttempt(
  draft: Draft,
  event: { task: string; attempt: number },
  change: Partial<AttemptRecord>,
): void {
  const record = taskRecord(draft, event.task);
  updateRecord(draft, event.task, {
    attempts: record.attempts.map((each) => (each.number === event.attempt ? { ...each, ...change } : each)),
  });
}

function progressOf(event: Logged<'attempt.progress'>): { percent?: number; step?: string } {
  return {
    ...(event.percent === undefined ? {} : { percent: event.percent }),
    ...(event.step === undefined ? {} : { step: event.step }),
  };
}
