/** Options of what becomes of questions that agents ask. */

import { choice, count, text } from './kinds.ts';
import { meta } from './option-meta.ts';

export const QUESTION_OPTIONS = {
  questions: choice('user', 'rule').prefault('user').register(meta, {
    section: 'Agents',
    key: 'questions.by',
    env: 'COX_QUESTIONS',
    flag: '--questions <who>',
    description:
      'who answers when an agent asks: user (the task waits for `cox answer`), or rule (a fixed answer)',
  }),
  questionAnswer: text('the answer, in words')
    .prefault(
      'Nobody can be asked. Decide it yourself as it fits the task and the code best, and name the decision and its reason in your last words.',
    )
    .register(meta, {
      section: 'Agents',
      key: 'questions.answer',
      env: 'COX_QUESTIONS_ANSWER',
      description: 'the answer by rule',
    }),
  questionsMost: count(1, 100).prefault(3).register(meta, {
    section: 'Agents',
    key: 'questions.most',
    env: 'COX_QUESTIONS_MOST',
    description: 'of one task, so many questions are answered by rule; further ones wait for you',
  }),
};
