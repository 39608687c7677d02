/** The `Repository` port: what speaks against a run from a checkout, where it starts, and which branch is free. */

import { ok, type Result } from '../../core/result.ts';
import type {
  RepositoryBase,
  Repository as RepositoryPort,
  RepositoryRefusal,
} from '../../ports/repository.ts';
import type { HostEnvironment } from '../../process/environment.ts';
import { findProgram } from '../../process/find-program.ts';
import { lfsConfig } from '../base/lfs.ts';
import { fetchProgram, withoutPrograms } from '../base/no-programs.ts';
import { parseStatus } from '../base/output.ts';
import { inspectRepository, type NoRepository, type Repository } from '../base/repository.ts';
import { describeGitProblem, type Git, type GitProblem } from '../base/runner.ts';
import { resolveBranchNames } from './branch-name.ts';

export interface RefusalOptions {
  /** Go on with changes that are not committed. */
  readonly allowDirty: boolean;
  /** Paths and globs from the top of the checkout that do not count as dirty: plan files, our own outputs. */
  readonly ignore: readonly string[];
  /** Short name of the branch a run is to start from, if not HEAD. */
  readonly baseBranch?: string;
}

/** `merge-tree --write-tree` with the output this program reads. */
const OLDEST_GIT: readonly [major: number, minor: number] = [2, 39];
const NAMED_FILES = 10;

/** The port for the checkout that holds the folder. Each question looks at the disk anew. */
export function openCheckout(git: Git, folder: string, host: HostEnvironment): RepositoryPort {
  const opened = async (): Promise<Repository> => {
    const found = await inspectRepository(git, folder);
    if (!found.ok) throw new Error(`${folder} is no git repository any more: ${found.error.detail}`);
    return found.value;
  };
  return {
    refusals: (options) => readRefusals({ git, folder, host }, options),
    base: async () => baseOf(await opened()),
    freeBranches: async (wanted, reserved = []) => {
      const names = await resolveBranchNames({ git, repository: await opened() }, wanted, reserved);
      if (!names.ok) throw new Error(describeGitProblem(names.error));
      return names.value;
    },
  };
}

function baseOf({ top, head, branch }: Repository): RepositoryBase {
  if (head === null) throw new Error(`${top} has no commit`);
  return branch === null ? { commit: head } : { commit: head, branch };
}

/** Everything that speaks against a run, all at once; empty when nothing does. */
export async function readRefusals(
  { git, folder, host }: { readonly git: Git; readonly folder: string; readonly host: HostEnvironment },
  options: RefusalOptions,
): Promise<readonly RepositoryRefusal[]> {
  const found = await inspectRepository(git, folder);
  if (!found.ok) return [noRepository(folder, found.error)];
  const repository = found.value;
  const old = tooOld(repository);
  if (old !== null) return [old];
  if (repository.bare) return [bareRepository(repository)];
  const refusals = [
    noCommit(repository),
    inProgress(repository),
    noLfs(repository, host),
    fetchesByProgram(repository),
  ];
  if (options.baseBranch !== undefined)
    refusals.push(await noBaseBranch(git, repository, options.baseBranch));
  if (!options.allowDirty && repository.head !== null)
    refusals.push(await dirty(git, repository, options.ignore));
  return refusals.filter((refusal) => refusal !== null);
}

export function noRepository(folder: string, problem: NoRepository): RepositoryRefusal {
  if (problem.reason === 'git-missing') {
    const message = `git cannot be run: ${problem.detail}`;
    return { reason: 'git-missing', message, remedy: 'Install git 2.39 or later.' };
  }
  if (problem.reason === 'files-elsewhere') {
    return {
      reason: 'not-a-repository',
      message: `the configuration of the repository at ${folder} sets core.worktree, which leads to ${problem.detail}`,
      remedy: 'If you know that folder, start from there; else `git config --unset core.worktree`.',
    };
  }
  return /dubious ownership/.test(problem.detail)
    ? {
        reason: 'not-a-repository',
        message: `git does not trust ${folder}, which belongs to another user`,
        remedy: 'Run `git config --global --add safe.directory <folder>` if you trust it.',
      }
    : {
        reason: 'not-a-repository',
        message: `${folder} is not in a git repository`,
        remedy: 'Go into one, or make one with `git init` and a first commit.',
      };
}

function tooOld({ gitVersion: [major, minor] }: Repository): RepositoryRefusal | null {
  const [oldMajor, oldMinor] = OLDEST_GIT;
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return null;
  const message = `git ${major}.${minor} is too old`;
  return { reason: 'git-too-old', message, remedy: `Install git ${oldMajor}.${oldMinor} or later.` };
}

export function bareRepository({ top }: Pick<Repository, 'top'>): RepositoryRefusal {
  const message = `${top} is a bare repository, without files of its own`;
  return { reason: 'bare-repository', message, remedy: 'Start from a checkout of it.' };
}

function noCommit({ head, top }: Repository): RepositoryRefusal | null {
  if (head !== null) return null;
  const message = `${top} has no commit yet, so there is nothing to start from`;
  return { reason: 'no-commit', message, remedy: 'Make a first commit.' };
}

function inProgress({ inProgress: what }: Repository): RepositoryRefusal | null {
  if (what === null) return null;
  const message = `a ${what} is in progress in this checkout`;
  return { reason: 'in-progress', message, remedy: `Finish it, or run \`git ${what} --abort\`.` };
}

function noLfs({ usesLfs }: Repository, host: HostEnvironment): RepositoryRefusal | null {
  if (!usesLfs || findProgram('git-lfs', host['PATH'] ?? '', '/').ok) return null;
  const message = 'this repository keeps files in git-lfs, which is not installed';
  return { reason: 'lfs-missing', message, remedy: 'Install git-lfs and run `git lfs pull`.' };
}

function fetchesByProgram({ settings }: Repository): RepositoryRefusal | null {
  const key = fetchProgram(settings.lines);
  if (key === null) return null;
  const message = `the configuration of this partial clone names a program (${key}) that git runs to fetch what is missing`;
  return { reason: 'fetch-program', message, remedy: 'Take it away with `git config --unset`.' };
}

async function noBaseBranch(
  git: Git,
  { top, gitDir }: Repository,
  branch: string,
): Promise<RepositoryRefusal | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `refs/heads/${branch}^{commit}`];
  const result = await git.run({ args, cwd: top, gitDir });
  if (result.ok) return null;
  const message = `there is no branch ${JSON.stringify(branch)}`;
  return { reason: 'no-base-branch', message, remedy: 'Name one that `git branch` lists.' };
}

async function dirty(
  git: Git,
  repository: Repository,
  ignore: readonly string[],
): Promise<RepositoryRefusal | null> {
  const paths = await readDirty(git, repository, ignore);
  if (!paths.ok) {
    const message = `the state of the checkout cannot be read: ${describeGitProblem(paths.error)}`;
    return { reason: 'unreadable', message, remedy: 'See what `git status` says.' };
  }
  if (paths.value.length === 0) return null;
  const named = paths.value.slice(0, NAMED_FILES).map((path) => JSON.stringify(path));
  const more = paths.value.length - named.length;
  return {
    reason: 'dirty',
    message: `changes that are not committed: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    remedy: 'Commit or stash them, or go on without them with --allow-dirty.',
  };
}

/** Tracked files that differ from HEAD, but for those that a pattern names. */
export async function readDirty(
  git: Git,
  { top, gitDir, usesLfs, settings }: Repository,
  ignore: readonly string[],
): Promise<Result<readonly string[], GitProblem>> {
  const flags = ['--porcelain=v2', '-z', '--untracked-files=no', '--ignore-submodules=dirty', '--no-renames'];
  const result = await withoutPrograms(git, settings.lines).run({
    args: ['status', ...flags, '--', ':(top)', ...ignore.map((pattern) => `:(top,glob,exclude)${pattern}`)],
    cwd: top,
    gitDir,
    workTree: top,
    config: [...settings.carried, ...(usesLfs ? lfsConfig() : [])],
  });
  if (!result.ok) return result;
  return ok(parseStatus(result.value.stdout).map((entry) => entry.path.toString('utf8')));
}
