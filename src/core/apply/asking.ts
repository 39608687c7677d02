/** What becomes of a question that an agent has ended with. */

import { answerFeedback } from '../feedback.ts';
import type { Draft } from '../run-state.ts';
import type { AttemptRecord } from '../task-state.ts';

/** What the next attempt is told when the rule answers; null when the user is to be asked. `attempts` hold this one, the last. */
export function answerByRule(
  { settings }: Draft,
  attempts: readonly AttemptRecord[],
  question: string,
): string | null {
  const { questions } = settings;
  if (questions === undefined) return null;
  const role = attempts.at(-1)?.role;
  const asked = attempts.filter((each) => each.role === role && each.outcome?.is === 'asking').length;
  return asked <= questions.most ? answerFeedback(question, questions.answer) : null;
}
