/** Copied files of the pool's worktrees: what is to be there, what has drifted, and what no commit must have of it. */

import type { Commit } from '../../core/attempt.ts';
import type { CommittedCopies } from '../../ports/pool-worktrees.ts';
import { orThrow } from '../base/failure.ts';
import { splitLines, splitNul } from '../base/output.ts';
import type { Repository } from '../base/repository.ts';
import type { Git, GitCall } from '../base/runner.ts';
import { commitOf } from './pool-branches.ts';
import type { Removal } from './removal.ts';
import { driftedCopies, listCandidates, readCopies, syncCopies, writeCopies } from './slot-copies.ts';
import { adoptWorktree } from './slot-making.ts';
import type { SlotPlace } from './slot-place.ts';

export class PoolCopies {
  readonly #git: Git;
  readonly #repository: Repository;
  readonly #patterns: readonly string[];

  constructor(options: {
    readonly git: Git;
    readonly repository: Repository;
    readonly copies: readonly string[];
  }) {
    this.#git = options.git;
    this.#repository = options.repository;
    this.#patterns = options.copies;
  }

  /** Copies again what has changed in the checkout; the value is what was copied, by path. */
  async sync(slot: SlotPlace, removal: Removal): Promise<readonly string[]> {
    const wanted = await this.#wantedIn(slot);
    const drifted = driftedCopies(this.#source, slot.path, wanted);
    if (drifted.length > 0)
      writeCopies(slot.copiesFile, syncCopies(this.#source, slot.path, removal, wanted));
    return drifted;
  }

  async drifted(slot: SlotPlace): Promise<readonly string[]> {
    const paths = new Set([...copiedInto(slot), ...(await this.#wantedIn(slot))]);
    return driftedCopies(this.#source, slot.path, [...paths].sort());
  }

  /** Those that the worktree's git would add with everything else. */
  async notIgnored(slot: SlotPlace): Promise<readonly string[]> {
    const found = adoptWorktree(this.#repository, slot);
    const paths = copiedInto(slot);
    if (!found.ok || paths.length === 0) return [];
    const ignored = new Set(await this.#ignoredOf(paths, { cwd: slot.path, gitDir: found.value.admin }));
    return paths.filter((path) => !ignored.has(path));
  }

  /** Whether git leaves the path of the checkout out of account. */
  async isIgnored(path: string): Promise<boolean> {
    const { top, gitDir } = this.#repository;
    return (await this.#ignoredOf([path], { cwd: top, gitDir })).length > 0;
  }

  /** Null when no commit that the base (null: the checkout's HEAD) lacks has touched one. */
  async committed(
    slot: SlotPlace | null,
    { base, tip }: { readonly base: Commit | null; readonly tip: Commit },
  ): Promise<CommittedCopies | null> {
    const from = base ?? 'HEAD';
    const copied = new Set([...(slot === null ? [] : copiedInto(slot)), ...(await this.#untracked(from))]);
    if (copied.size === 0) return null;
    const paths = [...copied].map((path) => `:(top,literal)${path}`);
    // In full: a line of work whose files a merge left out is in the history all the same.
    const shown = ['--full-history', '-c', '--root', '--format=', '--name-only', '--no-renames', '-z'];
    const touched = await this.#names(['log', ...shown, `${from}..${tip}`, '--', ...paths]);
    if (touched.length === 0) return null;
    const since = await this.#git.run({ args: ['merge-base', from, tip], codes: [0, 1], ...this.#at });
    return { paths: [...new Set(touched)].sort(), since: splitLines(orThrow(since).stdout)[0] ?? null };
  }

  get #source(): { readonly top: string; readonly patterns: readonly string[] } {
    return { top: this.#repository.top, patterns: this.#patterns };
  }

  get #at(): Pick<GitCall, 'cwd' | 'gitDir'> {
    return { cwd: this.#repository.top, gitDir: this.#repository.gitDir };
  }

  /** What is to be copied: what the worktree's own commit does not have. */
  async #wantedIn(slot: SlotPlace): Promise<readonly string[]> {
    const found = adoptWorktree(this.#repository, slot);
    const head = found.ok
      ? await commitOf({ git: this.#git, repository: this.#repository }, 'HEAD', found.value.admin)
      : null;
    return head === null ? [] : await this.#untracked(head);
  }

  async #untracked(commit: string): Promise<readonly string[]> {
    const candidates = listCandidates(this.#source);
    if (candidates.length === 0) return [];
    const listed = ['ls-tree', '-z', '--name-only', '--full-tree', commit, '--', ...candidates];
    const tracked = new Set(await this.#names(listed));
    return candidates.filter((path) => !tracked.has(path));
  }

  /** By the rules of the user's own git. */
  async #ignoredOf(
    paths: readonly string[],
    at: Pick<GitCall, 'cwd' | 'gitDir'>,
  ): Promise<readonly string[]> {
    const call = { args: ['check-ignore', '-z', '--stdin'], codes: [0, 1], asUser: true, ...at };
    const listed = orThrow(await this.#git.run({ ...call, input: `${paths.join('\0')}\0` }));
    return splitNul(listed.stdout).map((path) => path.toString('utf8'));
  }

  async #names(args: readonly string[]): Promise<readonly string[]> {
    const listed = orThrow(await this.#git.run({ args, ...this.#at }));
    return splitNul(listed.stdout).map((path) => path.toString('utf8'));
  }
}

function copiedInto(slot: SlotPlace): readonly string[] {
  return readCopies(slot.copiesFile).map(({ path }) => path);
}
