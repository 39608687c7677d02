import { Argument, Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type Candidate, HIDDEN, wantedBy } from '../completion.ts';
import { clean } from '../render/clean.ts';
import { completionScript, SHELLS, type Shell } from '../render/completion-scripts.ts';
import { findRun, openRuns } from '../repository.ts';

const EXAMPLES = `
Examples:
  source <(cox completion bash)      in ~/.bashrc; so does zsh in ~/.zshrc
  cox completion fish | source       in ~/.config/fish/config.fish`;

export function completionCommand(cli: Cli): Command {
  return new Command('completion')
    .summary('completion of commands for your shell')
    .description(
      'Prints what a shell sources to complete commands, options, tasks and runs, and files for everything else.',
    )
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell) => cli.print(completionScript(shell)));
}

/** What the shells' scripts ask: a line for each word that may stand there, with what it means behind a tab. */
export function completeCommand(cli: Cli, program: Command): Command {
  return new Command(HIDDEN).argument('[words...]').action(async (words: readonly string[]) => {
    const typed = words.at(-1) ?? '';
    const fitting = (await candidates(cli, program, words)).filter(({ value }) => value.startsWith(typed));
    cli.print(fitting.map(({ value, description }) => `${clean(value)}\t${clean(description)}`));
  });
}

async function candidates(
  cli: Cli,
  program: Command,
  words: readonly string[],
): Promise<readonly Candidate[]> {
  const wanted = wantedBy(program, words);
  switch (wanted.is) {
    case 'words':
      return wanted.words;
    case 'file':
      return [];
    default:
      return await ofRepository(cli, wanted.is);
  }
}

/** Nothing where no run can be asked: a shell that completes has no use for the reason. */
async function ofRepository(cli: Cli, what: 'run' | 'task'): Promise<readonly Candidate[]> {
  const opened = await openRuns(cli);
  if (!opened.ok) return [];
  const { api } = opened.value;
  try {
    if (what === 'run')
      return (await api.runs()).map(({ run, planName }) => ({ value: run, description: planName }));
    const newest = await findRun(cli, api, undefined);
    if (!newest.ok) return [];
    return newest.value.plan.tasks.map(({ id, title }) => ({ value: id, description: title }));
  } finally {
    await api.close();
  }
}
