/**
 * Merging on git's objects: no checkout, no index, no hooks. The same request gives the same commit, so a merge may
 * be made again after a crash. It is done in a git directory of our own: a merge driver that somebody wrote into the
 * repository's configuration is never run, and what the user has checked out has no say in the result.
 */

import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Commit } from '../core/attempt.ts';
import type { MergeResult } from '../core/event.ts';
import type { Result } from '../core/result.ts';
import type { AdvanceRequest, AdvanceResult, MergeRequest, Merger } from '../ports/merger.ts';
import { objectSite, runOn, type Site, writeCleanDir } from './clean-dir.ts';
import { type NewCommit, signatureOf, writeCommit } from './commits.ts';
import { GitFailure } from './failure.ts';
import { mayBeCheckedOut } from './heads.ts';
import { lfsConfig } from './lfs.ts';
import { withoutPrograms } from './no-programs.ts';
import { countLine, readObjects } from './objects.ts';
import { parseCommit, parseTreeMerge, splitLines, type TreeMerge } from './output.ts';
import { branchRef, candidatePin, candidatePins, isBranchName, isCommitId } from './ref-names.ts';
import { absentId, writeRefs } from './refs.ts';
import type { Repository } from './repository.ts';
import type { Git, GitCall, GitOutput, GitProblem } from './runner.ts';
import { readSettings } from './settings.ts';

export interface MergerOptions {
  readonly git: Git;
  readonly repository: Repository;
}

interface Given {
  readonly ontoTree: string;
  readonly tipTree: string;
  /** Of the tip. */
  readonly date: string;
  /** Content of the `.gitattributes` at the top of `onto`. */
  readonly attributes: Buffer | null;
}

/** Commits above which a tip is not looked at whether it stands on what it is merged onto. */
const SHORT_LINE = 5;

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

  async merge({ run, onto, tip, message }: MergeRequest): Promise<MergeResult> {
    this.#check('x', onto, tip);
    const given = await this.#readGiven(onto, tip);
    const merged = await this.#mergeTrees({ onto, tip }, given);
    if (!merged.isClean) return { is: 'conflict', paths: merged.conflicts };
    if (merged.tree === given.ontoTree && (await this.#contains(onto, tip)))
      return { is: 'clean', commit: onto };
    const commit = await this.#commitMerge({
      tree: merged.tree,
      parents: [onto, tip],
      date: given.date,
      message: `${message}\n`,
    });
    this.#value(await writeRefs(this.#site, [{ ref: candidatePin(run, commit), to: commit }]));
    return { is: 'clean', commit };
  }

  async advance({ branch, from, to }: AdvanceRequest): Promise<AdvanceResult> {
    this.#check(branch, from, to);
    const ref = branchRef(branch);
    const actual = await this.#moveRef({ ref, from, to });
    if (actual !== to)
      return { is: 'moved', actual, ours: actual !== null && (await this.#contains(actual, from)) };
    await this.#followInCheckouts(ref, from, to);
    return { is: 'advanced' };
  }

  async unpin(run: string): Promise<void> {
    const listed = await this.#run({
      args: ['for-each-ref', '--format=delete %(refname)', candidatePins(run)],
    });
    if (listed.stdout.length === 0) return;
    await this.#run({ args: ['update-ref', '--stdin'], input: listed.stdout });
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

  async #readGiven(onto: Commit, tip: Commit): Promise<Given> {
    const read = this.#value(await readObjects(this.#site, [onto, tip, `${onto}:.gitattributes`]));
    const [ontoObject = null, tipObject = null, attributes = null] = read;
    const ontoCommit = ontoObject === null ? null : parseCommit(ontoObject.content);
    const tipCommit = tipObject === null ? null : parseCommit(tipObject.content);
    if (ontoCommit === null || tipCommit === null) {
      const stderr = `no commit ${ontoCommit === null ? onto : tip}`;
      throw new GitFailure({ argv: ['git', 'cat-file'], cwd: this.#repository.top, code: 0, stderr });
    }
    return {
      ontoTree: ontoCommit.tree,
      tipTree: tipCommit.tree,
      date: tipCommit.committed,
      attributes: attributes?.type === 'blob' ? attributes.content : null,
    };
  }

  /** The dates are the tip's, and the names are fixed: nothing of the present goes into the commit. */
  async #commitMerge(merge: Omit<NewCommit, 'signature'>): Promise<Commit> {
    this.#signature ??= this.#value(await signatureOf(this.#site));
    return this.#value(await writeCommit(this.#site, { ...merge, signature: this.#signature }));
  }

  async #mergeTrees(
    { onto, tip }: Pick<MergeRequest, 'onto' | 'tip'>,
    { tipTree, attributes }: Given,
  ): Promise<TreeMerge & { readonly isClean: boolean }> {
    // What was made on top of it takes its place, whatever is in it.
    const ahead = this.#value(await countLine(this.#site, { base: onto, tip, most: SHORT_LINE }));
    if (ahead !== null) return { tree: tipTree, conflicts: [], isClean: true };
    const output = await this.#runMergeTree({ onto, tip }, attributes);
    const merged = parseTreeMerge(output.stdout);
    if (merged === null) throw new Error(`git merge-tree gave no tree for ${onto} and ${tip}`);
    return { ...merged, isClean: output.code === 0 };
  }

  /**
   * The merge itself, with the attributes that `onto` has at its top (`merge=union` for a change log, say). Of a
   * driver that git does not have built in only the name is there, and the file is merged as text.
   */
  async #runMergeTree(
    { onto, tip }: Pick<MergeRequest, 'onto' | 'tip'>,
    attributes: Buffer | null,
  ): Promise<GitOutput> {
    const file = attributes === null ? null : join(this.#site.cleanDir, `attributes-${randomUUID()}`);
    if (file !== null && attributes !== null) await writeFile(file, attributes);
    try {
      return this.#value(
        await runOn(this.#site, {
          args: ['merge-tree', '--write-tree', '-z', '--name-only', onto, tip],
          codes: [0, 1],
          config: [['core.attributesFile', file ?? '/dev/null']],
        }),
      );
    } finally {
      if (file !== null) await rm(file, { force: true });
    }
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
    return this.#value(await this.#git.run({ ...call, cwd: top, gitDir }));
  }

  #value<T>(result: Result<T, GitProblem>): T {
    if (!result.ok) throw new GitFailure(result.error);
    return result.value;
  }

  #check(branch: string, ...commits: readonly Commit[]): void {
    if (!isBranchName(branch)) throw new Error(`not a branch name: ${JSON.stringify(branch)}`);
    for (const commit of commits)
      if (!isCommitId(commit)) throw new Error(`not a commit: ${JSON.stringify(commit)}`);
  }
}
