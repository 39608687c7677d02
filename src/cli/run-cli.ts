import { CommanderError } from 'commander';
import { Cli } from './cli.ts';
import type { CliHost, CliParts } from './context.ts';
import { EXIT } from './exit.ts';
import { makeProgram, UsageError } from './program.ts';

/**
 * Runs one command line; the value is the exit code. Rejects only on a bug. Everything a user can do wrong, and
 * everything that can go wrong outside, is said on standard error.
 */
export async function runCli(host: CliHost, parts: CliParts): Promise<number> {
  const cli = new Cli(host, parts, (argv, env) => runCli({ ...host, argv, env }, parts));
  const program = makeProgram(cli);
  try {
    if (host.argv.length === 0) {
      program.outputHelp({ error: true });
      return EXIT.usage;
    }
    await program.parseAsync([...host.argv], { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (error instanceof UsageError) return cli.exitCode;
    if (!(error instanceof CommanderError)) throw error;
    // Help and the version are errors of code 0 to commander.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}
