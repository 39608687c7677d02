/** What lies in a slot: a commit's files and what belongs to them, and nothing else that any holder has left. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import { ok, type Result } from '../../core/result.ts';
import type { PrepareRequest } from '../../ports/worktree.ts';
import { type Site, writeCleanDir } from '../base/clean-dir.ts';
import type { RawPath } from '../base/output.ts';
import type { GitProblem } from '../base/runner.ts';
import { keepWhole, readText } from '../base/small-files.ts';
import { MARKER } from '../harvest/marker.ts';
import type { Dependencies, DependencyReader } from './lockfiles.ts';
import type { Removal } from './removal.ts';
import type { RestLooks } from './rest-looks.ts';
import {
  type CopySource,
  holdsOnlyCopies,
  listCandidates,
  readCopies,
  removeFile,
  syncCopies,
  writeCopies,
} from './slot-copies.ts';
import type { Registration } from './slot-making.ts';
import type { SlotPlace } from './slot-place.ts';
import { mayBeInstalled, readPrepared } from './slot-prepared.ts';
import { clearAway, listOthers, type Reset, resetTo } from './slot-reset.ts';
import { takeRest } from './slot-rest-record.ts';
import { removeSpecialFiles } from './special-files.ts';
import { fillSubmodules } from './submodules.ts';
import { dropVouched, stillVouched } from './vouched.ts';

export interface Filling {
  readonly site: Site;
  readonly place: SlotPlace;
  readonly removal: Removal;
  readonly looks: RestLooks;
  readonly searchPath: string;
  readonly copies: CopySource;
  readonly dependenciesOf: DependencyReader;
  /** Whether an ignored folder may outlive its holder while the lockfiles stay the same. */
  readonly mayStay: (folder: string) => boolean;
  /** What runs in the slot is to see only what it is shown. */
  readonly isConfined: boolean;
}

export interface Filled {
  readonly dependencies: Dependencies;
  /** What lies there now beside the commit's files, as `listOthers` has it. */
  readonly others: readonly RawPath[];
  /** Of the index that was handed over at rest; null when it has to be handed over. */
  readonly index: string | null;
}

/** The commit's files, the copied ones, the submodules, and nothing else but what may stay. */
export async function fill(
  filling: Filling,
  { commit, fromScratch }: Pick<PrepareRequest, 'commit' | 'fromScratch'>,
  { admin }: Pick<Registration, 'admin'>,
): Promise<Result<Filled, GitProblem>> {
  const { site, place, removal, looks, searchPath, copies, dependenciesOf, mayStay, isConfined } = filling;
  const reset: Reset = { site, place, removal, searchPath };
  const last = readPrepared(place);
  const untouched = fromScratch !== true && last !== null && mayBeInstalled(place, last);
  // Until it is prepared again nothing that was known of the slot counts, should this process die here.
  rmSync(place.preparedFile, { force: true });
  writeCleanDir(site);
  const resting = await takeRest(place, { commit, looks, searchPath });
  const written = resting === null ? await writeFiles(reset, commit) : ok([]);
  if (!written.ok) return written;
  const candidates = listCandidates(copies);
  const [dependencies, others] = await Promise.all([
    dependenciesOf(site, { index: place.index, commit, paths: candidates }),
    resting === null ? listOthers(reset) : ok(resting.others),
  ]);
  if (!dependencies.ok) return dependencies;
  if (!others.ok) return others;
  const sameLockfiles = untouched && last.lockfiles === dependencies.value.lockfiles;
  const vouched = isConfined && sameLockfiles ? await stillVouched(filling, removal) : null;
  const keeps = sameLockfiles && vouched?.size !== 0;
  if (!keeps) {
    rmSync(place.setupFile, { force: true });
    dropVouched(place);
  }
  const copiedBefore = readCopies(place.copiesFile).map(({ path }) => path);
  const wanted = new Set(candidates.filter((path) => !dependencies.value.tracked.has(path)));
  const holdsCopies = (folder: string): boolean =>
    [...copiedBefore, ...wanted].some((path) => path.startsWith(`${folder}/`));
  const [right, strange] = split(others.value, (path) => holdsOnlyCopies(copies, place.path, path, wanted));
  const cleared = await clearAway(reset, {
    others: strange,
    keeps: keeps
      ? (folder) => vouched?.has(folder) !== false && mayStay(folder) && !holdsCopies(folder)
      : null,
  });
  if (!cleared.ok) return cleared;
  removal.take(outside(place, written.value, cleared.value));
  const submodules = await fillSubmodules(site, { admin, index: place.index, removal, isConfined });
  if (!submodules.ok) return submodules;
  removeFile(join(place.path, MARKER));
  const copied = syncCopies(copies, place.path, removal, [...wanted]);
  writeCopies(place.copiesFile, copied);
  writeExclude(
    filling,
    copied.map(({ path }) => path),
  );
  return ok({
    dependencies: dependencies.value,
    others: [...right, ...cleared.value],
    index: resting?.index ?? null,
  });
}

function split<T>(all: readonly T[], is: (one: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const one of all) (is(one) ? yes : no).push(one);
  return [yes, no];
}

/** Gives the git directories that lie deeper. */
async function writeFiles(reset: Reset, commit: Commit): Promise<Result<readonly RawPath[], GitProblem>> {
  const [written, ofGit] = await Promise.all([resetTo(reset, commit), removeSpecialFiles(reset.place.path)]);
  return written.ok ? ok(ofGit) : written;
}

/**
 * Git directories in folders of the commit's: whoever works there next would have git work in them, by what their maker
 * has configured. Those in folders that stay are part of what was installed.
 */
function outside(
  { path: top }: SlotPlace,
  ofGit: readonly RawPath[],
  staying: readonly RawPath[],
): readonly RawPath[] {
  const folders = staying.map((path) => Buffer.concat([Buffer.from(`${top}/`), path]));
  return ofGit.filter((path) => !folders.some((folder) => path.subarray(0, folder.length).equals(folder)));
}

/** What the agent's git should leave alone, beside what the user's own exclude file says. */
function writeExclude({ place, site }: Filling, copied: readonly string[]): void {
  const users = site.repository.settings.carried.findLast(([key]) => key === 'core.excludesfile')?.[1];
  const theirs = users === undefined ? '' : (readText(users) ?? '');
  const ours = [MARKER, ...copied.map((path) => `/${path.replace(/[\\*?[\]#! ]/g, '\\$&')}`)];
  keepWhole(
    place.excludeFile,
    `${theirs}${theirs === '' || theirs.endsWith('\n') ? '' : '\n'}${ours.join('\n')}\n`,
  );
}
