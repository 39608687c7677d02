/** Makes a claimed slot ready for its holder, step by step; each step may find what any earlier holder left. */

import { rmSync } from 'node:fs';

import { err, ok, type Result } from '../../core/result.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import type { PrepareRequest, Slot, WorktreeProblem } from '../../ports/worktree.ts';
import { describeGitProblem, type GitProblem } from '../base/runner.ts';
import { makePrivateGit, writeConfinement } from './private-git.ts';
import { makeWritable } from './removal.ts';
import { standOnBranch, standOnCommit } from './slot-branch.ts';
import { type Filling, fill } from './slot-fill.ts';
import { ensureRegistered, type Registration } from './slot-making.ts';
import type { SlotPlace } from './slot-place.ts';
import { writePrepared } from './slot-prepared.ts';
import { handOverIndex, listOthers, writeSparse } from './slot-reset.ts';
import { endOldHooks, type SlotHooks, setUp } from './slot-setup.ts';
import { dropVouched, vouch } from './vouched.ts';

export interface Preparation extends Filling {
  readonly slot: Slot;
  readonly hooks: SlotHooks;
  /** Ends the set-up command. */
  readonly signal?: AbortSignal | undefined;
  readonly sandbox: Sandbox | null;
}

/** `fresh` is true when the worktree was made just now. */
export async function prepareSlot(
  preparation: Preparation,
  request: PrepareRequest,
): Promise<Result<{ readonly fresh: boolean }, WorktreeProblem>> {
  const { site, place, slot, hooks, removal } = preparation;
  await endOldHooks(place, hooks);
  // A folder that may not be written to could not be repaired.
  makeWritable(place.path);
  const made = await ensureRegistered({ ...site, removal }, place, request.commit);
  if (!made.ok) return problem('git', `the worktree ${place.name} cannot be made: ${made.error}`);
  const { registration, fresh } = made.value;
  const [filled, stood] = await Promise.all([
    fill(preparation, request, registration),
    stand(preparation, request, registration),
  ]);
  if (!filled.ok) return notCleaned(place, filled.error);
  const { dependencies, index } = filled.value;
  if (!stood.ok) return problem('git', stood.error);
  writeSparse(site, registration.admin);
  handOverIndex(place, registration.admin, index);
  const confined = await confine(preparation, request, registration);
  if (!confined.ok) return notCleaned(place, confined.error);
  if (request.withoutSetUp !== true) {
    const done = await setUp(place, slot, hooks, {
      lockfiles: dependencies.lockfiles,
      signal: preparation.signal,
      sandbox: preparation.sandbox,
    });
    if (!done.ok)
      return problem('setup', `${done.error}\nMend the command in the configuration, or what it needs.`);
    if (done.value.ran) await vouchFor(preparation, request);
  }
  writePrepared(place, request.commit, dependencies);
  return ok({ fresh });
}

/** A set-up runs what the commit says. Only where the work begins, nothing of it is still to be proven. */
async function vouchFor(preparation: Preparation, { commit, base }: PrepareRequest): Promise<void> {
  const made = commit === base ? await listOthers(preparation, '--ignored', '--exclude-standard') : null;
  if (made?.ok === true) await vouch(preparation, made.value);
  else dropVouched(preparation.place);
}

function problem(reason: WorktreeProblem['reason'], detail: string): Result<never, WorktreeProblem> {
  return err({ reason, detail });
}

function notCleaned(place: SlotPlace, error: GitProblem): Result<never, WorktreeProblem> {
  return problem(
    'git',
    `the worktree ${place.name} cannot be cleaned: ${describeGitProblem(error)}; see ${place.path}`,
  );
}

/** Nothing of the last holder's git directory is left in any case. */
async function confine(
  { site, place, removal, isConfined, sandbox }: Preparation,
  { commit, branch, base = commit, isolation }: PrepareRequest,
  registration: Registration,
): Promise<Result<void, GitProblem>> {
  rmSync(place.confinedFile, { force: true });
  removal.take([place.privateDir]);
  if (isolation === undefined) return ok(undefined);
  const { network, limits } = isolation;
  const standing = branch === undefined ? {} : { branch };
  const showsElsewhere = sandbox?.showsElsewhere ?? true;
  const mounts = isConfined
    ? await makePrivateGit({ site, place, registration, commit, ...standing, base, showsElsewhere })
    : ok(null);
  if (!mounts.ok) return mounts;
  writeConfinement(place, { mounts: mounts.value, network, limits });
  return ok(undefined);
}

async function stand(
  { site, place }: Preparation,
  { holder, branch, commit }: PrepareRequest,
  { admin }: Registration,
): Promise<Result<void, string>> {
  const standing = { git: site.git, repository: site.repository, admin, place };
  if (branch === undefined) return standOnCommit(standing, commit);
  return standOnBranch(standing, { run: holder.run, branch, commit });
}
