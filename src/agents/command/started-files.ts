import { posix } from 'node:path';

/** They read their program from the file that is named first. */
const INTERPRETERS = /^(?:sh|bash|dash|zsh|ksh|fish|python\d?(?:\.\d+)?|node|deno|bun|ruby|perl)$/;

const ASSIGNMENT = /^[A-Za-z_]\w*=/;
/** They start what stands behind them, and behind their own options, numbers and times. */
const STARTERS: ReadonlySet<string> = new Set('exec env nice nohup setsid time timeout'.split(' '));
const OF_A_STARTER = /^(?:-.*|\d+(?:\.\d+)?[smhd]?)$/;
/** Of a shell, such as take no word behind them. */
const SHELL = /^(?:sh|bash|dash|zsh|ksh)$/;
const SHELL_FLAGS = /^-[aefuvx]+$/;

/**
 * Files outside of the worktree without which a shell's command line does nothing, as far as that is certain: the
 * program that it starts first, and the script that an interpreter is given first. Each is an absolute path or begins
 * with `~/`. None where something else is named for the case that it fails.
 */
export function startedFiles(command: string): readonly string[] {
  if (command.includes('||')) return [];
  const words = plainWords(command);
  let at = 0;
  for (let isStarted = false; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const isStarter = STARTERS.has(word);
    if (!isStarter && !ASSIGNMENT.test(word) && !(isStarted && OF_A_STARTER.test(word))) break;
    isStarted ||= isStarter;
  }
  return filesOf(words.slice(at));
}

/** The same of words that no shell looks at. */
export function filesOf([program = '', ...rest]: readonly string[]): readonly string[] {
  const name = posix.basename(program);
  const script = SHELL.test(name) ? rest.find((word) => !SHELL_FLAGS.test(word)) : rest[0];
  const named = INTERPRETERS.test(name) ? [program, script ?? ''] : [program];
  return named.filter((word) => word.startsWith('/') || word.startsWith('~/'));
}

/** In quotes a `~` is no home. What stands behind the end of a line is another command. */
const WORD = /[^\S\n]*(?:'([^'~][^']*)'|"([^"$`\\~][^"$`\\]*)"|([\w./~+=:,@%-]+))(?=[\s;&|<>]|$)/y;

/** Up to the first of which the shell makes something else. */
function plainWords(command: string): readonly string[] {
  const words: string[] = [];
  const text = command.trim();
  WORD.lastIndex = 0;
  for (let found = WORD.exec(text); found !== null; found = WORD.exec(text))
    words.push(found[1] ?? found[2] ?? found[3] ?? '');
  return words;
}
