/** Lines of the execution report on the attempts at a task: who did them, what they used, and what was asked. */

import type { RunState } from '../core/run-state.ts';
import type { TaskRecord } from '../core/task-state.ts';
import { modelOfAttempt } from './agent-words.ts';
import { mdText } from './markdown.ts';
import { usedWords } from './money.ts';
import { type QuestionReport, questionReports } from './question-facts.ts';
import { modelOfTask } from './task-facts.ts';

/** Where there is more than one to be told apart. */
export function attemptLines({ attempts }: TaskRecord): string[] {
  if (attempts.length < 2) return [];
  return attempts.flatMap((attempt) => {
    const { number, role, agent, outcome, used = {} } = attempt;
    const words = usedWords(outcome?.usage ?? used);
    const model = modelOfAttempt(attempt);
    if (words === null && model === null) return [];
    const who = [role, agent.driver, ...(model === null ? [] : [model])].join(', ');
    return [`  - Attempt ${number} (${mdText(who)})${words === null ? '' : `: ${words}`}`];
  });
}

export function modelLine(state: RunState, record: TaskRecord): string[] {
  const model = modelOfTask(state, record);
  return model === null ? [] : [`- **Model**: ${mdText(model)}`];
}

export function questionLines(record: TaskRecord): string[] {
  return questionReports(record).map(
    ({ attempt, question, adviser }) =>
      `- **Question** (attempt ${attempt}): ${mdText(`${question}${adviceWords(adviser)}`)}`,
  );
}

function adviceWords(adviser: QuestionReport['adviser']): string {
  if (adviser === null) return '';
  const { attempt, answer, reason } = adviser;
  if (answer !== null) return `; the adviser (attempt ${attempt}) answered: ${answer}`;
  return reason === null ? '' : `; the adviser (attempt ${attempt}) had no answer: ${reason}`;
}
