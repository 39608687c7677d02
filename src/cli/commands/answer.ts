import { Command } from 'commander';
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
    .argument('<task>', 'the id of the task that asks, or the start of it')
    .argument('<text...>', 'the answer')
    .addOption(runOption())
    .action(async (task: string, words: readonly string[], { run }: AnswerOptions) => {
      cli.exitCode = await withRun(cli, run, async (found) => {
        const text = words.join(' ');
        if (text.trim() === '') {
          return cli.stop({
            code: EXIT.usage,
            message: 'the answer is empty',
            remedy: 'Give it behind the task.',
          });
        }
        const id = findTask(found.state, task);
        if (!id.ok) return cli.stop(id.error);
        return await ask(
          cli,
          found,
          { type: 'requested.answer', task: id.value, text },
          `${id.value} has its answer.`,
        );
      });
    });
}
