import { posix } from 'node:path';

/** They read their program from the file that is named first. */
const INTERPRETERS = /^(?:sh|bash|dash|zsh|ksh|fish|python\d?(?:\.\d+)?|node|deno|bun|ruby|perl)$/;

const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/**
 * Files outside of the worktree without which a shell's command line does nothing, as far as that is certain: the
 * program that it starts first, and the script that an interpreter is given first. Each is an absolute path or begins
 * with `~/`. None where something else is named for the case that it fails.
 */
export function startedFiles(command: string): readonly string[] {
  if (command.includes('||')) return [];
  const words = plainWords(command);
  const start = words.findIndex((word) => !ASSIGNMENT.test(word) && word !== 'exec');
  return start < 0 ? [] : filesOf(words.slice(start));
}

/** The same of words that no shell looks at. */
export function filesOf([program = '', script = '']: readonly string[]): readonly string[] {
  const named = INTERPRETERS.test(posix.basename(program)) ? [program, script] : [program];
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
