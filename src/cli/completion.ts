/** What a shell is told of a command line that is being typed. */

import type { Argument, Command, Option } from 'commander';

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What may stand where the last word stands: one of these, or something that only the repository knows, or a file. */
export type Wanted =
  | { readonly is: 'words'; readonly words: readonly Candidate[] }
  | { readonly is: 'run' | 'task' | 'file' };

const FILE: Wanted = { is: 'file' };

/** The words behind the program's name; the last one may be half typed, or empty. */
export function wantedBy(program: Command, words: readonly string[]): Wanted {
  const { command, places, onlyPlaces, open } = walk(program, words.slice(0, -1));
  if (open !== undefined) return ofName(open.long?.slice(2), open.argChoices);
  if (words.at(-1)?.startsWith('-') === true && !onlyPlaces)
    return { is: 'words', words: optionsOf(command) };
  const verbs = places > 0 ? [] : shown(command.commands);
  return verbs.length > 0 ? { is: 'words', words: verbs } : ofArgument(command, program, places);
}

interface Walked {
  readonly command: Command;
  /** Arguments of the command that are there. */
  readonly places: number;
  /** Behind a `--`. */
  readonly onlyPlaces: boolean;
  /** Its value is what comes next. */
  readonly open: Option | undefined;
}

function walk(program: Command, words: readonly string[]): Walked {
  let at: Walked = { command: program, places: 0, onlyPlaces: false, open: undefined };
  for (const word of words) {
    if (at.open !== undefined) at = { ...at, open: undefined };
    else if (at.onlyPlaces || !word.startsWith('-')) at = { ...at, ...behind(at, word) };
    else if (word === '--') at = { ...at, onlyPlaces: true };
    else at = { ...at, open: optionOf(at.command, word) };
  }
  return at;
}

function behind({ command, places, onlyPlaces }: Walked, word: string): Partial<Walked> {
  const verb = places === 0 && !onlyPlaces ? verbOf(command, word) : undefined;
  return verb === undefined ? { places: places + 1 } : { command: verb };
}

function verbOf(command: Command, word: string): Command | undefined {
  return command.commands.find((each) => each.name() === word);
}

/** One that takes a value, which the next word is. */
function optionOf(command: Command, word: string): Option | undefined {
  return inAll(command).find((each) => (each.long === word || each.short === word) && takesValue(each));
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function inAll(command: Command): readonly Option[] {
  return [...command.options, ...(command.parent === null ? [] : inAll(command.parent))];
}

function optionsOf(command: Command): readonly Candidate[] {
  return inAll(command)
    .filter(({ hidden }) => !hidden)
    .flatMap(({ long, short, description }) => {
      const value = long ?? short;
      return value === undefined || value === null ? [] : [{ value, description }];
    });
}

function shown(commands: readonly Command[]): readonly Candidate[] {
  return commands
    .filter((each) => each.name() !== HIDDEN)
    .map((each) => ({ value: each.name(), description: each.summary() || each.description() }));
}

/** Asked by the shells' own scripts, and by nobody else. */
export const HIDDEN = 'complete';

function ofArgument(command: Command, program: Command, place: number): Wanted {
  const places: readonly Argument[] = command.registeredArguments;
  const last = places.at(-1);
  const argument = places[place] ?? (last?.variadic === true ? last : undefined);
  if (argument === undefined) return FILE;
  // A pool and a session have tasks of their own, which no run knows.
  const isOfRun = command.parent === program;
  return ofName(isOfRun ? argument.name() : undefined, argument.argChoices);
}

function ofName(name: string | undefined, choices: readonly string[] | undefined): Wanted {
  if (choices !== undefined && choices.length > 0)
    return { is: 'words', words: choices.map((value) => ({ value, description: '' })) };
  if (name === 'question') return { is: 'task' };
  return name === 'run' || name === 'task' ? { is: name } : FILE;
}
