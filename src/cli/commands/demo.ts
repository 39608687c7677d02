import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Cli } from '../cli.ts';
import type { CliHost } from '../context.ts';

/**
 * The demo goes by its own config alone: with the user's agent it would need a key, and nothing would go wrong
 * on purpose. What confines agents on this machine is the user's to say.
 */
function demoEnvironment(env: CliHost['env']): CliHost['env'] {
  const others = Object.entries(env).filter(
    ([name]) => !name.startsWith('COX_') || name.startsWith('COX_SANDBOX'),
  );
  return { ...Object.fromEntries(others), XDG_CONFIG_HOME: '/dev/null' };
}

export function demoCommand(cli: Cli): Command {
  return new Command('demo')
    .summary('a whole run on a sample project, with an embedded agent')
    .description(
      'Makes a sample project and runs its plan with an embedded agent: three waves, with failures on purpose. Needs no key and no network.',
    )
    .argument('[folder]', 'a new or empty folder for all that it makes; a temporary one without it')
    .action(async (folder: string | undefined) => {
      const { host, parts } = cli;
      cli.exitCode = await parts.runDemo({
        host,
        ...(folder === undefined ? {} : { folder: resolve(cli.folder, folder) }),
        cox: (argv) => cli.runAgain(argv, demoEnvironment(host.env)),
      });
    });
}
