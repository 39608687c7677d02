/** Options that several commands have, and the making of settings from flags. */

import { type Command, Option } from 'commander';
import { OPTION_LIST, type OptionName } from '../../config/options.ts';
import { suggest } from '../../config/suggest.ts';
import type { PlanFormat } from '../../core/plan.ts';
import { TECHNOLOGIES } from '../../core/technology.ts';

const FORMATS: readonly PlanFormat[] = ['manifest', 'queue', 'auto', 'plan-md'];

/** Is done without a verb, too. What is no verb reaches it as an argument, its only one, and is told as what it is. */
export function addDefaultVerb(command: Command, verb: Command): void {
  verb
    .argument('[other...]')
    .usage('[options]')
    .hook('preAction', () => {
      const [extra] = verb.args;
      if (extra === undefined) return;
      const names = command.commands.map((each) => each.name());
      const near = suggest(extra, names);
      command.error(
        command.args[0] === verb.name()
          ? `error: too many arguments for '${verb.name()}': ${extra}`
          : `error: unknown verb '${extra}'; ${near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`}`,
      );
    });
  command.addCommand(verb, { isDefault: true });
}

export function jsonOption(): Option {
  return new Option('--json', 'print JSON');
}

export function formatOption(): Option {
  return new Option('--format <format>', "the plan's format, instead of finding it by looking").choices(
    FORMATS,
  );
}

export function unpinnedOption(): Option {
  return new Option(
    '--allow-unpinned',
    'take a plan whose dependencies have no exact version; a warning instead of an error',
  );
}

export function techOption(): Option {
  return new Option(
    '--tech <technology>',
    'what the project is written in, instead of finding it by the configuration or its files',
  ).choices(TECHNOLOGIES);
}

export function onlyOption(): Option {
  const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
    ...(before ?? []),
    ...value.split(','),
  ];
  return new Option(
    '--only <group>',
    'run this group alone: its number or name; may be given several times',
  ).argParser(collect);
}

export function runOption(): Option {
  return new Option('--run <run>', "the run's id or the start of it, or its plan; the newest run without it");
}

/** The options of the table that have a flag, all of them or those that are named, with their built-in values in the help. */
export function addSettings(command: Command, only?: readonly OptionName[]): Command {
  for (const { name, flag, description, without, builtIn, section } of OPTION_LIST) {
    if (flag === undefined || only?.includes(name) === false) continue;
    const usual =
      builtIn === undefined || typeof builtIn === 'boolean' || only !== undefined
        ? ''
        : ` (default: ${String(builtIn)})`;
    command.addOption(new Option(flag, `${without ?? description}${usual}`).helpGroup(`${section}:`));
  }
  return command;
}

/** The settings among the flags that were given. */
export function flagsOf(
  given: Readonly<Record<string, unknown>>,
): Partial<Record<OptionName, string | true>> {
  const flags: Partial<Record<OptionName, string | true>> = {};
  for (const { name, flag } of OPTION_LIST) {
    const value = flag === undefined ? undefined : given[name];
    // Such a flag is true as long as it is not given.
    if (flag?.startsWith('--no-') === true) {
      if (value === false) flags[name] = 'false';
    } else if (typeof value === 'string' || value === true) flags[name] = value;
  }
  return flags;
}
