/**
 * Git directories of our own. Whatever touches files of a worktree (making them, listing them, taking them up)
 * is done with one of these, and never with the worktree's own: hooks, filters, attributes and configuration
 * there may be an agent's. Objects are read from and written to the repository itself.
 */

import { copyFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import type { Result } from '../core/result.ts';
import { lfsConfig } from './lfs.ts';
import type { Repository } from './repository.ts';
import type { ConfigEntry, Git, GitCall, GitOutput, GitProblem } from './runner.ts';
import { isTrue } from './settings.ts';
import { writeWhole } from './small-files.ts';

/** A worktree as we see it. */
export interface Site {
  readonly git: Git;
  readonly repository: Repository;
  readonly cleanDir: string;
  /** Absent for work on objects alone. */
  readonly workTree?: string;
}

export type SiteCall = Pick<GitCall, 'args' | 'input' | 'codes' | 'indexFile' | 'identity' | 'config'> & {
  /** Another folder than the site's, inside it. */
  readonly workTree?: string;
};

/** Makes or renews the directory from the repository's present state. */
export function writeCleanDir({ cleanDir, repository }: Pick<Site, 'cleanDir' | 'repository'>): void {
  const { commonDir, gitDir, objectFormat } = repository;
  for (const folder of ['objects', 'refs', 'info']) mkdirSync(join(cleanDir, folder), { recursive: true });
  const format =
    objectFormat === 'sha256'
      ? '[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256\n'
      : '[core]\n\trepositoryformatversion = 0\n';
  writeWhole(join(cleanDir, 'config'), format);
  writeWhole(join(cleanDir, 'HEAD'), 'ref: refs/heads/none\n');
  rmSync(join(cleanDir, 'shallow'), { force: true });
  symlinkSync(join(commonDir, 'shallow'), join(cleanDir, 'shallow'));
  takeOver(join(commonDir, 'info', 'exclude'), join(cleanDir, 'info', 'exclude'));
  takeOver(join(commonDir, 'info', 'attributes'), join(cleanDir, 'info', 'attributes'));
  takeOver(join(gitDir, 'info', 'sparse-checkout'), join(cleanDir, 'info', 'sparse-checkout'));
}

function takeOver(from: string, to: string): void {
  rmSync(to, { force: true });
  try {
    copyFileSync(from, to);
  } catch {
    // Most repositories do not have it.
  }
}

/** Runs git on the site. */
export function runOn(site: Site, call: SiteCall): Promise<Result<GitOutput, GitProblem>> {
  const { git, repository, cleanDir } = site;
  const workTree = call.workTree ?? site.workTree;
  const { config = [], ...rest } = call;
  return git.run({
    ...rest,
    cwd: workTree ?? cleanDir,
    gitDir: cleanDir,
    objectDirectory: join(repository.commonDir, 'objects'),
    config: [...siteConfig(repository, workTree === undefined), ...config],
    ...(workTree === undefined ? {} : { workTree }),
  });
}

function siteConfig({ settings, sparse, usesLfs, commonDir }: Repository, bare: boolean): ConfigEntry[] {
  const cone = isTrue(settings.lines, 'core.sparsecheckoutcone');
  return [
    ...settings.carried,
    ['core.bare', String(bare)],
    ...(sparse && !bare
      ? ([
          ['core.sparseCheckout', 'true'],
          ['core.sparseCheckoutCone', String(cone)],
        ] as const)
      : []),
    ...(usesLfs ? lfsConfig(commonDir) : []),
  ];
}
