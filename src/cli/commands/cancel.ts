import { Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import { findTask, withRun } from '../repository.ts';
import { ask } from './requests.ts';

interface CancelOptions {
  readonly task?: string;
}

export function cancelCommand(cli: Cli): Command {
  return new Command('cancel')
    .summary('stop agents for good; their work is kept')
    .description(
      'Cancels a run, or one task of it. Agents are stopped; what they have done stays on their branches.',
    )
    .argument('[run]', "the run's id or the start of it, or its plan; the newest run without it")
    .addOption(new Option('--task <task>', 'cancel this task only'))
    .action(async (what: string | undefined, { task }: CancelOptions) => {
      cli.exitCode = await withRun(cli, what, async (found) => {
        if (task === undefined)
          return await ask(cli, found, { type: 'requested.cancel' }, 'it is cancelled.');
        const id = findTask(found.state, task);
        if (!id.ok) return cli.stop(id.error);
        return await ask(
          cli,
          found,
          { type: 'requested.cancel', task: id.value },
          `${id.value} is cancelled.`,
        );
      });
    });
}
