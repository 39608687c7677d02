import { Command } from 'commander';
import { readQuestionId } from '../../core/question-id.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit.ts';
import { findTask, withRun } from '../repository.ts';
import { ask } from './requests.ts';
import { runOption } from './shared.ts';

interface AnswerOptions {
  readonly run?: string;
}

export function answerCommand(cli: Cli): Command {
  return new Command('answer')
    .summary("answer an agent's question")
    .description('Answers what the agent of a task has asked. `cox status` shows the questions.')
    .argument('<question>', 'its id (task-001/2), or the id of the task that asks, or the start of that')
    .argument('<text...>', 'the answer')
    .addOption(runOption())
    .action(async (question: string, words: readonly string[], { run }: AnswerOptions) => {
      cli.exitCode = await withRun(cli, run, async (found) => {
        const text = words.join(' ');
        if (text.trim() === '') {
          return cli.stop({
            code: EXIT.usage,
            message: 'the answer is empty',
            remedy: 'Give it behind the question.',
          });
        }
        const asked = found.state.tasks.has(question) ? null : readQuestionId(question);
        const id = findTask(found.state, asked?.task ?? question);
        if (!id.ok) return cli.stop(id.error);
        const request = { type: 'requested.answer', task: id.value, text } as const;
        const only = asked === null ? {} : { attempt: asked.attempt };
        return await ask(cli, found, { ...request, ...only }, `${id.value} has its answer.`);
      });
    });
}
