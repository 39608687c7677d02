import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Cli } from '../cli.ts';

export function demoCommand(cli: Cli): Command {
  return new Command('demo')
    .summary('a whole run on a sample project, with an embedded agent')
    .description(
      'Makes a sample project and runs its plan with an embedded agent: three waves, with failures on purpose. Needs no key and no network.',
    )
    .argument('[folder]', 'where to make the project; a temporary folder without it')
    .action(async (folder: string | undefined) => {
      const { host, parts } = cli;
      cli.exitCode = await parts.runDemo({
        host,
        ...(folder === undefined ? {} : { folder: resolve(cli.folder, folder) }),
        cox: (argv) => cli.runAgain(argv),
      });
    });
}
