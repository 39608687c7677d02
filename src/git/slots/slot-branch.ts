/** Which branch a slot stands on. */

import { join } from 'node:path';

import { err, ok, type Result } from '../../core/result.ts';
import { readHeadCommit, refsAreFiles, writeHead } from '../base/heads.ts';
import type { Repository } from '../base/repository.ts';
import { describeGitProblem, type Git } from '../base/runner.ts';
import { removeIfThere } from '../base/small-files.ts';
import { attemptPins, branchRef, isCommitId, replacedPin } from '../objects/ref-names.ts';
import { absentId, type RefChange, writeRefs } from '../objects/refs.ts';
import type { SlotPlace } from './slot-place.ts';

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

/**
 * Creates or moves the branch and puts the worktree's HEAD on it. What a branch held before is pinned, for it may
 * be work of another run. The error is for people.
 */
export async function standOnBranch(
  standing: Standing,
  request: BranchRequest,
): Promise<Result<void, string>> {
  const ref = branchRef(request.branch);
  // Only the task's own agent moves this branch, and none runs now: a lock is one that a killed git left.
  removeIfThere(join(standing.repository.commonDir, `${ref}.lock`));
  // Most branches are new, and then nothing has to be asked.
  const from = absentId(standing.repository);
  const created = await writeRefs(standing, [{ ref, to: request.commit, from }]);
  if (!created.ok) {
    const moved = await moveBranch(standing, request);
    if (!moved.ok) return moved;
  }
  return pointHead(standing, ref);
}

/** Below it everything is a run's. A plan may name any other branch, which the user may have made meanwhile. */
const OWN = 'cox/';

/** Whether a branch holds what no attempt of the run has left there, and what is not in the new commit either. */
async function isForeign(
  { git, repository }: Standing,
  { run, commit, before }: { readonly run: string; readonly commit: string; readonly before: string },
): Promise<Result<boolean, string>> {
  const { commonDir } = repository;
  const ask = (args: readonly string[]) => git.run({ args, cwd: commonDir, gitDir: commonDir });
  const pins = await ask(['for-each-ref', `--points-at=${before}`, attemptPins(run)]);
  if (!pins.ok) return err(describeGitProblem(pins.error));
  if (pins.value.stdout.length > 0) return ok(false);
  const more = await ask(['rev-list', '--max-count=1', before, `^${commit}`]);
  return more.ok ? ok(more.value.stdout.length > 0) : err(describeGitProblem(more.error));
}

async function moveBranch(
  standing: Standing,
  { run, branch, commit }: BranchRequest,
): Promise<Result<void, string>> {
  const ref = branchRef(branch);
  const before = await lookAtBranch(standing, branch);
  if (!before.ok) return before;
  if (before.value === commit) return ok(undefined);
  if (before.value !== null && !branch.startsWith(OWN)) {
    const foreign = await isForeign(standing, { run, commit, before: before.value });
    if (!foreign.ok) return foreign;
    if (foreign.value) {
      const remedy = 'rename it, and try the task again';
      return err(`the branch ${branch} holds work that is not this run's; ${remedy}`);
    }
  }
  const changes: RefChange[] = [{ ref, to: commit }];
  if (before.value !== null) changes.push({ ref: replacedPin(run, branch, before.value), to: before.value });
  const moved = await writeRefs(standing, changes);
  return moved.ok
    ? ok(undefined)
    : err(`the branch ${branch} cannot be made: ${describeGitProblem(moved.error)}`);
}

/** The commit of the branch, null when there is none. An error when it is checked out elsewhere. */
async function lookAtBranch(
  { git, repository, place }: Standing,
  branch: string,
): Promise<Result<string | null, string>> {
  const { commonDir } = repository;
  const ref = branchRef(branch);
  const seen = await git.run({
    args: ['for-each-ref', '--format=%(refname)%00%(objectname)%00%(worktreepath)', ref],
    cwd: commonDir,
    gitDir: commonDir,
  });
  if (!seen.ok) return err(describeGitProblem(seen.error));
  const [commit = null, where = ''] = fieldsOf(seen.value.stdout.toString('utf8'), ref);
  if (where !== '' && where !== place.path) {
    const remedy = 'switch that to another branch or remove that worktree';
    return err(`the branch ${branch} is checked out in ${where}; ${remedy}`);
  }
  return ok(commit);
}

async function pointHead({ git, repository, admin }: Standing, ref: string): Promise<Result<void, string>> {
  if (refsAreFiles(repository)) {
    writeHead(admin, `ref: ${ref}`);
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
export async function leaveBranch(standing: Standing): Promise<Result<void, string>> {
  return standOnCommit(standing, readHeadCommit(standing.repository, standing.admin) ?? 'HEAD');
}

/** Puts the worktree's HEAD on a commit that is there, and on no branch. */
export async function standOnCommit(standing: Standing, commit: string): Promise<Result<void, string>> {
  const { git, admin, repository } = standing;
  if (refsAreFiles(repository) && isCommitId(commit)) {
    writeHead(admin, commit);
    return ok(undefined);
  }
  const done = await git.run({
    args: ['update-ref', '--no-deref', 'HEAD', commit],
    cwd: admin,
    gitDir: admin,
    identity: repository.settings.identity,
  });
  return done.ok ? ok(undefined) : err(describeGitProblem(done.error));
}
