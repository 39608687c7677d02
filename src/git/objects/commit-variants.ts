import type { Commit } from '../../core/attempt.ts';
import type { CommitVariants } from '../../ports/commit-variants.ts';
import { objectSite, type Site, writeCleanDir } from '../base/clean-dir.ts';
import { orThrow } from '../base/failure.ts';
import type { Repository } from '../base/repository.ts';
import type { Git } from '../base/runner.ts';
import { plainFiles, treeWithFiles } from '../merging/tree-with-files.ts';
import { writeCommit } from './commits.ts';
import { readCommits } from './objects.ts';

/** Nobody made it: it shows what would be. */
const SIGNATURE = 'Coxswain <coxswain@invalid>';

export class ObjectVariants implements CommitVariants {
  readonly #site: Site;

  constructor(options: { readonly git: Git; readonly repository: Repository }) {
    this.#site = objectSite(options);
    writeCleanDir(this.#site);
  }

  async withFiles(commit: Commit, files: ReadonlyMap<string, string | null>): Promise<Commit> {
    const tree = await treeWithFiles(this.#site, commit, plainFiles(files));
    const [parent] = orThrow(await readCommits(this.#site, [commit]));
    return orThrow(
      await writeCommit(this.#site, {
        tree,
        parents: [commit],
        signature: SIGNATURE,
        date: parent?.committed ?? '0 +0000',
        message: 'A variant, to be looked at\n',
      }),
    );
  }
}
