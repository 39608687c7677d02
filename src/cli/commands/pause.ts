import { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit.ts';
import { withRun } from '../repository.ts';
import { ask } from './requests.ts';

export function pauseCommand(cli: Cli): Command {
  return new Command('pause')
    .summary('start nothing new for now')
    .description('Pauses a run: agents at work go on, nothing new starts. `cox resume` ends the pause.')
    .argument('[run]', "the run's id or the start of it, or its plan; the newest run without it")
    .action(async (what: string | undefined) => {
      cli.exitCode = await withRun(cli, what, async (found) => {
        const { run, phase } = found.state;
        // Who goes on with it then wants it to go on: a pause in its log would mean nothing.
        if (phase.is !== 'finished' && (await found.api.owner(run)) === null) {
          cli.say(`Run ${run}: nobody drives it, so nothing new starts until \`cox resume ${run}\`.`);
          return EXIT.ok;
        }
        return await ask(cli, found, { type: 'requested.pause' }, 'nothing new starts until `cox resume`.');
      });
    });
}
