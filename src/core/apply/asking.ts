/** What becomes of a question that an agent has ended with. */

import type { Advising } from '../advising.ts';
import { agentFor } from '../agent-choice.ts';
import { REFUSED_CREDENTIALS } from '../agent-problem.ts';
import { NO_ANSWER } from '../attempt.ts';
import type { Conflicted } from '../conflicted.ts';
import { describeFailure } from '../failure.ts';
import { answerFeedback } from '../feedback.ts';
import { unreachable } from '../result.ts';
import { type Draft, taskRecord } from '../run-state.ts';
import type { TaskRecord, TaskState } from '../task-state.ts';
import { type Logged, setReadyOrWaiting, setState } from './parts.ts';
import { MOST_LOSSES, type Settling } from './review.ts';

type Asking = Extract<TaskState, { is: 'asking' }>;

/** It goes to the adviser, to the rule, or to the user. With a conflict it is the resolver that asks. */
export function ask(
  draft: Draft,
  { record, outcome, at, change }: Settling & { readonly outcome: { readonly is: 'asking' } },
  conflicted?: Conflicted,
): void {
  const asking: Asking = {
    is: 'asking',
    question: outcome.question,
    ...(conflicted === undefined ? {} : { conflicted }),
  };
  const { questions } = draft.settings;
  const asker = change.attempts?.at(-1);
  const isTooOften = questionsOf(change.attempts ?? [], asker?.role) > (questions?.most ?? 0);
  if (questions === undefined || asker === undefined || isTooOften)
    return setState(draft, record.id, asking, change);
  if (questions.adviser === undefined) return withoutAdvice(draft, { asking, record, at, change });
  if (!canAdvise(draft, record, at)) return withoutAdvice(draft, { asking, record, at, change }, NOBODY);
  const { base, startFrom } = asker;
  const adviser: Advising = {
    notBefore: at,
    attempt: null,
    stopping: null,
    tip: outcome.work?.tip ?? startFrom,
    base,
  };
  setState(draft, record.id, { ...asking, adviser }, change);
}

/** An adviser's attempt has ended. */
export function endAdvising(draft: Draft, settling: Settling): void {
  const { record, outcome, at, change } = settling;
  const { state } = record;
  if (state.is !== 'asking' || state.adviser === undefined) return;
  const { adviser, ...asking } = state;
  const step = { asking, record, at, change };
  if (adviser.answer !== undefined)
    return goOn(draft, { ...step, feedback: answerFeedback(state.question, adviser.answer, 'others') });
  const again = { ...state, adviser: { ...adviser, notBefore: at, attempt: null, stopping: null } };
  switch (outcome.is) {
    case 'advised': {
      const { advice } = outcome;
      if (advice.is === 'none') return withoutAdvice(draft, step, advice.why);
      return goOn(draft, { ...step, feedback: answerFeedback(state.question, advice.text, 'adviser') });
    }
    case 'failed':
      return withoutAdvice(draft, step, describeFailure(outcome.failure));
    case 'stopped':
    // The wait is its credential's, for another agent may be there.
    case 'quota':
      return canAdvise(draft, record, at)
        ? setState(draft, record.id, again, change)
        : withoutAdvice(draft, step, NOBODY);
    case 'lost': {
      const losses = record.losses + 1;
      if (losses > MOST_LOSSES)
        return withoutAdvice(draft, step, describeFailure({ reason: 'lost', times: losses }));
      return setState(draft, record.id, again, { ...change, losses });
    }
    case 'done':
    case 'asking':
    case 'reviewed':
      return withoutAdvice(draft, step, NO_ANSWER);
    default:
      return unreachable(outcome);
  }
}

const NOBODY = `${REFUSED_CREDENTIALS}; log in, or set its key`;

/** Where the credentials of all who may are refused for certain, somebody else can answer. */
function canAdvise(draft: Draft, record: TaskRecord, now: number): boolean {
  return agentFor(draft, { record, role: 'adviser', now }) !== undefined;
}

interface Step extends Pick<Settling, 'record' | 'at' | 'change'> {
  readonly asking: Asking;
}

/** The rule's answer, where there is one. `why` the adviser has none; nothing where nobody was asked. */
function withoutAdvice(draft: Draft, step: Step, why?: string): void {
  const { asking, record, change } = step;
  const answer = draft.settings.questions?.answer;
  if (answer !== undefined)
    return goOn(draft, { ...step, feedback: answerFeedback(asking.question, answer, 'others') });
  setState(draft, record.id, why === undefined ? asking : { ...asking, unadvised: why }, change);
}

/** Whoever has asked is told the answer next. */
function goOn(draft: Draft, { asking, record, at, change, feedback }: Step & { feedback: string }): void {
  const { conflicted } = asking;
  if (conflicted === undefined) return setReadyOrWaiting(draft, record.id, at, { ...change, feedback });
  setState(draft, record.id, { ...conflicted, notBefore: at, feedback }, change);
}

/** The user's answer comes before an adviser's, which is ended for it. */
export function applyAnswer(draft: Draft, { task, text, at }: Logged<'requested.answer'>): void {
  const record = taskRecord(draft, task);
  const { state } = record;
  if (state.is !== 'asking') return;
  const { adviser, ...asking } = state;
  if (adviser !== undefined && adviser.attempt !== null)
    return setState(draft, task, { ...state, adviser: { ...adviser, answer: text } });
  const feedback = answerFeedback(state.question, text, 'others');
  goOn(draft, { asking, record, at, change: {}, feedback });
}

function questionsOf(attempts: TaskRecord['attempts'], role: string | undefined): number {
  return attempts.filter((each) => each.role === role && each.outcome?.is === 'asking').length;
}
