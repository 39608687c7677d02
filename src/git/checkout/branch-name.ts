/** Finds free branch names. */

import { ok, type Result } from '../../core/result.ts';
import { splitLines } from '../base/output.ts';
import type { Repository } from '../base/repository.ts';
import type { Git, GitProblem } from '../base/runner.ts';
import { branchRef } from '../objects/ref-names.ts';

/**
 * Each wanted name, or the first of `name-2`, `name-3` … that no branch has. A name is also taken when a branch
 * lies under it or is one of its folders, for git cannot hold both.
 */
export async function resolveBranchNames(
  {
    git,
    repository: { top, gitDir },
  }: { readonly git: Git; readonly repository: Pick<Repository, 'top' | 'gitDir'> },
  wanted: readonly string[],
  reserved: readonly string[],
): Promise<Result<readonly string[], GitProblem>> {
  const listed = await git.run({
    args: ['for-each-ref', '--format=%(refname)', 'refs/heads/'],
    cwd: top,
    gitDir,
  });
  if (!listed.ok) return listed;
  const names = new TakenNames();
  for (const ref of [...splitLines(listed.value.stdout), ...reserved.map(branchRef)]) names.add(ref);
  return ok(wanted.map((name) => names.take(name)));
}

class TakenNames {
  readonly #names = new Set<string>();
  /** With the folders they lie in. */
  readonly #taken = new Set<string>();
  /** The next number to try, for plans that want one name a thousand times. */
  readonly #next = new Map<string, number>();

  /** On a file system that ignores case two names that differ in nothing else are one. */
  add(ref: string): void {
    this.#names.add(ref.toLowerCase());
    for (const folder of foldersOf(ref.toLowerCase())) this.#taken.add(folder);
  }

  take(wanted: string): string {
    const above = foldersOf(branchRef(wanted).toLowerCase()).slice(0, -1);
    const base = above.some((folder) => this.#names.has(folder)) ? wanted.replaceAll('/', '-') : wanted;
    for (let number = this.#next.get(base.toLowerCase()) ?? 1; ; number += 1) {
      const name = number === 1 ? base : `${base}-${number}`;
      const ref = branchRef(name);
      if (this.#taken.has(ref.toLowerCase())) continue;
      this.#next.set(base.toLowerCase(), number + 1);
      this.add(ref);
      return name;
    }
  }
}

/** `refs/heads/a/b` → `refs`, `refs/heads`, `refs/heads/a`, `refs/heads/a/b`. */
function foldersOf(ref: string): string[] {
  const parts = ref.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
