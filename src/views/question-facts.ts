/** What a task's agents have asked, and what advisers have said to it. Texts of both are untrusted. */

import type { AttemptOutcome } from '../core/attempt.ts';
import { describeFailure } from '../core/failure.ts';
import { questionId } from '../core/question-id.ts';
import type { AttemptRecord, TaskRecord } from '../core/task-state.ts';
import { outcomeWords } from './attempt-log.ts';

export interface QuestionReport {
  /** Of the agent that asked. */
  readonly attempt: number;
  readonly question: string;
  /** Null where none was asked. */
  readonly adviser: {
    readonly attempt: number;
    /** Null: it had none, and the rule or the user was next. */
    readonly answer: string | null;
    /** Why it had none; null with an answer, and while it is at it. */
    readonly reason: string | null;
  } | null;
}

/** The oldest first. */
export function questionReports({ attempts }: Pick<TaskRecord, 'attempts'>): readonly QuestionReport[] {
  return attempts.flatMap(({ number, outcome }, at) =>
    outcome?.is === 'asking'
      ? [{ attempt: number, question: outcome.question, adviser: adviceOn(attempts.slice(at + 1)) }]
      : [],
  );
}

/** Of those that were asked about it the last counts: the others were cut off. */
function adviceOn(later: readonly AttemptRecord[]): QuestionReport['adviser'] {
  const end = later.findIndex(({ role }) => role !== 'adviser');
  const adviser = later.slice(0, end < 0 ? later.length : end).at(-1);
  if (adviser === undefined) return null;
  const { number: attempt, outcome } = adviser;
  const isAnswer = outcome?.is === 'advised' && outcome.advice.is === 'answer';
  const answer = isAnswer && outcome.advice.is === 'answer' ? outcome.advice.text : null;
  return { attempt, answer, reason: answer === null && outcome !== undefined ? reasonOf(outcome) : null };
}

function reasonOf(outcome: AttemptOutcome): string {
  if (outcome.is === 'advised' && outcome.advice.is === 'none') return outcome.advice.why;
  return outcome.is === 'failed' ? describeFailure(outcome.failure) : outcomeWords(outcome);
}

/** What a task that asks waits for, as JSON. */
export interface QuestionStatus {
  /** As `cox answer` takes it. */
  readonly id: string;
  readonly text: string;
  readonly waitsFor: 'user' | 'adviser';
  /** Why the adviser has left it to the user; null where it has not. */
  readonly reason: string | null;
}

export function questionStatus(record: TaskRecord): QuestionStatus | null {
  const { state } = record;
  const id = questionId(record);
  if (state.is !== 'asking' || id === null) return null;
  const waitsFor = state.adviser === undefined ? 'user' : 'adviser';
  return { id, text: state.question, waitsFor, reason: state.unadvised ?? null };
}
