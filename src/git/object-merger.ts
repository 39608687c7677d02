/**
 * Merging on git's objects: no checkout, no index, no hooks. The same request gives the same commit, so a merge may
 * be made again after a crash.
 */

import type { Commit } from '../core/attempt.ts';
import type { MergeResult } from '../core/event.ts';
import type { AdvanceRequest, AdvanceResult, MergeRequest, Merger } from '../ports/merger.ts';
import { GitFailure } from './failure.ts';
import { parseTreeMerge, splitLines } from './output.ts';
import { branchRef, candidatePin, candidatePins, isBranchName, isCommitId } from './ref-names.ts';
import type { Repository } from './repository.ts';
import type { Git, GitCall, GitOutput } from './runner.ts';

export interface MergerOptions {
  readonly git: Git;
  readonly repository: Repository;
}

const ABSENT = '0'.repeat(40);
const ABSENT_SHA256 = '0'.repeat(64);

/** Its methods reject with `GitFailure` when git itself does not work (a full disk, a damaged repository). */
export class ObjectMerger implements Merger {
  readonly #git: Git;
  readonly #repository: Repository;

  constructor({ git, repository }: MergerOptions) {
    this.#git = git;
    this.#repository = repository;
  }

  async prepareBranch(branch: string, base: Commit): Promise<void> {
    this.#check(branch, base);
    const moved = await this.#moveRef(branchRef(branch), base, this.#absent());
    if (moved) return;
    const actual = await this.#read(branchRef(branch));
    if (actual !== base) throw new Error(`the branch ${branch} is there already, at another commit`);
  }

  async merge({ run, onto, tip, message }: MergeRequest): Promise<MergeResult> {
    this.#check('x', onto, tip);
    if (await this.#contains(onto, tip)) return { is: 'clean', commit: onto };
    const output = await this.#run({
      args: ['merge-tree', '--write-tree', '-z', '--name-only', onto, tip],
      codes: [0, 1],
    });
    const merged = parseTreeMerge(output.stdout);
    if (merged === null) throw new Error(`git merge-tree gave no tree for ${onto} and ${tip}`);
    if (output.code === 1) return { is: 'conflict', paths: merged.conflicts };
    const commit = await this.#commitMerge({ tree: merged.tree, parents: [onto, tip], message });
    await this.#run({ args: ['update-ref', candidatePin(run, commit), commit] });
    return { is: 'clean', commit };
  }

  async advance({ branch, from, to }: AdvanceRequest): Promise<AdvanceResult> {
    this.#check(branch, from, to);
    const ref = branchRef(branch);
    if (await this.#moveRef(ref, to, from)) return { is: 'advanced' };
    const actual = await this.#read(ref);
    if (actual === to) return { is: 'advanced' };
    return { is: 'moved', actual, ours: actual !== null && (await this.#contains(actual, from)) };
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

  /** The dates are the tip's, and the names are fixed: nothing of the present goes into the commit. */
  async #commitMerge(merge: {
    readonly tree: string;
    readonly parents: readonly Commit[];
    readonly message: string;
  }): Promise<Commit> {
    const [, tip = ''] = merge.parents;
    const dated = await this.#run({ args: ['show', '--no-patch', '--format=%cd', '--date=raw', tip] });
    const [date = ''] = splitLines(dated.stdout);
    const parents = merge.parents.flatMap((parent) => ['-p', parent]);
    const made = await this.#run({
      args: ['commit-tree', merge.tree, ...parents],
      input: `${merge.message.replaceAll('\0', '')}\n`,
      identity: { ...this.#repository.settings.identity, date },
    });
    const [commit = ''] = splitLines(made.stdout);
    return commit;
  }

  /** False when the ref does not stand where it was expected. */
  async #moveRef(ref: string, to: Commit, from: Commit): Promise<boolean> {
    const { code } = await this.#run({ args: ['update-ref', ref, to, from], codes: [0, 1, 128] });
    return code === 0;
  }

  async #read(ref: string): Promise<Commit | null> {
    const found = await this.#run({ args: ['rev-parse', '--verify', '--quiet', ref], codes: [0, 1, 128] });
    return found.code === 0 ? (splitLines(found.stdout)[0] ?? null) : null;
  }

  async #run(call: Omit<GitCall, 'cwd'>): Promise<GitOutput> {
    const { top, gitDir } = this.#repository;
    const result = await this.#git.run({ ...call, cwd: top, gitDir });
    if (!result.ok) throw new GitFailure(result.error);
    return result.value;
  }

  #check(branch: string, ...commits: readonly Commit[]): void {
    if (!isBranchName(branch)) throw new Error(`not a branch name: ${JSON.stringify(branch)}`);
    for (const commit of commits)
      if (!isCommitId(commit)) throw new Error(`not a commit: ${JSON.stringify(commit)}`);
  }

  #absent(): Commit {
    return this.#repository.objectFormat === 'sha256' ? ABSENT_SHA256 : ABSENT;
  }
}
