/**
 * Bringing a checkout's files and index from one commit to another, as `git merge` would, with no program of the
 * repository. Local changes stay, or keep it from being done at all. It may be done again after a crash: what was half
 * done is told from what the user has changed, for it is as it was or as it is to be.
 */

import { existsSync, lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import { printableLine } from '../../core/printable.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Obstacle } from '../../ports/target-branch.ts';
import { orThrow } from '../base/failure.ts';
import { lfsConfig } from '../base/lfs.ts';
import { withoutPrograms } from '../base/no-programs.ts';
import { joinNul, splitNul } from '../base/output.ts';
import { inspectRepository, type Repository } from '../base/repository.ts';
import type { Git, GitCall, GitOutput } from '../base/runner.ts';
import { readDirty } from './checkout.ts';

interface Step {
  readonly from: Commit;
  readonly to: Commit;
}

const NAMED = 10;

export class Checkout {
  readonly #git: Git;
  readonly #repository: Repository;

  private constructor(git: Git, repository: Repository) {
    this.#git = git;
    this.#repository = repository;
  }

  /** The error is for people. */
  static async open(git: Git, path: string): Promise<Result<Checkout, string>> {
    const found = await inspectRepository(git, path);
    if (!found.ok) return err(printableLine(found.error.detail));
    // It has a configuration of its own, and includes may depend on its branch.
    return ok(new Checkout(withoutPrograms(git, found.value.settings.lines), found.value));
  }

  get path(): string {
    return this.#repository.top;
  }

  /** What git is in the middle of there, e.g. `merge`. */
  get inProgress(): string | null {
    return this.#repository.inProgress;
  }

  async dirty(ignore: readonly string[]): Promise<readonly string[]> {
    return orThrow(await readDirty(this.#git, this.#repository, ignore));
  }

  /** Why its files cannot be brought along; null when they can. Nothing is changed. */
  async blocked({ from, to }: Step): Promise<string | null> {
    const covered = (await this.#paths(from, to, 'A')).filter((path) => this.#isFile(path));
    if (covered.length > 0) return `files that are not committed lie where new ones come: ${named(covered)}`;
    await this.#refresh();
    const tried = await this.#run({ args: ['read-tree', '-m', '-u', '-n', from, to], codes: [0, 128] });
    return tried.code === 0 ? null : words(tried);
  }

  /** Null when it is done; else why it cannot be, for people. */
  async follow(step: Step): Promise<Obstacle | null> {
    const first = await this.#readTree(step);
    if (first === null) return null;
    const lock = join(this.#repository.gitDir, 'index.lock');
    if (existsSync(lock)) {
      const message = `the index of ${this.path} is locked by ${lock}`;
      return { message, remedy: 'If no git works there, one was killed: remove that file.' };
    }
    const theirs = await this.#putBack(step);
    const second = theirs.length > 0 ? first : await this.#readTree(step);
    if (second === null) return null;
    const files = theirs.length > 0 ? `${named(theirs)} was changed meanwhile` : second;
    return {
      message: `the files of ${this.path} are still those of ${step.from.slice(0, 12)}: ${files}`,
      remedy: 'Move what you have changed there out of the way.',
    };
  }

  /** Null when it is done. */
  async #readTree({ from, to }: Step): Promise<string | null> {
    await this.#refresh();
    const done = await this.#run({ args: ['read-tree', '-m', '-u', from, to], codes: [0, 128] });
    return done.code === 0 ? null : words(done);
  }

  /**
   * Git writes files first and the index last. Files that are new already become what the index still says of them,
   * where none is anything but old or new; else nothing is done, and those are named.
   */
  async #putBack({ from, to }: Step): Promise<readonly string[]> {
    const paths = await this.#paths(from, to);
    const notOld = new Set(await this.#differing(from, paths));
    const notNew = new Set(await this.#differing(to, paths));
    const theirs = paths.filter((path) => notOld.has(path) && notNew.has(path));
    if (theirs.length > 0) return theirs;
    const tracked = new Set(await this.#listed(from, paths));
    const half = paths.filter((path) => notOld.has(path));
    for (const path of half) if (!tracked.has(path)) rmSync(join(this.path, path), { force: true });
    const back = half.filter((path) => tracked.has(path));
    if (back.length > 0)
      await this.#run({ args: ['checkout-index', '-f', '-u', '-z', '--stdin'], input: joinNul(back) });
    return [];
  }

  /** Those of the paths at which the files are not as in the commit. What it does not have must not be there. */
  async #differing(commit: Commit, paths: readonly string[]): Promise<readonly string[]> {
    const indexFile = join(this.#repository.gitDir, `cox-look-${process.pid}`);
    try {
      await this.#run({ args: ['read-tree', commit], indexFile });
      await this.#run({ args: ['update-index', '-q', '--refresh'], indexFile, codes: [0, 1] });
      const differ = await this.#run({ args: ['diff-files', '-z', '--name-only'], indexFile });
      const changed = new Set(strings(differ.stdout));
      const tracked = new Set(await this.#listed(commit, paths));
      return paths.filter((path) => (tracked.has(path) ? changed.has(path) : this.#isFile(path)));
    } finally {
      rmSync(indexFile, { force: true });
    }
  }

  async #listed(commit: Commit, paths: readonly string[]): Promise<readonly string[]> {
    const listed = await this.#run({ args: ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit] });
    const wanted = new Set(paths);
    return strings(listed.stdout).filter((path) => wanted.has(path));
  }

  async #paths(from: Commit, to: Commit, filter?: string): Promise<readonly string[]> {
    const only = filter === undefined ? [] : [`--diff-filter=${filter}`];
    const args = ['diff-tree', '-r', '-z', '--no-renames', '--name-only', ...only, from, to];
    return strings((await this.#run({ args })).stdout);
  }

  /** Git takes a file for changed whose times are not those of the index. */
  async #refresh(): Promise<void> {
    await this.#run({ args: ['update-index', '-q', '--refresh'], codes: [0, 1, 128] });
  }

  #isFile(path: string): boolean {
    try {
      return !lstatSync(join(this.path, path)).isDirectory();
    } catch {
      // Nothing is there, or what should be a folder above it is a file: git says so itself.
      return false;
    }
  }

  async #run(call: Pick<GitCall, 'args' | 'input' | 'codes' | 'indexFile'>): Promise<GitOutput> {
    const { top, gitDir, usesLfs, settings } = this.#repository;
    const config = [...settings.carried, ...(usesLfs ? lfsConfig() : [])];
    return orThrow(await this.#git.run({ ...call, cwd: top, gitDir, workTree: top, config }));
  }
}

function strings(output: Buffer): readonly string[] {
  return splitNul(output).map((path) => path.toString('utf8'));
}

function named(paths: readonly string[]): string {
  const shown = paths.slice(0, NAMED).map((path) => printableLine(path));
  return `${shown.join(', ')}${paths.length > shown.length ? ` and ${paths.length - shown.length} more` : ''}`;
}

function words({ stderr }: GitOutput): string {
  return printableLine(stderr.replaceAll(/^(?:error|fatal): /gm, ''));
}
