/** Words that the shell itself knows, so that no program of the name has to be there. */
const OF_THE_SHELL = new Set(
  'alias bg break builtin case cd command continue do done echo elif else esac eval exec exit export false fg fi for function getopts hash if in jobs kill local printf pwd read readonly return select set shift source test then time times trap true type typeset ulimit umask unalias unset until wait while'.split(
    ' ',
  ),
);

/**
 * The program that a shell's command line starts first, if that can be told for certain: a bare name, or an absolute
 * path. Null for anything that the shell has a say in: variables, quotes, its own words, paths relative to wherever
 * it will stand.
 */
export function firstProgram(command: string): string | null {
  const [word = ''] = command.trim().split(/[\s;|&<>]/, 1);
  if (!/^[A-Za-z0-9_+./-]+$/.test(word) || OF_THE_SHELL.has(word) || word === '.') return null;
  return word.includes('/') && !word.startsWith('/') ? null : word;
}
