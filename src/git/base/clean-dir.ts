/**
 * Git directories of our own. Whatever touches files of a worktree (making them, listing them, taking them up)
 * is done with one of these, and never with the worktree's own: hooks, filters, attributes and configuration
 * there may be an agent's. Objects are read from and written to the repository itself.
 */

import { closeSync, mkdirSync, openSync, readlinkSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import type { Result } from '../../core/result.ts';
import { withoutWaiting } from '../slots/special-files.ts';
import type { GitQuestion } from './kept-processes.ts';
import { lfsConfig } from './lfs.ts';
import type { Repository } from './repository.ts';
import type { ConfigEntry, Git, GitCall, GitOutput, GitProblem } from './runner.ts';
import { isTrue } from './settings.ts';
import { hasCode, readBytes, writeWhole } from './small-files.ts';

/** A worktree as we see it. */
export interface Site {
  readonly git: Git;
  readonly repository: Repository;
  readonly cleanDir: string;
  /** Absent for work on objects alone. */
  readonly workTree?: string;
  /** Absolute; takes new objects instead of the repository, whose own it borrows. */
  readonly objects?: string;
  /**
   * In milliseconds. Whoever has the worktree is at work in it: nothing there may be removed, and what git waits for
   * longer is given up.
   */
  readonly patienceMs?: number;
}

export type SiteCall = Pick<GitCall, 'args' | 'input' | 'codes' | 'indexFile' | 'identity' | 'config'> & {
  /** Another folder than the site's, inside it. */
  readonly workTree?: string;
};

/** For work on objects alone: one that all slots and merges of a repository share. */
export function objectSite({ git, repository }: Pick<Site, 'git' | 'repository'>): Site {
  return { git, repository, cleanDir: join(repository.commonDir, 'coxswain', 'git') };
}

/** Makes or renews the directory from the repository's present state. */
export function writeCleanDir({ cleanDir, repository }: Pick<Site, 'cleanDir' | 'repository'>): void {
  const { commonDir, gitDir, objectFormat } = repository;
  for (const folder of ['objects', 'refs', 'info']) mkdirSync(join(cleanDir, folder), { recursive: true });
  const format =
    objectFormat === 'sha256'
      ? '[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256\n'
      : '[core]\n\trepositoryformatversion = 0\n';
  put(join(cleanDir, 'config'), Buffer.from(format));
  if (readBytes(join(cleanDir, 'HEAD'))?.length !== headText(objectFormat).length)
    writeWhole(join(cleanDir, 'HEAD'), headText(objectFormat));
  link(join(commonDir, 'shallow'), join(cleanDir, 'shallow'));
  for (const name of ['exclude', 'attributes'])
    put(join(cleanDir, 'info', name), readBytes(join(commonDir, 'info', name)));
  put(join(cleanDir, 'info', 'sparse-checkout'), readBytes(join(gitDir, 'info', 'sparse-checkout')));
}

/** Git wants one to be there; see `pointHead`. */
function headText(objectFormat: Repository['objectFormat']): string {
  return `${'0'.repeat(objectFormat === 'sha256' ? 64 : 40)}\n`;
}

/**
 * Puts the directory's HEAD on a commit, for commands that compare with it. In place, for all commits are equally long
 * and replacing the file would cost a write to the disk.
 */
export function pointHead({ cleanDir }: Pick<Site, 'cleanDir'>, commit: Commit): void {
  const file = openSync(join(cleanDir, 'HEAD'), 'r+');
  try {
    writeSync(file, `${commit}\n`, 0);
  } finally {
    closeSync(file);
  }
}

/** Null for a file that is not to be there. Nothing is written that is as it should be: git may be reading it. */
function put(file: string, content: Buffer | null): void {
  const present = readBytes(file);
  if (content === null) rmSync(file, { force: true });
  else if (present === null || !present.equals(content)) writeWhole(file, content);
}

function link(target: string, path: string): void {
  if (linkTarget(path) === target) return;
  rmSync(path, { force: true });
  try {
    symlinkSync(target, path);
  } catch (error) {
    // Another process has just made it.
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** Runs git on the site. */
export function runOn(site: Site, call: SiteCall): Promise<Result<GitOutput, GitProblem>> {
  const workTree = call.workTree ?? site.workTree;
  const { patienceMs } = site;
  const { config = [], ...rest } = call;
  const running = site.git.run({
    ...rest,
    ...places(site),
    cwd: workTree ?? site.cleanDir,
    config: [...siteConfig(site.repository, workTree === undefined), ...config],
    ...(workTree === undefined ? {} : { workTree }),
    ...(patienceMs === undefined ? {} : { timeoutMs: patienceMs }),
  });
  return workTree === undefined || patienceMs !== undefined ? running : withoutWaiting(workTree, running);
}

/** Asks a process of git that is kept, on objects alone. */
export function askOn(
  site: Site,
  args: readonly string[],
  question: GitQuestion,
): Promise<Result<Buffer, GitProblem>> {
  const call = { ...places(site), args, cwd: site.cleanDir, config: siteConfig(site.repository, true) };
  return site.git.ask(call, question);
}

function places(site: Site): Required<Pick<GitCall, 'gitDir' | 'objectDirectory'>> {
  const { cleanDir, repository, objects = join(repository.commonDir, 'objects') } = site;
  return { gitDir: cleanDir, objectDirectory: objects };
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
