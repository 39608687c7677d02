/** The program's commands, their groups in the help, and the options that all of them have. */

import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { suggest } from '../config/suggest.ts';
import { printable } from '../core/printable.ts';
import type { Cli } from './cli.ts';
import { answerCommand } from './commands/answer.ts';
import { cancelCommand } from './commands/cancel.ts';
import { checkpointCommand } from './commands/checkpoint.ts';
import { completeCommand, completionCommand } from './commands/completion.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { integrateCommand } from './commands/integrate.ts';
import { logsCommand } from './commands/logs.ts';
import { messageCommand } from './commands/message.ts';
import { pauseCommand } from './commands/pause.ts';
import { planCommand } from './commands/plan.ts';
import { poolCommand } from './commands/pool.ts';
import { promptsCommand } from './commands/prompts.ts';
import { reportCommand } from './commands/report.ts';
import { resumeCommand } from './commands/resume.ts';
import { retryCommand } from './commands/retry.ts';
import { runCommand } from './commands/run.ts';
import { setupCommand } from './commands/setup.ts';
import { specCommand } from './commands/spec.ts';
import { stateCommand } from './commands/state.ts';
import { statusCommand } from './commands/status.ts';
import { validateCommand } from './commands/validate.ts';
import { waitCommand } from './commands/wait.ts';
import { EXIT } from './exit.ts';
import { isFolder } from './files.ts';

const GROUPS: readonly { readonly title: string; readonly make: readonly ((cli: Cli) => Command)[] }[] = [
  {
    title: 'Plans:',
    make: [
      setupCommand,
      specCommand,
      initCommand,
      validateCommand,
      planCommand,
      promptsCommand,
      importCommand,
    ],
  },
  {
    title: 'Runs:',
    make: [
      runCommand,
      resumeCommand,
      statusCommand,
      logsCommand,
      waitCommand,
      reportCommand,
      integrateCommand,
    ],
  },
  { title: 'From any terminal:', make: [pauseCommand, cancelCommand, retryCommand, answerCommand] },
  { title: 'For your own scripts:', make: [poolCommand, stateCommand, checkpointCommand, messageCommand] },
  { title: 'This machine:', make: [doctorCommand, demoCommand, completionCommand] },
];

const EXAMPLES = `
Examples:
  cox demo                                    a whole run, with no key and no network
  cox validate parallel/TS-0042-inventory     what is wrong with the plan
  cox run parallel/TS-0042-inventory --agent claude-code
  cox status --watch                          how the newest run stands
  cox resume                                  go on after a crash or an interrupt`;

/** Thrown through commander to leave a command before it begins. */
export class UsageError extends Error {}

export function makeProgram(cli: Cli): Command {
  const { host } = cli;
  const program = new Command('cox')
    .description(
      'Runs many coding agents at once on one git repository and brings their work back as one tested branch.',
    )
    .version(host.version, '-V, --version', 'print the version')
    .addOption(new Option('-C <folder>', 'work as if started in this folder'))
    .addOption(new Option('--no-color', 'no colours; so does NO_COLOR in the environment'))
    .addOption(
      new Option('--debug', 'show where in the code an unexpected error came from; so does COX_DEBUG=1'),
    )
    .configureHelp({ showGlobalOptions: true })
    .helpOption('-h, --help', 'show this help')
    .commandsGroup('This machine:')
    .helpCommand('help [command]', "show a command's help")
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError(true)
    .showHelpAfterError(seeHelp('cox'))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      getOutHelpWidth: () => (cli.width(host.stdout) > 200 ? 100 : cli.width(host.stdout)),
      getErrHelpWidth: () => (cli.width(host.stderr) > 200 ? 100 : cli.width(host.stderr)),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      // It repeats what was typed, which may have come by a paste or from a script.
      outputError: (text, write) => write(printable(text).replace(/^error: /, 'cox: ')),
    })
    .hook('preAction', async () => settleGlobals(cli, program));
  refuseHelpOfNothing(program);
  for (const { title, make } of GROUPS) {
    for (const command of make)
      program.addCommand(inherit(command(cli), program, program.name()).helpGroup(title));
  }
  program.addCommand(inherit(completeCommand(cli, program), program, program.name()), { hidden: true });
  return program;
}

/** Below what was asked wrongly; indented as remedies are. */
function seeHelp(command: string): string {
  return `     See: ${command} --help`;
}

/** `addCommand` does not hand these down by itself. Before it stand the words that lead to it. */
function inherit(command: Command, parent: Command, before: string): Command {
  command.copyInheritedSettings(parent);
  const words = `${before} ${command.name()}`;
  command.showHelpAfterError(seeHelp(words));
  // Else it stands under the heading that it has among the program's own commands.
  if (command.commands.length > 0) command.helpCommand('help [command]', "show a command's help");
  for (const verb of command.commands) inherit(verb, command, words);
  if (command.commands.length > 0) refuseHelpOfNothing(command);
  return command;
}

/** Commander shows the help of the command above, as if that had been asked for. */
function refuseHelpOfNothing(command: Command): void {
  command.addHelpText('before', () => {
    const [first, second] = command.args;
    const asked = first === 'help' ? second : first;
    if (asked === undefined || asked === 'help' || asked.startsWith('-')) return '';
    const names = command.commands.map((each) => each.name());
    if (names.includes(asked)) return '';
    const near = suggest(asked, names);
    return command.error(
      `error: unknown command '${asked}'${near === undefined ? '' : `; did you mean ${near}?`}`,
    );
  });
}

async function settleGlobals(cli: Cli, program: Command): Promise<void> {
  const { C: folder, color } = program.opts<{ readonly C?: string; readonly color: boolean }>();
  if (!color) cli.withoutColour();
  if (folder === undefined) return;
  cli.folder = resolve(cli.host.cwd, folder);
  if (await isFolder(cli.folder)) {
    // As a process that is started there has it: git names its folders without links, and paths are compared with those.
    cli.folder = await realpath(cli.folder);
    return;
  }
  cli.exitCode = cli.stop({
    code: EXIT.usage,
    message: `${cli.folder} is no folder`,
    remedy: 'Give -C an existing one.',
  });
  throw new UsageError();
}
