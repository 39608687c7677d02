/** Two commits of a real repository, and a reader of them. */

import { inspectRepository } from '../git/base/repository.ts';
import { createGit } from '../git/base/runner.ts';
import { ObjectReader } from '../git/objects/commit-reader.ts';
import type { CommitReader } from '../ports/commit-reader.ts';
import { type FileMap, type GitFixture, makeRepository } from './git-fixture.ts';

export interface CommitBench {
  readonly fixture: GitFixture;
  readonly reader: CommitReader;
  /** Commits the files of a base and nothing else; then, on top, what changes. */
  readonly pair: (files: FileMap, changes: FileMap) => { readonly base: string; readonly tip: string };
  readonly close: () => Promise<void>;
}

export async function openCommitBench(): Promise<CommitBench> {
  const fixture = makeRepository();
  const git = createGit({ host: fixture.env });
  const repository = await inspectRepository(git, fixture.path);
  if (!repository.ok) throw new Error(repository.error.detail);
  return {
    fixture,
    reader: new ObjectReader({ git, repository: repository.value }),
    pair: (files, changes) => {
      fixture.git(['rm', '-r', '-q', '--ignore-unmatch', '.']);
      return { base: fixture.commit(files), tip: fixture.commit(changes) };
    },
    close: async () => {
      await git.rest();
      fixture.remove();
    },
  };
}
