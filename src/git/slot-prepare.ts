/** Makes a claimed slot ready for its holder, step by step; each step may find what any earlier holder left. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { err, ok, type Result } from '../core/result.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import type { PrepareRequest, Slot, WorktreeProblem } from '../ports/worktree.ts';
import { type Site, writeCleanDir } from './clean-dir.ts';
import type { Dependencies, DependencyReader } from './lockfiles.ts';
import { MARKER } from './marker.ts';
import { makePrivateGit, writeConfinement } from './private-git.ts';
import { makeWritable, type Removal } from './removal.ts';
import { describeGitProblem, type GitProblem } from './runner.ts';
import { standOnBranch, standOnCommit } from './slot-branch.ts';
import {
  type CopySource,
  listCandidates,
  readCopies,
  removeFile,
  syncCopies,
  writeCopies,
} from './slot-copies.ts';
import { ensureRegistered, type Registration } from './slot-making.ts';
import type { SlotPlace } from './slot-place.ts';
import { lockfilesUntouched, readPrepared, writePrepared } from './slot-prepared.ts';
import { clearAway, handOverIndex, listOthers, type Reset, resetTo, writeSparse } from './slot-reset.ts';
import { endOldHooks, type SlotHooks, setUp } from './slot-setup.ts';
import { keepWhole, readText } from './small-files.ts';
import { removeSpecialFiles } from './special-files.ts';
import { fillSubmodules } from './submodules.ts';
import { dropVouched, stillVouched, vouch } from './vouched.ts';

export interface Preparation {
  readonly site: Site;
  readonly place: SlotPlace;
  readonly slot: Slot;
  readonly removal: Removal;
  readonly searchPath: string;
  readonly copies: CopySource;
  readonly hooks: SlotHooks;
  readonly dependenciesOf: DependencyReader;
  /** Whether an ignored folder may outlive its holder while the lockfiles stay the same. */
  readonly mayStay: (folder: string) => boolean;
  /** Ends the set-up command. */
  readonly signal?: AbortSignal | undefined;
  readonly sandbox: Sandbox | null;
  /** What runs in the slot is to see only what it is shown. */
  readonly isConfined: boolean;
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
  if (!filled.ok) return filled;
  if (!stood.ok) return problem('git', stood.error);
  writeSparse(site, registration.admin);
  await handOverIndex(place, registration.admin);
  const confined = await confine(preparation, request, registration);
  if (!confined.ok) return gitProblem(place, confined.error);
  if (request.withoutSetUp !== true) {
    const done = await setUp(place, slot, hooks, {
      lockfiles: filled.value.lockfiles,
      signal: preparation.signal,
      sandbox: preparation.sandbox,
    });
    if (!done.ok)
      return problem('setup', `${done.error}\nMend the command in the configuration, or what it needs.`);
    if (done.value.ran) await vouchFor(preparation, request);
  }
  const { lockfiles, lockfilePaths } = filled.value;
  writePrepared(place, { commit: request.commit, lockfiles, paths: lockfilePaths });
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

function gitProblem(place: SlotPlace, error: GitProblem): Result<never, WorktreeProblem> {
  return problem(
    'git',
    `the worktree ${place.name} cannot be cleaned: ${describeGitProblem(error)}; see ${place.path}`,
  );
}

/** The commit's files, the copied ones, the submodules, and nothing else but what may stay. */
async function fill(
  preparation: Preparation,
  { commit, fromScratch }: PrepareRequest,
  { admin }: Registration,
): Promise<Result<Dependencies, WorktreeProblem>> {
  const { site, place, removal, searchPath, copies, dependenciesOf, mayStay, isConfined } = preparation;
  const reset: Reset = { site, place, removal, searchPath };
  const last = readPrepared(place);
  const untouched = fromScratch !== true && last !== null && lockfilesUntouched(place, last);
  // Until it is prepared again nothing that was known of the slot counts, should this process die here.
  rmSync(place.preparedFile, { force: true });
  writeCleanDir(site);
  const [written] = await Promise.all([resetTo(reset, commit), removeSpecialFiles(place.path)]);
  if (!written.ok) return gitProblem(place, written.error);
  const candidates = listCandidates(copies);
  const [dependencies, others] = await Promise.all([
    dependenciesOf(site, { index: place.index, commit, paths: candidates }),
    listOthers(reset),
  ]);
  if (!dependencies.ok) return gitProblem(place, dependencies.error);
  if (!others.ok) return gitProblem(place, others.error);
  const sameLockfiles = untouched && last.lockfiles === dependencies.value.lockfiles;
  const vouched = isConfined && sameLockfiles ? await stillVouched(preparation, removal) : null;
  const keeps = sameLockfiles && vouched?.size !== 0;
  if (!keeps) {
    rmSync(place.setupFile, { force: true });
    dropVouched(place);
  }
  const copiedBefore = readCopies(place.copiesFile).map(({ path }) => path);
  const wanted = candidates.filter((path) => !dependencies.value.tracked.has(path));
  const holdsCopies = (folder: string): boolean =>
    [...copiedBefore, ...wanted].some((path) => path.startsWith(`${folder}/`));
  const cleared = await clearAway(reset, {
    others: others.value,
    keeps: keeps
      ? (folder) => vouched?.has(folder) !== false && mayStay(folder) && !holdsCopies(folder)
      : null,
  });
  if (!cleared.ok) return gitProblem(place, cleared.error);
  const submodules = await fillSubmodules(site, { admin, index: place.index, removal, isConfined });
  if (!submodules.ok) return gitProblem(place, submodules.error);
  removeFile(join(place.path, MARKER));
  const copied = syncCopies(copies, place.path, removal, wanted);
  writeCopies(place.copiesFile, copied);
  writeExclude(
    preparation,
    copied.map(({ path }) => path),
  );
  return dependencies;
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

/** What the agent's git should leave alone, beside what the user's own exclude file says. */
function writeExclude({ place, site }: Preparation, copied: readonly string[]): void {
  const users = site.repository.settings.carried.findLast(([key]) => key === 'core.excludesfile')?.[1];
  const theirs = users === undefined ? '' : (readText(users) ?? '');
  const ours = [MARKER, ...copied.map((path) => `/${path.replace(/[\\*?[\]#! ]/g, '\\$&')}`)];
  keepWhole(
    place.excludeFile,
    `${theirs}${theirs === '' || theirs.endsWith('\n') ? '' : '\n'}${ours.join('\n')}\n`,
  );
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
