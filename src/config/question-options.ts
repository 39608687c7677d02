/** Options of what becomes of questions that agents ask. */

import { anyMap, choice, count, text, textOrNone } from './kinds.ts';
import { meta } from './option-meta.ts';

export const QUESTION_OPTIONS = {
  questions: choice('user', 'rule', 'adviser').prefault('user').register(meta, {
    section: 'Agents',
    key: 'questions.by',
    env: 'COX_QUESTIONS',
    flag: '--questions <who>',
    description:
      'who answers when an agent asks: user (the task waits for `cox answer`), rule (a fixed answer), or adviser (another agent, which only reads)',
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
    description:
      'of one task, so many questions are answered by rule or by the adviser; further ones wait for you',
  }),
  adviserCommand: textOrNone('a command line for the shell').optional().register(meta, {
    section: 'Agents',
    key: 'questions.command',
    env: 'COX_QUESTIONS_COMMAND',
    description:
      'this shell command is the adviser: it finds the question on standard input, and prints TASK_ANSWER or NO_ANSWER in a promise',
  }),
  adviserAgent: text('the name of an agent driver').optional().register(meta, {
    section: 'Agents',
    key: 'questions.agent',
    env: 'COX_QUESTIONS_AGENT',
    description:
      "which driver the adviser has; without it the tasks' own, unless that is a command or a recipe",
  }),
  adviserOptions: anyMap().optional().register(meta, {
    section: 'Agents',
    key: 'questions.options',
    description:
      "options of that driver, such as its model; without them, those of the tasks' agent if it is the same driver, but for its tools",
  }),
  adviserOtherwise: choice('user', 'rule').prefault('user').register(meta, {
    section: 'Agents',
    key: 'questions.otherwise',
    env: 'COX_QUESTIONS_OTHERWISE',
    description: 'who answers what the adviser has no answer to: user, or rule',
  }),
};
