import { Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import { EXIT, stopOf } from '../exit.ts';
import { type FoundRun, findTask, withRun } from '../repository.ts';
import { ask } from './requests.ts';
import { resume } from './resume.ts';

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
        if (task === undefined) return await cancelRun(cli, found);
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

/** One that nobody drives is driven to its end here: agents that have outlived their driver would work on. */
async function cancelRun(cli: Cli, found: FoundRun): Promise<number> {
  const { api, state } = found;
  const { run } = state;
  if ((await api.owner(run)) !== null)
    return await ask(cli, found, { type: 'requested.cancel' }, 'it is cancelled.');
  const asked = await api.request(run, { type: 'requested.cancel' });
  if (!asked.ok) return cli.stop(stopOf(asked.error));
  cli.say(`Run ${run}: it is cancelled. Nobody drives it, so it is brought to its end now.`);
  const code = await resume(cli, run, { ci: true });
  const now = await api.read(run);
  const isCancelled = now.ok && now.value.phase.is === 'finished' && now.value.phase.status === 'cancelled';
  return isCancelled ? EXIT.ok : code;
}
