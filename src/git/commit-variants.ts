import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import type { Commit } from '../core/attempt.ts';
import type { CommitVariants } from '../ports/commit-variants.ts';
import { objectSite, runOn, type Site, type SiteCall, writeCleanDir } from './clean-dir.ts';
import { writeCommit } from './commits.ts';
import { GitFailure } from './failure.ts';
import { readCommits } from './objects.ts';
import { isCommitId } from './ref-names.ts';
import { absentId } from './refs.ts';
import type { Repository } from './repository.ts';
import type { Git } from './runner.ts';

/** Nobody made it: it shows what would be. */
const SIGNATURE = 'Coxswain <coxswain@invalid>';

/** Made in an index of its own, which is gone afterwards. */
export class ObjectVariants implements CommitVariants {
  readonly #site: Site;
  readonly #repository: Repository;

  constructor(options: { readonly git: Git; readonly repository: Repository }) {
    this.#site = objectSite(options);
    this.#repository = options.repository;
    writeCleanDir(this.#site);
  }

  async withFiles(commit: Commit, files: ReadonlyMap<string, string | null>): Promise<Commit> {
    if (!isCommitId(commit)) throw new Error(`not a commit: ${JSON.stringify(commit)}`);
    const indexFile = join(this.#site.cleanDir, `index-${randomUUID()}`);
    try {
      await this.#run({ args: ['read-tree', commit], indexFile });
      const lines: string[] = [];
      for (const [path, text] of files) lines.push(await this.#lineOf(path, text));
      await this.#run({ args: ['update-index', '-z', '--index-info'], input: lines.join(''), indexFile });
      const tree = await this.#run({ args: ['write-tree'], indexFile });
      return await this.#commit(commit, tree);
    } finally {
      rmSync(indexFile, { force: true });
      rmSync(`${indexFile}.lock`, { force: true });
    }
  }

  /** A mode of 0 takes the path out. */
  async #lineOf(path: string, text: string | null): Promise<string> {
    if (text === null) return `0 ${absentId(this.#repository)}\t${path}\0`;
    const id = await this.#run({ args: ['hash-object', '-w', '--no-filters', '--stdin'], input: text });
    return `100644 ${id}\t${path}\0`;
  }

  async #commit(parent: Commit, tree: string): Promise<Commit> {
    const read = await readCommits(this.#site, [parent]);
    if (!read.ok) throw new GitFailure(read.error);
    const made = await writeCommit(this.#site, {
      tree,
      parents: [parent],
      signature: SIGNATURE,
      date: read.value[0]?.committed ?? '0 +0000',
      message: 'A variant, to be looked at\n',
    });
    if (!made.ok) throw new GitFailure(made.error);
    return made.value;
  }

  async #run(call: SiteCall): Promise<string> {
    const done = await runOn(this.#site, call);
    if (!done.ok) throw new GitFailure(done.error);
    return done.value.stdout.toString('latin1').trim();
  }
}
