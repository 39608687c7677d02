/** How an agent is told that it may ask, where somebody can answer. */

import type { TaskId } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';

/** Before its task; empty where all that it would get is a fixed answer. */
export function askNote({ settings: { questions } }: Pick<RunState, 'settings'>, task: TaskId): string {
  if (questions !== undefined && questions.adviser === undefined) return '';
  return [
    'Decide small things that your task leaves open yourself, and note what you decided. Where a wrong guess would spoil the work, and neither the task nor the repository tells, you may ask: end with this line, and nothing behind it:',
    `<promise>TASK_QUESTION: ${task} your question, with all that is needed to answer it</promise>`,
    'What you have done is kept. You are then told "You asked:" with the answer below it, and go on.',
    '\n',
  ].join('\n');
}
