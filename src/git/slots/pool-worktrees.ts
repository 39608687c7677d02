/** The `PoolWorktrees` port, made of the pieces of the slot pool: one slot for each place, with a folder of ours for each. */

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import { isBranchName, safeName } from '../../core/names.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type {
  CommittedCopies,
  FoundCommit,
  MadeWorktree,
  MakeWorktree,
  NotMade,
  PlaceState,
  PoolPlace,
  PoolWorktrees,
} from '../../ports/pool-worktrees.ts';
import type { HostEnvironment } from '../../process/environment.ts';
import { DEFAULT_PATH } from '../../process/find-program.ts';
import { objectSite, type Site, writeCleanDir } from '../base/clean-dir.ts';
import { orThrow } from '../base/failure.ts';
import { readHeadBranch } from '../base/heads.ts';
import { splitNul } from '../base/output.ts';
import type { Repository } from '../base/repository.ts';
import type { Git, GitCall, GitOutput } from '../base/runner.ts';
import { commitFiles, type Harvest } from '../harvest/commit-files.ts';
import { readBranch } from '../objects/history.ts';
import { PINS } from '../objects/ref-names.ts';
import { writeRefs } from '../objects/refs.ts';
import { dependencyReader } from './lockfiles.ts';
import { branchesBelow, branchInTheWay, commitOf, dropBranch, inOrder, onlyHere } from './pool-branches.ts';
import { PoolCopies } from './pool-copies.ts';
import { beginMaking, endMaking, isVacant, slotAt, slotOf } from './pool-place.ts';
import { Removal } from './removal.ts';
import { removeWorktree } from './remove-worktree.ts';
import { RestLooks } from './rest-looks.ts';
import { leaveBranch } from './slot-branch.ts';
import { readCopies } from './slot-copies.ts';
import { adoptWorktree } from './slot-making.ts';
import type { SlotPlace } from './slot-place.ts';
import { prepareSlot } from './slot-prepare.ts';
import { readPrepared } from './slot-prepared.ts';
import { endOldHooks, type SlotHooks, setUp, tearDown } from './slot-setup.ts';

export interface GitPoolOptions {
  readonly git: Git;
  readonly repository: Repository;
  readonly host: HostEnvironment;
  /** Untracked files of the checkout to copy into each worktree, see `CopySource`. */
  readonly copies: readonly string[];
  readonly hooks: SlotHooks;
}

export class GitPoolWorktrees implements PoolWorktrees {
  readonly #options: GitPoolOptions;
  readonly #searchPath: string;
  readonly #removals = new Map<string, Removal>();
  readonly #copies: PoolCopies;
  readonly #dependenciesOf = dependencyReader();

  constructor(options: GitPoolOptions) {
    this.#options = options;
    this.#copies = new PoolCopies(options);
    this.#searchPath = options.host['PATH'] ?? DEFAULT_PATH;
    writeCleanDir(objectSite(options));
  }

  async make({ place, branch, base }: MakeWorktree): Promise<Result<MadeWorktree, NotMade>> {
    if (!isBranchName(branch))
      return err({
        detail: `${JSON.stringify(branch)} is no name of a branch`,
        remedy: 'Give another name.',
      });
    const slot = this.#slot(place);
    if (!isVacant(slot)) {
      const there = adoptWorktree(this.#options.repository, slot);
      if (!there.ok)
        return err({ detail: `something lies at ${place.path}: ${there.error}`, remedy: 'Move it away.' });
    }
    const before = await readBranch(this.#options, branch);
    const commit = before ?? (await commitOf(this.#options, base ?? 'HEAD'));
    if (commit === null)
      return err({
        detail: `there is no commit ${JSON.stringify(base ?? 'HEAD')} to begin from`,
        remedy: 'Name a branch or a commit that is there.',
      });
    const inTheWay = before === null ? await branchInTheWay(this.#options, branch) : null;
    if (inTheWay !== null)
      return err({
        detail: `there is a branch ${inTheWay}, and git can have none of the name ${branch} beside it`,
        remedy: `Rename it: git branch -m ${inTheWay} <another name>`,
      });
    mkdirSync(dirname(place.path), { recursive: true });
    const { copies, repository, hooks } = this.#options;
    const preparation = {
      site: this.#site(slot),
      place: slot,
      slot: slotOf(place),
      removal: this.#removal(place),
      looks: new RestLooks(),
      searchPath: this.#searchPath,
      copies: { top: repository.top, patterns: copies },
      hooks,
      sandbox: null,
      dependenciesOf: this.#dependenciesOf,
      mayStay: () => true,
      isConfined: false,
    };
    const holder = { run: 'pool', key: place.name };
    beginMaking(slot);
    const prepared = await prepareSlot(preparation, { holder, commit, branch, withoutSetUp: true });
    if (!prepared.ok) return err({ detail: prepared.error.detail, remedy: '' });
    endMaking(slot);
    return ok({ commit, goesOn: before !== null });
  }

  async setUp(place: PoolPlace): Promise<Result<void, string>> {
    const slot = this.#slot(place);
    const lockfiles = readPrepared(slot)?.lockfiles ?? '';
    const done = await setUp(slot, slotOf(place), this.#options.hooks, { lockfiles, sandbox: null });
    return done.ok ? ok(undefined) : done;
  }

  async look(place: PoolPlace): Promise<PlaceState> {
    const slot = this.#slot(place);
    if (isVacant(slot)) return { is: 'absent' };
    const found = adoptWorktree(this.#options.repository, slot);
    if (!found.ok) return { is: 'foreign', detail: found.error };
    const { admin } = found.value;
    const head = await commitOf(this.#options, 'HEAD', admin);
    if (head === null) return { is: 'foreign', detail: 'its HEAD names no commit' };
    const branch = readHeadBranch(admin);
    const harvest = this.#harvest(slot, admin);
    writeCleanDir(harvest.site);
    const made = orThrow(await commitFiles(harvest, { from: head, message: `Left in ${place.name}\n` }));
    const left = made.commit;
    const listed =
      left === null
        ? []
        : splitNul((await this.#run({ args: ['diff-tree', '-r', '-z', '--name-only', head, left] })).stdout);
    const changed = listed.map((path) => path.toString('utf8'));
    const unkept = [...made.left.unnameable, ...made.left.aside];
    const isRebasing = existsSync(join(admin, 'rebase-merge')) || existsSync(join(admin, 'rebase-apply'));
    return { is: 'worktree', branch, head, left, changed, unkept, isRebasing };
  }

  async leave(place: PoolPlace): Promise<void> {
    const slot = this.#slot(place);
    const found = adoptWorktree(this.#options.repository, slot);
    if (!found.ok) return;
    const { git, repository, hooks } = this.#options;
    await endOldHooks(slot, hooks);
    await tearDown(slot, slotOf(place), { hooks, sandbox: null });
    const left = await leaveBranch({ git, repository, admin: found.value.admin, place: slot });
    if (!left.ok) throw new Error(left.error);
  }

  async remove(place: PoolPlace): Promise<Result<void, string>> {
    const slot = this.#slot(place);
    const found = adoptWorktree(this.#options.repository, slot);
    if (!found.ok) return err(`${place.path} stays: ${found.error}`);
    const { git, repository, hooks } = this.#options;
    await endOldHooks(slot, hooks);
    await tearDown(slot, slotOf(place), { hooks, sandbox: null });
    const removed = await removeWorktree({ git, repository, searchPath: this.#searchPath }, slot);
    if (removed.ok) rmSync(slot.data, { recursive: true, force: true });
    return removed;
  }

  sync(place: PoolPlace): Promise<readonly string[]> {
    return this.#copies.sync(this.#slot(place), this.#removal(place));
  }

  drifted(place: PoolPlace): Promise<readonly string[]> {
    return this.#copies.drifted(this.#slot(place));
  }

  copiesNotIgnored(place: PoolPlace): Promise<readonly string[]> {
    return this.#copies.notIgnored(this.#slot(place));
  }

  isIgnored(path: string): Promise<boolean> {
    return this.#copies.isIgnored(path);
  }

  committedCopies(
    place: PoolPlace | null,
    work: { readonly base: Commit | null; readonly tip: Commit },
  ): Promise<CommittedCopies | null> {
    return this.#copies.committed(place === null ? null : this.#slot(place), work);
  }

  onlyHere(tip: Commit, besides: string | null): Promise<readonly FoundCommit[]> {
    return onlyHere(this.#options, tip, besides);
  }

  inOrder(tips: readonly Commit[], onto: Commit): Promise<readonly Commit[]> {
    return inOrder(this.#options, tips, onto);
  }

  async keep(name: string, commit: Commit): Promise<string> {
    const ref = `${PINS}pool/${safeName(name)}/${commit.slice(0, 12)}`;
    orThrow(await writeRefs(this.#options, [{ ref, to: commit }]));
    return ref;
  }

  tip(branch: string): Promise<Commit | null> {
    return readBranch(this.#options, branch);
  }

  branches(prefix: string): Promise<readonly string[]> {
    return branchesBelow(this.#options, prefix);
  }

  dropBranch(branch: string, at: Commit): Promise<boolean> {
    return dropBranch(this.#options, branch, at);
  }

  async count(folder: string): Promise<number> {
    const listed = await this.#run({ args: ['worktree', 'list', '--porcelain', '-z'] });
    return splitNul(listed.stdout).filter((field) => field.toString('utf8').startsWith(`worktree ${folder}/`))
      .length;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#removals.values()].map((removal) => removal.idle()));
  }

  #slot(place: PoolPlace): SlotPlace {
    return slotAt(this.#options.repository, place);
  }

  #site(slot: SlotPlace): Site {
    const { git, repository } = this.#options;
    return { git, repository, cleanDir: slot.cleanDir, workTree: slot.path };
  }

  #harvest(slot: SlotPlace, admin: string): Harvest {
    return {
      site: this.#site(slot),
      place: slot,
      admin,
      prepared: readPrepared(slot)?.commit ?? null,
      copied: new Set(readCopies(slot.copiesFile).map(({ path }) => path)),
      searchPath: this.#searchPath,
    };
  }

  #removal({ path }: PoolPlace): Removal {
    const folder = dirname(path);
    const known = this.#removals.get(folder);
    if (known !== undefined) return known;
    const removal = new Removal(folder, this.#searchPath);
    removal.sweep();
    this.#removals.set(folder, removal);
    return removal;
  }

  async #run(call: Pick<GitCall, 'args'>): Promise<GitOutput> {
    const { top, gitDir } = this.#options.repository;
    return orThrow(await this.#options.git.run({ ...call, cwd: top, gitDir }));
  }
}
