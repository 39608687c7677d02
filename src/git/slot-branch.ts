/** Which branch a slot stands on. */

import { join } from 'node:path';

import { err, ok, type Result } from '../core/result.ts';
import { branchRef, replacedPin } from './ref-names.ts';
import type { Repository } from './repository.ts';
import { describeGitProblem, type Git } from './runner.ts';
import { lastValue } from './settings.ts';
import type { SlotPlace } from './slot-place.ts';
import { removeIfThere, writeWhole } from './small-files.ts';

export interface Standing {
  readonly git: Git;
  readonly repository: Repository;
  readonly admin: string;
  readonly place: SlotPlace;
}

export interface BranchRequest {
  readonly run: string;
  readonly branch: string;
  readonly commit: string;
}

/** What a branch is before it is moved; `none` when there is no such branch. */
export type BranchBefore = { readonly is: 'none' } | { readonly is: 'at'; readonly commit: string };

/** Looks whether the slot may stand on the branch. The error is for people. */
export async function lookAtBranch(
  { git, repository, place }: Omit<Standing, 'admin'>,
  branch: string,
): Promise<Result<BranchBefore, string>> {
  const { commonDir } = repository;
  const ref = branchRef(branch);
  const seen = await git.run({
    args: ['for-each-ref', '--format=%(refname)%00%(objectname)%00%(worktreepath)', ref],
    cwd: commonDir,
    gitDir: commonDir,
  });
  if (!seen.ok) return err(describeGitProblem(seen.error));
  const [commit, where = ''] = fieldsOf(seen.value.stdout.toString('utf8'), ref);
  if (where !== '' && where !== place.path) {
    const remedy = 'switch that to another branch or remove that worktree';
    return err(`the branch ${branch} is checked out in ${where}; ${remedy}`);
  }
  return ok(commit === undefined ? { is: 'none' } : { is: 'at', commit });
}

/**
 * Creates or moves the branch and puts the worktree's HEAD on it. What a branch held before is pinned, for it may
 * be work of another run. The error is for people.
 */
export async function standOnBranch(
  standing: Standing,
  before: BranchBefore,
  { run, branch, commit }: BranchRequest,
): Promise<Result<void, string>> {
  const { git, repository } = standing;
  const { commonDir } = repository;
  const ref = branchRef(branch);
  // Only the task's own agent moves this branch, and none runs now: a lock is one that a killed git left.
  removeIfThere(join(commonDir, `${ref}.lock`));
  if (before.is === 'none' || before.commit !== commit) {
    const lines = [`update ${ref}\0${commit}\0\0`];
    if (before.is === 'at')
      lines.push(`update ${replacedPin(run, branch, before.commit)}\0${before.commit}\0\0`);
    const moved = await git.run({
      args: ['update-ref', '--stdin', '-z'],
      cwd: commonDir,
      gitDir: commonDir,
      input: lines.join(''),
      identity: repository.settings.identity,
    });
    if (!moved.ok) return err(`the branch ${branch} cannot be made: ${describeGitProblem(moved.error)}`);
  }
  return pointHead(standing, ref);
}

async function pointHead({ git, repository, admin }: Standing, ref: string): Promise<Result<void, string>> {
  if (lastValue(repository.settings.lines, 'extensions.refstorage') === undefined) {
    // Refs are files, and this is what git itself would write; it saves a process for each start.
    writeWhole(join(admin, 'HEAD'), `ref: ${ref}\n`);
    return ok(undefined);
  }
  const stood = await git.run({ args: ['symbolic-ref', 'HEAD', ref], cwd: admin, gitDir: admin });
  return stood.ok ? ok(undefined) : err(describeGitProblem(stood.error));
}

/** A pattern of `for-each-ref` also finds what lies under the name. */
function fieldsOf(output: string, ref: string): string[] {
  const line = output.split('\n').find((each) => each.startsWith(`${ref}\0`));
  return line === undefined ? [] : line.split('\0').slice(1);
}

/** Takes the worktree's HEAD off its branch, so that the branch may be checked out elsewhere. */
export async function standOnCommit(standing: Standing, commit: string): Promise<Result<void, string>> {
  const { git, admin, repository } = standing;
  const done = await git.run({
    args: ['update-ref', '--no-deref', 'HEAD', commit],
    cwd: admin,
    gitDir: admin,
    identity: repository.settings.identity,
  });
  return done.ok ? ok(undefined) : err(describeGitProblem(done.error));
}
