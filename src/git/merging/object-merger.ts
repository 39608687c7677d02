/**
 * Merging on git's objects: no checkout, no index, no hooks. The same request gives the same commit, so a merge may
 * be made again after a crash. It is done in a git directory of our own: a merge driver that somebody wrote into the
 * repository's configuration is never run, and what the user has checked out has no say in the result.
 */

import type { Commit } from '../../core/attempt.ts';
import type { MergeResult } from '../../core/merge-result.ts';
import { isBranchName } from '../../core/names.ts';
import type {
  AdvanceRequest,
  AdvanceResult,
  CommitRequest,
  ConflictParts,
  MergeRequest,
  Merger,
} from '../../ports/merger.ts';
import { objectSite, type Site, writeCleanDir } from '../base/clean-dir.ts';
import { GitFailure, orThrow } from '../base/failure.ts';
import { mayBeCheckedOut } from '../base/heads.ts';
import { lfsConfig } from '../base/lfs.ts';
import { withoutPrograms } from '../base/no-programs.ts';
import { splitLines } from '../base/output.ts';
import type { Repository } from '../base/repository.ts';
import type { Git, GitCall, GitOutput } from '../base/runner.ts';
import { readSettings } from '../base/settings.ts';
import { resolveBranchNames } from '../checkout/branch-name.ts';
import { signatureOf, writeCommit } from '../objects/commits.ts';
import { branchRef, candidatePin, candidatePins, isCommitId } from '../objects/ref-names.ts';
import { absentId, writeRefs } from '../objects/refs.ts';
import { writeMerge } from './merge-commits.ts';
import { partsOf, resolvedTree } from './text-conflicts.ts';
import { type MergedTree, mergeTrees, replayTree, type Side, sideOf } from './tree-merge.ts';
import { plainFiles, treeWithFiles } from './tree-with-files.ts';

export interface MergerOptions {
  readonly git: Git;
  readonly repository: Repository;
}

interface MergedSides {
  readonly onto: Side;
  readonly tip: Side;
  readonly merged: MergedTree;
}

/** Its methods reject with `GitFailure` when git itself does not work (a full disk, a damaged repository). */
export class ObjectMerger implements Merger {
  readonly #git: Git;
  readonly #repository: Repository;
  readonly #site: Site;
  #signature: string | null = null;

  constructor({ git, repository }: MergerOptions) {
    this.#git = git;
    this.#repository = repository;
    this.#site = objectSite({ git, repository });
    writeCleanDir(this.#site);
  }

  async prepareBranch(branch: string, base: Commit): Promise<void> {
    this.#check(branch, base);
    const ref = branchRef(branch);
    const actual = await this.#moveRef({ ref, from: absentId(this.#repository), to: base });
    if (actual !== base) throw new Error(`the branch ${branch} is there already, at another commit`);
  }

  async commitFiles({ run, onto, files, message }: CommitRequest): Promise<Commit> {
    const tree = await treeWithFiles(this.#site, onto, plainFiles(files));
    const parent = await sideOf(this.#site, onto);
    if (tree === parent.tree) return onto;
    const { date } = parent;
    const signature = await this.#signed();
    const made = await writeCommit(this.#site, { tree, parents: [onto], signature, date, message });
    const commit = orThrow(made);
    orThrow(await writeRefs(this.#site, [{ ref: candidatePin(run, commit), to: commit }]));
    return commit;
  }

  async merge(request: MergeRequest): Promise<MergeResult> {
    const { run, onto: ontoCommit, tip: tipCommit, strategy, since, resolved } = request;
    const { onto, tip, merged } = await this.#merged(request);
    const tree = merged.isClean ? merged.tree : await resolvedTree(this.#site, merged, resolved ?? []);
    if (tree === null) return { is: 'conflict', paths: merged.conflicts };
    // Only a merge commit says that the history is in it, too.
    const isFlat = strategy !== 'merge' || since !== undefined;
    if (tree === onto.tree && (isFlat || (await this.#contains(ontoCommit, tipCommit))))
      return { is: 'clean', commit: ontoCommit };
    const [site, signature] = [this.#site, await this.#signed()];
    const commit = await writeMerge({ site, request, onto, tree, date: tip.date, signature });
    orThrow(await writeRefs(this.#site, [{ ref: candidatePin(run, commit), to: commit }]));
    return { is: 'clean', commit };
  }

  async conflict(request: MergeRequest): Promise<ConflictParts> {
    return partsOf(this.#site, (await this.#merged(request)).merged);
  }

  async #merged({ onto, tip, since }: MergeRequest): Promise<MergedSides> {
    this.#check('x', onto, tip, ...(since === undefined ? [] : [since]));
    const sides = { onto: await sideOf(this.#site, onto), tip: await sideOf(this.#site, tip) };
    const merged =
      since === undefined
        ? await mergeTrees(this.#site, sides.onto, sides.tip)
        : await replayTree(this.#site, await sideOf(this.#site, since), sides);
    return { ...sides, merged };
  }

  async advance({ branch, from, to }: AdvanceRequest): Promise<AdvanceResult> {
    if (from === null) return this.#make(branch, to);
    this.#check(branch, from, to);
    const ref = branchRef(branch);
    const actual = await this.#moveRef({ ref, from, to });
    if (actual !== to)
      return { is: 'moved', actual, ours: actual !== null && (await this.#contains(actual, from)) };
    await this.#followInCheckouts(ref, from, to);
    return { is: 'advanced' };
  }

  async #make(branch: string, to: Commit): Promise<AdvanceResult> {
    this.#check(branch, to);
    const request = { ref: branchRef(branch), from: absentId(this.#repository), to };
    // Git holds no branch below another, and one that lies in the way is there to stay.
    const [free] = orThrow(await resolveBranchNames(this.#site, [branch], []));
    const actual = free === branch ? await this.#moveRef(request) : await this.#read(request.ref);
    return actual === to ? { is: 'advanced' } : { is: 'moved', actual, ours: false };
  }

  async unpin(run: string): Promise<void> {
    const listed = await this.#run({
      args: ['for-each-ref', '--format=delete %(refname)', candidatePins(run)],
    });
    if (listed.stdout.length === 0) return;
    await this.#run({ args: ['update-ref', '--stdin'], input: listed.stdout });
  }

  async #signed(): Promise<string> {
    this.#signature ??= orThrow(await signatureOf(this.#site));
    return this.#signature;
  }

  /** Whether the second commit is the first or one of its ancestors. */
  async #contains(commit: Commit, ancestor: Commit): Promise<boolean> {
    if (commit === ancestor) return true;
    const { code } = await this.#run({
      args: ['merge-base', '--is-ancestor', ancestor, commit],
      codes: [0, 1],
    });
    return code === 0;
  }

  /** Where the ref stands afterwards: at `to`, or where somebody else has put it. */
  async #moveRef({
    ref,
    from,
    to,
  }: {
    readonly ref: string;
    readonly from: Commit;
    readonly to: Commit;
  }): Promise<Commit | null> {
    const moved = await writeRefs(this.#site, [{ ref, from, to }]);
    if (moved.ok) return to;
    const actual = await this.#read(ref);
    // It stands where it was expected, so it was not somebody else: the disk is full, or the name cannot be.
    if (actual === from || (actual === null && from === absentId(this.#repository)))
      throw new GitFailure(moved.error);
    return actual;
  }

  /**
   * Somebody who looks at the branch in a worktree would see its files fall behind. They are brought along as far
   * as no change of theirs is touched; where one is, the worktree stays as it is, and git shows the difference.
   */
  async #followInCheckouts(ref: string, from: Commit, to: Commit): Promise<void> {
    if (!mayBeCheckedOut(this.#repository, ref)) return;
    const listed = await this.#run({ args: ['for-each-ref', '--format=%(refname)%00%(worktreepath)', ref] });
    const line = splitLines(listed.stdout).find((each) => each.startsWith(`${ref}\0`));
    const path = line?.slice(ref.length + 1) ?? '';
    if (path === '') return;
    // It has a configuration of its own, and includes may depend on its branch.
    const settings = await readSettings(this.#git, path);
    if (!settings.ok) return;
    const config = this.#repository.usesLfs ? lfsConfig() : [];
    const git = withoutPrograms(this.#git, settings.value.lines);
    await git.run({ args: ['read-tree', '-m', '-u', from, to], cwd: path, config });
  }

  async #read(ref: string): Promise<Commit | null> {
    const found = await this.#run({ args: ['rev-parse', '--verify', '--quiet', ref], codes: [0, 1, 128] });
    return found.code === 0 ? (splitLines(found.stdout)[0] ?? null) : null;
  }

  async #run(call: Omit<GitCall, 'cwd'>): Promise<GitOutput> {
    const { top, gitDir } = this.#repository;
    return orThrow(await this.#git.run({ ...call, cwd: top, gitDir }));
  }

  #check(branch: string, ...commits: readonly Commit[]): void {
    if (!isBranchName(branch)) throw new Error(`not a branch name: ${JSON.stringify(branch)}`);
    for (const commit of commits)
      if (!isCommitId(commit)) throw new Error(`not a commit: ${JSON.stringify(commit)}`);
  }
}
