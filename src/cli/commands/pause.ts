import { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withRun } from '../repository.ts';
import { ask } from './requests.ts';

export function pauseCommand(cli: Cli): Command {
  return new Command('pause')
    .summary('start nothing new for now')
    .description('Pauses a run: agents at work go on, nothing new starts. `cox resume` ends the pause.')
    .argument('[run]', "the run's id or the start of it, or its plan; the newest run without it")
    .action(async (what: string | undefined) => {
      cli.exitCode = await withRun(cli, what, (found) =>
        ask(cli, found, { type: 'requested.pause' }, 'nothing new starts until `cox resume`.'),
      );
    });
}
