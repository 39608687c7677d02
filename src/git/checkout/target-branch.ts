/**
 * The `TargetBranch` port. The branch moves first and the files of its checkouts after it; a note that is written before
 * both says what is to be done, so that a crash between them is made good by the next call.
 */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import { isBranchName, safeName } from '../../core/names.ts';
import { printableLine } from '../../core/printable.ts';
import type { Moved, Obstacle, TargetBranch, TargetMove } from '../../ports/target-branch.ts';
import { GitFailure } from '../base/failure.ts';
import { readJson, writeWhole } from '../base/small-files.ts';
import { type HistoryOptions, readBranch } from '../objects/history.ts';
import { branchRef, isCommitId } from '../objects/ref-names.ts';
import { checkoutsOf, isBeingRebased } from './checkouts.ts';
import { Checkout } from './follow-checkout.ts';

const NAMED = 10;

export class CheckedOutBranch implements TargetBranch {
  readonly #options: HistoryOptions;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  async obstacles(move: TargetMove, ignore: readonly string[]): Promise<readonly Obstacle[]> {
    checkMove(move);
    const { branch } = move;
    const found: Obstacle[] = [];
    if (isBeingRebased(this.#options.repository, branch))
      found.push({ message: `a rebase of ${branch} is in progress`, remedy: 'Finish or abort it.' });
    for (const path of await this.#checkouts(branch)) {
      const obstacle = await this.#obstacle(path, move, ignore);
      if (obstacle !== null) found.push(obstacle);
    }
    return found;
  }

  async move(move: TargetMove, message: string): Promise<Moved> {
    checkMove(move);
    const { git, repository } = this.#options;
    const { branch, from, to } = move;
    writeWhole(this.#note(branch), JSON.stringify(move));
    const args = ['update-ref', '-m', printableLine(message), branchRef(branch), to, from];
    const { top, gitDir, settings } = repository;
    const moved = await git.run({ args, cwd: top, gitDir, identity: settings.identity });
    if (!moved.ok) {
      const actual = await readBranch(this.#options, branch);
      if (actual !== to) rmSync(this.#note(branch), { force: true });
      // It stands where it was expected, so it was not somebody else.
      if (actual === from) throw new GitFailure(moved.error);
      if (actual !== to) return { is: 'elsewhere', actual };
    }
    return this.#follow(move);
  }

  async complete(branch: string): Promise<Moved | null> {
    const move = readJson(this.#note(branch), readMove);
    if (move === null) return null;
    if (move.branch === branch && (await readBranch(this.#options, branch)) === move.to)
      return this.#follow(move);
    // It did not come to that, or somebody has gone on since.
    rmSync(this.#note(branch), { force: true });
    return null;
  }

  async #obstacle(path: string, move: TargetMove, ignore: readonly string[]): Promise<Obstacle | null> {
    const opened = await Checkout.open(this.#options.git, path);
    if (!opened.ok) {
      const message = `${move.branch} is checked out in ${path}, which cannot be read: ${opened.error}`;
      return { message, remedy: 'Mend that, or remove the worktree.' };
    }
    const checkout = opened.value;
    if (checkout.inProgress !== null) {
      const message = `a ${checkout.inProgress} is in progress in ${path}, where ${move.branch} is checked out`;
      return { message, remedy: `Finish it, or run \`git ${checkout.inProgress} --abort\` there.` };
    }
    const dirty = await checkout.dirty(ignore);
    if (dirty.length > 0) {
      const shown = dirty.slice(0, NAMED).map((each) => JSON.stringify(each));
      const more = dirty.length > shown.length ? ` and ${dirty.length - shown.length} more` : '';
      const message = `${path}, where ${move.branch} is checked out, has changes that are not committed: ${shown.join(', ')}${more}`;
      return { message, remedy: 'Commit or stash them.' };
    }
    const blocked = await checkout.blocked(move);
    if (blocked === null) return null;
    const message = `the files of ${path}, where ${move.branch} is checked out, cannot be brought along: ${blocked}`;
    return { message, remedy: 'Move them out of the way.' };
  }

  /** The note stays until all have followed. */
  async #follow(move: TargetMove): Promise<Moved> {
    for (const path of await this.#checkouts(move.branch)) {
      const opened = await Checkout.open(this.#options.git, path);
      const obstacle = opened.ok
        ? await opened.value.follow(move)
        : { message: `the files of ${path} stay behind: ${opened.error}`, remedy: 'Mend that.' };
      if (obstacle !== null) return { is: 'behind', ...obstacle };
    }
    rmSync(this.#note(move.branch), { force: true });
    return { is: 'moved' };
  }

  /** Of a folder that is gone there is nothing to be brought along. */
  async #checkouts(branch: string): Promise<readonly string[]> {
    return (await checkoutsOf(this.#options, branch)).filter((path) => existsSync(path));
  }

  #note(branch: string): string {
    return join(this.#options.repository.commonDir, 'coxswain', 'moves', `${safeName(branch)}.json`);
  }
}

function readMove(value: unknown): TargetMove | null {
  if (typeof value !== 'object' || value === null) return null;
  const { branch, from, to } = { branch: null, from: null, to: null, ...value };
  if (typeof branch !== 'string' || !isId(from) || !isId(to) || !isBranchName(branch)) return null;
  return { branch, from, to };
}

function isId(value: unknown): value is Commit {
  return typeof value === 'string' && isCommitId(value);
}

function checkMove({ branch, from, to }: TargetMove): void {
  if (!isBranchName(branch) || !isCommitId(from) || !isCommitId(to))
    throw new Error(`not a move of a branch: ${JSON.stringify({ branch, from, to })}`);
}
