/** What an agent has left that is no part of the work taken out of its worktree: where it is, in words. */

export interface LeftInSubmodule {
  readonly path: string;
  /** In the user's own copy of it; pinned. */
  readonly commit: string;
}

export interface LeftBeside {
  /** Further worktrees that lie in its own, and repositories whose names are no text. */
  readonly aside?: readonly string[];
  /** Files whose names no commit can hold, such as `.GIT` or `git~1`. */
  readonly unnameable?: readonly string[];
  /** What was not committed in submodules. */
  readonly submodules?: readonly LeftInSubmodule[];
  /** Commits that the tip does not hold; pinned. */
  readonly beside?: readonly string[];
  /** Commit with what it has stashed; pinned. */
  readonly stash?: string;
}

type Known = { readonly [key in keyof LeftBeside]?: LeftBeside[key] | undefined };

/** Of all that is known of some work; nothing where nothing is left. */
export function leftBeside({
  aside = [],
  unnameable = [],
  submodules = [],
  beside = [],
  stash,
}: Known): LeftBeside {
  return {
    ...(aside.length === 0 ? {} : { aside }),
    ...(unnameable.length === 0 ? {} : { unnameable }),
    ...(submodules.length === 0 ? {} : { submodules }),
    ...(beside.length === 0 ? {} : { beside }),
    ...(stash === undefined ? {} : { stash }),
  };
}

/** One clause for each kind, without an end; names of an agent's making are part of it. */
export function besideWords(left: LeftBeside): readonly string[] {
  const { aside, unnameable, submodules, beside, stash } = left;
  return [
    ...(aside === undefined
      ? []
      : [`what lies in the further worktree ${someOf(aside)} is no part of its work`]),
    ...(unnameable === undefined
      ? []
      : [`no part of its work, for git takes no file of such a name: ${someOf(unnameable.map(quoted))}`]),
    ...(submodules === undefined
      ? []
      : [`what it has not committed in ${someOf(submodules.map(inSubmodule))} is no part of its work`]),
    ...(beside === undefined
      ? []
      : [`its branch does not hold what is kept as commit ${someOf(beside.map(shown))}`]),
    ...(stash === undefined ? [] : [`what it has stashed is commit ${stash} (\`git stash apply ${stash}\`)`]),
  ];
}

/** A space at the end of a name is to be seen. */
function quoted(name: string): string {
  return JSON.stringify(name);
}

function shown(commit: string): string {
  return `${commit} (\`git show ${commit}\`)`;
}

function inSubmodule({ path, commit }: LeftInSubmodule): string {
  return `the submodule ${path} (commit ${commit} there)`;
}

const MOST_NAMED = 20;

/** There may be thousands; a prompt and a line on a terminal may not be so long. */
export function someOf(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  return rest <= 0 ? names.join(', ') : `${names.slice(0, MOST_NAMED).join(', ')} and ${rest} more`;
}
