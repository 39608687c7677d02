import { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { findTask, withRun } from '../repository.ts';
import { ask } from './requests.ts';
import { runOption } from './shared.ts';

interface RetryOptions {
  readonly run?: string;
}

export function retryCommand(cli: Cli): Command {
  return new Command('retry')
    .summary('try a failed task again')
    .description(
      'Gives a failed, blocked or cancelled task its tries again, and what is blocked behind it. ' +
        'What waits for you is taken up: QA looks again where it could not, and so does a resolver. ' +
        'The service that a task waits for is asked at once, also one that refused its credentials.',
    )
    .argument('<task>', "the task's id, or the start of it")
    .addOption(runOption())
    .action(async (task: string, { run }: RetryOptions) => {
      cli.exitCode = await withRun(cli, run, async (found) => {
        const id = findTask(found.state, task);
        if (!id.ok) return cli.stop(id.error);
        const isForQa = found.state.tasks.get(id.value)?.state.is === 'qa-blocked';
        const done = isForQa ? `QA looks at ${id.value} again.` : `${id.value} is tried again.`;
        return await ask(cli, found, { type: 'requested.retry', task: id.value }, done);
      });
    });
}
