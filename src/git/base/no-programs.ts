/**
 * Programs that a repository's configuration names under names of its own choosing: filters, hooks, transfers.
 * The runner's fixed settings cannot know those names, so each one that is found is answered by its own.
 */

import type { ConfigLine } from './output.ts';
import type { ConfigEntry, Git, KeptCall } from './runner.ts';

/** A key as git lists it (its first and last part in lower case), and what is set in its place. */
const ANSWERS: readonly (readonly [key: RegExp, answer: (name: string) => ConfigEntry])[] = [
  // An empty command leaves the content as it is; one that is required would be a failure.
  [/^filter\.(.+)\.(?:clean|smudge|process)$/s, (name) => [`filter.${name}.required`, 'false']],
  [/^filter\.(.+)\.clean$/s, (name) => [`filter.${name}.clean`, '']],
  [/^filter\.(.+)\.smudge$/s, (name) => [`filter.${name}.smudge`, '']],
  [/^filter\.(.+)\.process$/s, (name) => [`filter.${name}.process`, '']],
  // Git 2.54 and later: hooks that lie in no folder.
  [/^hook\.(.+)\.command$/s, (name) => [`hook.${name}.enabled`, 'false']],
  [/^submodule\.(.+)\.update$/s, (name) => [`submodule.${name}.update`, 'checkout']],
  // Git-lfs reads the same configuration. `cat` gives a file back as it was.
  [/^lfs\.extension\.(.+)\.clean$/s, (name) => [`lfs.extension.${name}.clean`, 'cat']],
  [/^lfs\.extension\.(.+)\.smudge$/s, (name) => [`lfs.extension.${name}.smudge`, 'cat']],
  [/^lfs\.customtransfer\.(.+)\.path$/s, (name) => [`lfs.customtransfer.${name}.path`, 'false']],
];

/** A runner that starts none of the programs which these lines name. What a call sets itself still wins. */
export function withoutPrograms(git: Git, lines: readonly ConfigLine[]): Git {
  const answers = answersTo(lines);
  if (answers.length === 0) return git;
  const answered = <T extends KeptCall>(call: T): T => ({
    ...call,
    config: [...answers, ...(call.config ?? [])],
  });
  return {
    run: (call) => git.run(answered(call)),
    ask: (call, question) => git.ask(answered(call), question),
    rest: () => git.rest(),
  };
}

/**
 * The key of a program that git would start to fetch what a partial clone lacks, at any time and in any command; of
 * several values the first counts, so it cannot be answered. Null when there is none.
 */
export function fetchProgram(lines: readonly ConfigLine[]): string | null {
  const remotes = lines.flatMap(({ key, value }) => {
    if (key === 'extensions.partialclone') return [value];
    return /^remote\.(.+)\.promisor$/s.exec(key)?.[1] ?? [];
  });
  const keys = new Set(remotes.flatMap((name) => [`remote.${name}.uploadpack`, `remote.${name}.vcs`]));
  return lines.find(({ key }) => keys.has(key))?.key ?? null;
}

function answersTo(lines: readonly ConfigLine[]): readonly ConfigEntry[] {
  const found = new Map<string, ConfigEntry>();
  for (const { key } of lines) {
    for (const [pattern, answer] of ANSWERS) {
      const name = pattern.exec(key)?.[1];
      if (name === undefined) continue;
      const entry = answer(name);
      found.set(entry[0], entry);
    }
  }
  return [...found.values()];
}
