/** The `History` port, over git's own walk of commits. */

import type { Commit } from '../../core/attempt.ts';
import { isBranchName } from '../../core/names.ts';
import type { History } from '../../ports/history.ts';
import { objectSite, runOn, type Site, writeCleanDir } from '../base/clean-dir.ts';
import { orThrow } from '../base/failure.ts';
import { splitLines } from '../base/output.ts';
import type { Repository } from '../base/repository.ts';
import type { Git } from '../base/runner.ts';
import { branchRef, isCommitId } from './ref-names.ts';

export interface HistoryOptions {
  readonly git: Git;
  readonly repository: Repository;
}

/** Its methods reject with `GitFailure` when git itself does not work (a full disk, a damaged repository). */
export class ObjectHistory implements History {
  readonly #options: HistoryOptions;
  readonly #site: Site;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#site = objectSite(options);
    writeCleanDir(this.#site);
  }

  branch(name: string): Promise<Commit | null> {
    return readBranch(this.#options, name);
  }

  async contains(commit: Commit, ancestor: Commit): Promise<boolean> {
    check(commit, ancestor);
    const args = ['merge-base', '--is-ancestor', ancestor, commit];
    return orThrow(await runOn(this.#site, { args, codes: [0, 1] })).code === 0;
  }

  line(base: Commit, tip: Commit): Promise<readonly Commit[]> {
    return this.#list(['--reverse'], base, tip);
  }

  /** By the measure of `git bisect`: how many commits the answer would rule out. */
  async halfway(good: Commit, bad: Commit): Promise<readonly Commit[]> {
    return (await this.#list(['--bisect-all'], good, bad)).filter((commit) => commit !== bad);
  }

  async #list(flags: readonly string[], base: Commit, tip: Commit): Promise<readonly Commit[]> {
    check(base, tip);
    const args = ['rev-list', '--first-parent', ...flags, tip, `^${base}`];
    const listed = orThrow(await runOn(this.#site, { args }));
    return splitLines(listed.stdout).map((line) => line.split(' ')[0] ?? '');
  }
}

/** Where the branch stands, by its short name; null for none. Rejects with `GitFailure`. */
export async function readBranch(
  { git, repository: { top, gitDir } }: HistoryOptions,
  name: string,
): Promise<Commit | null> {
  if (!isBranchName(name)) return null;
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', branchRef(name)];
  const listed = orThrow(await git.run({ args, cwd: top, gitDir }));
  // A name that is a folder of branches lists those.
  const own = splitLines(listed.stdout).find((line) => line.endsWith(` ${branchRef(name)}`));
  return own?.split(' ')[0] ?? null;
}

function check(...commits: readonly Commit[]): void {
  for (const commit of commits)
    if (!isCommitId(commit)) throw new Error(`not a commit: ${JSON.stringify(commit)}`);
}
