import type { Commit } from '../../core/attempt.ts';
import { isBranchName } from '../../core/names.ts';
import type {
  Adopted,
  AdoptRequest,
  ConflictCommits,
  SettleRequest,
  ShownConflict,
} from '../../ports/conflict-commits.ts';
import type { MergeRequest } from '../../ports/merger.ts';
import { objectSite, runOn, type Site, writeCleanDir } from '../base/clean-dir.ts';
import { orThrow } from '../base/failure.ts';
import { splitLines } from '../base/output.ts';
import type { Repository } from '../base/repository.ts';
import type { Git } from '../base/runner.ts';
import { signatureOf, writeCommit } from '../objects/commits.ts';
import { branchRef, candidatePin, isCommitId } from '../objects/ref-names.ts';
import { writeRefs } from '../objects/refs.ts';
import { parentsOf } from './merge-commits.ts';
import { mergeTrees, replayTree, sideOf } from './tree-merge.ts';

/** Nobody made it, and nobody keeps it. */
const SIGNATURE = 'Coxswain <coxswain@invalid>';
/** Commits of the line that are looked at for what a tip conflicts with. */
const LONGEST_LINE = 2000;

export class ObjectConflictCommits implements ConflictCommits {
  readonly #site: Site;

  constructor(options: { readonly git: Git; readonly repository: Repository }) {
    this.#site = objectSite(options);
    writeCleanDir(this.#site);
  }

  async show(request: MergeRequest): Promise<ShownConflict> {
    const { run, since } = request;
    const [onto, tip] = [await this.#side(request.onto), await this.#side(request.tip)];
    const merged =
      since === undefined
        ? await mergeTrees(this.#site, onto, tip)
        : await replayTree(this.#site, await this.#side(since), { onto, tip });
    const unresolved = orThrow(
      await writeCommit(this.#site, {
        tree: merged.tree,
        parents: parentsOf(request),
        signature: SIGNATURE,
        date: tip.date,
        message: `Unresolved: ${request.message}\n\nThe files hold conflict markers.\n`,
      }),
    );
    await this.#pin(run, unresolved);
    const line = await this.#lines([
      'rev-list',
      '--first-parent',
      `--max-count=${LONGEST_LINE}`,
      onto.commit,
      `^${tip.commit}`,
    ]);
    return { unresolved, ancestor: since ?? (await this.#ancestor(onto.commit, tip.commit)), line };
  }

  async settle({ merge, resolved, branch }: SettleRequest): Promise<Commit> {
    const { tree, date } = await this.#side(resolved);
    const commit = orThrow(
      await writeCommit(this.#site, {
        tree,
        parents: parentsOf(merge),
        signature: orThrow(await signatureOf(this.#site)),
        date,
        message: `${merge.message}\n`,
      }),
    );
    await this.#pin(merge.run, commit);
    // The work is safe without it: whoever moved the branch has a reason.
    await writeRefs(this.#site, [{ ref: checked(branch), from: merge.tip, to: commit }]);
    return commit;
  }

  async adopt({ run, branch, tip, bases }: AdoptRequest): Promise<Adopted> {
    const actual = await this.#read(checked(branch));
    if (actual === null || actual === tip) return { is: 'unchanged' };
    await this.#pin(run, actual);
    for (const base of bases) {
      if (await this.#holds(actual, base)) return { is: 'moved', tip: actual, base };
    }
    return { is: 'unrelated', tip: actual };
  }

  #side(commit: Commit): ReturnType<typeof sideOf> {
    if (!isCommitId(commit)) throw new Error(`not a commit: ${JSON.stringify(commit)}`);
    return sideOf(this.#site, commit);
  }

  async #pin(run: string, commit: Commit): Promise<void> {
    orThrow(await writeRefs(this.#site, [{ ref: candidatePin(run, commit), to: commit }]));
  }

  /** Null for histories that have nothing in common. */
  async #ancestor(onto: Commit, tip: Commit): Promise<Commit | null> {
    const [ancestor = null] = await this.#lines(['merge-base', onto, tip], [0, 1]);
    return ancestor;
  }

  async #holds(commit: Commit, ancestor: Commit): Promise<boolean> {
    const args = ['merge-base', '--is-ancestor', ancestor, commit];
    return orThrow(await runOn(this.#site, { args, codes: [0, 1] })).code === 0;
  }

  async #read(ref: string): Promise<Commit | null> {
    const { git, repository } = this.#site;
    const { commonDir } = repository;
    const args = ['rev-parse', '--verify', '--quiet', ref];
    const told = await git.run({ args, cwd: commonDir, gitDir: commonDir, codes: [0, 1, 128] });
    return splitLines(orThrow(told).stdout)[0] ?? null;
  }

  async #lines(args: readonly string[], codes: readonly number[] = [0]): Promise<readonly string[]> {
    const told = orThrow(await runOn(this.#site, { args, codes }));
    return splitLines(told.stdout).filter((line) => line !== '');
  }
}

function checked(branch: string): string {
  if (!isBranchName(branch)) throw new Error(`not a branch name: ${JSON.stringify(branch)}`);
  return branchRef(branch);
}
