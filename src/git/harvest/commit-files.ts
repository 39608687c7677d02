/** Commits what lies in a slot's worktree. */

import { existsSync, lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import { ok, type Result } from '../../core/result.ts';
import { runOn, type Site } from '../base/clean-dir.ts';
import type { GitProblem } from '../base/runner.ts';
import { readCommits } from '../objects/objects.ts';
import { shownAdmin } from '../slots/private-git.ts';
import type { SlotPlace } from '../slots/slot-place.ts';
import { movedSubmodules } from '../slots/submodules.ts';
import { isMarker } from './marker.ts';
import {
  isAsCommitted,
  type Left,
  NOTHING_LEFT,
  type StageRequest,
  stageWorktree,
  type Worktree,
} from './staging.ts';

export interface Harvest {
  readonly site: Site;
  readonly place: SlotPlace;
  /** The worktree's folder in the repository. */
  readonly admin: string;
  readonly prepared: Commit | null;
  /** Paths of the copied files: they may hold secrets. */
  readonly copied: ReadonlySet<string>;
  /** Where `chmod` is looked up; null leaves the permissions of files as they are. */
  readonly searchPath: string | null;
  readonly looked?: Looked;
}

/** What was begun to be found out of the worktree: whether it is as that commit has it. */
interface Looked {
  readonly commit: Commit;
  readonly asCommitted: Promise<boolean>;
}

export type Flaws = Pick<StageRequest, 'dropped' | 'unlinked'>;

interface CommitFiles extends Partial<Flaws> {
  /** The commit the files are compared with, and the parent if there is no other. */
  readonly from: Commit;
  readonly parent?: Commit;
  readonly message: string;
  /** Commits of which one may be the wanted one already: an earlier harvest was cut off, or is asked for again. */
  readonly known?: readonly Commit[];
  /** Only what is dropped changes. */
  readonly withoutFiles?: boolean;
}

export interface Committed {
  /** Null when there is nothing to commit. */
  readonly commit: Commit | null;
  /** What is not in it. */
  readonly left: Left;
}

/** A commit with all that lies in the worktree. */
export async function commitFiles(
  harvest: Harvest,
  options: CommitFiles,
): Promise<Result<Committed, GitProblem>> {
  const { site, place, searchPath, looked } = harvest;
  const { from, parent, dropped = [], unlinked = [] } = options;
  if (!existsSync(place.path) && dropped.length === 0 && parent === undefined)
    return ok({ commit: null, left: NOTHING_LEFT });
  // Waited for in any case: of two looks at once one would be at the other's commit.
  const asCommitted = (await looked?.asCommitted) ?? null;
  const staged = await stageWorktree(site, {
    ...worktreeAt(harvest, from),
    asCommitted: looked?.commit === from ? asCommitted : null,
    dropped,
    unlinked,
    links: options.withoutFiles === true ? [] : await movedSubmodules(harvest),
    withFiles: options.withoutFiles !== true && existsSync(place.path),
    searchPath,
  });
  if (!staged.ok) return staged;
  const { tree, left } = staged.value;
  if (tree === null && parent === undefined) return ok({ commit: null, left });
  const before = await findCommit(site, options.known ?? [], { tree, parent: parent ?? from });
  if (before !== null) return ok({ commit: before, left });
  const commit = await runOn(site, {
    args: ['commit-tree', tree ?? `${from}^{tree}`, '-p', parent ?? from, '-F', '-'],
    input: options.message,
    identity: site.repository.settings.identity,
  });
  return commit.ok ? ok({ commit: commit.value.stdout.toString('latin1').trim(), left }) : commit;
}

async function findCommit(
  site: Site,
  known: readonly Commit[],
  { tree, parent }: { readonly tree: string | null; readonly parent: Commit },
): Promise<Commit | null> {
  if (known.length === 0) return null;
  const read = await readCommits(site, known);
  if (!read.ok) return null;
  const at = read.value.findIndex((each) => each?.tree === tree && each.parents.join() === parent);
  return known[at] ?? null;
}

/** Begins to find out whether all in the worktree is as the commit has it, which a harvest of it wants to know. */
export function lookAt(harvest: Harvest, commit: Commit | null): Harvest {
  if (commit === null) return harvest;
  const asCommitted = isAsCommitted(harvest.site, worktreeAt(harvest, commit));
  return { ...harvest, looked: { commit, asCommitted } };
}

function worktreeAt(harvest: Harvest, from: Commit): Worktree {
  const { place, prepared } = harvest;
  const isExcluded = isExcludedFrom(harvest);
  return { place, from, prepared, isExcluded, agentIndex: touchedIndex(harvest) };
}

/** Paths that never become part of a commit. */
export function isExcludedFrom({ copied }: Pick<Harvest, 'copied'>): (path: string) => boolean {
  return (path) => isMarker(path) || copied.has(path);
}

/** The agent's index, unless it is still the copy that it was given. */
function touchedIndex({ place, admin }: Harvest): string | null {
  const theirs = join(shownAdmin(place, admin) ?? admin, 'index');
  const left = lstatSync(theirs, { throwIfNoEntry: false });
  const right = statSync(place.index, { throwIfNoEntry: false });
  // A pipe in its place would be waited for.
  if (left?.isFile() !== true) return null;
  const same = left.size === right?.size && Math.trunc(left.mtimeMs) === Math.trunc(right.mtimeMs);
  return same ? null : theirs;
}
