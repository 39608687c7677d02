import { objectSite, type Site, writeCleanDir } from '../git/base/clean-dir.ts';
import { inspectRepository } from '../git/base/repository.ts';
import { createGit } from '../git/base/runner.ts';
import type { GitFixture } from './git-fixture.ts';

/** For work on the objects of the fixture's repository. Its processes of git go with `site.git.rest()`. */
export async function objectSiteOf(fixture: GitFixture): Promise<Site> {
  const git = createGit({ host: fixture.env });
  const repository = await inspectRepository(git, fixture.path);
  if (!repository.ok) throw new Error(repository.error.detail);
  const site = objectSite({ git, repository: repository.value });
  writeCleanDir(site);
  return site;
}
