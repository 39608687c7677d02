/**
 * What was left uncommitted in submodules. A commit of the worktree holds no more of them than where they stand, so it
 * becomes a commit of its own in the user's copy, with nothing that leads to it but a pin.
 */

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { AttemptId, Commit } from '../../core/attempt.ts';
import type { LeftInSubmodule } from '../../core/left-beside.ts';
import { ok, type Result } from '../../core/result.ts';
import { runOn, type Site } from '../base/clean-dir.ts';
import type { GitProblem } from '../base/runner.ts';
import { copyIndex } from '../slots/slot-reset.ts';
import { sightOf } from '../slots/special-files.ts';
import { pinInSubmodule, type StandingSubmodule, standingSubmodules } from '../slots/submodules.ts';
import type { Committed, Harvest } from './commit-files.ts';
import { isMarker } from './marker.ts';
import { type Left, listChanged, NOTHING_LEFT, takeFiles } from './staging.ts';
import { isPlainFolder } from './untrusted-git.ts';

interface Leftovers {
  readonly id: AttemptId;
  /** Of the work. */
  readonly tip: Commit;
  readonly message: string;
}

interface KeptLeftovers {
  readonly submodules: readonly LeftInSubmodule[];
  /** What is in no commit of them; paths are from the top of the worktree. */
  readonly lefts: readonly Left[];
}

export async function keepLeftovers(
  harvest: Harvest,
  { id, tip, message }: Leftovers,
): Promise<Result<KeptLeftovers, GitProblem>> {
  const standing = await standingSubmodules(harvest, tip);
  if (!standing.ok) return standing;
  const submodules: LeftInSubmodule[] = [];
  const lefts: Left[] = [];
  for (const submodule of standing.value) {
    const { path } = submodule;
    const made = await commitLeft(harvest, submodule, message);
    if (!made.ok) return made;
    const { commit, left } = made.value;
    lefts.push(leftIn(path, left));
    if (commit === null) continue;
    const kept = await pinInSubmodule(harvest.site, submodule, { id, commit });
    if (!kept.ok) return kept;
    submodules.push({ path, commit });
  }
  return ok({ submodules, lefts });
}

function leftIn(path: string, { aside, unnameable }: Left): Left {
  const inside = (name: string): string => `${path}/${name}`;
  return { aside: aside.map(inside), unnameable: unnameable.map(inside) };
}

const NOTHING: Committed = { commit: null, left: NOTHING_LEFT };

/** No commit when all is as that of the submodule has it, and where that cannot be told. */
async function commitLeft(
  { site, place, searchPath }: Harvest,
  { path, source, commit, index: theirs }: StandingSubmodule,
  message: string,
): Promise<Result<Committed, GitProblem>> {
  const top = site.workTree ?? '';
  const workTree = join(top, path);
  if (!isPlainFolder(top, workTree)) return ok(NOTHING);
  const repository = { ...site.repository, sparse: false, usesLfs: false };
  const at: Site = { ...site, repository, workTree, objects: join(source, 'objects') };
  const indexFile = `${place.index}.${randomUUID()}`;
  try {
    // Else every file would be read to compare it.
    if (sightOf(theirs)?.isFile() === true) copyIndex(theirs, indexFile);
    const read = await readIndex(at, indexFile, commit);
    if (!read.ok) return ok(NOTHING);
    const isExcluded = isMarker;
    const changed = await listChanged(at, indexFile, { agentIndex: null, unlinked: [], isExcluded });
    if (!changed.ok) return changed;
    const { paths, aside } = changed.value;
    const unnameable = await takeFiles(at, indexFile, { paths, searchPath });
    if (!unnameable.ok) return unnameable;
    const left = { aside, unnameable: unnameable.value };
    if (paths.length === 0) return ok({ commit: null, left });
    const made = await commitIndex(at, indexFile, { commit, message });
    return made.ok ? ok({ commit: made.value, left }) : made;
  } finally {
    await Promise.all([rm(indexFile, { force: true }), rm(`${indexFile}.lock`, { force: true })]);
  }
}

/** An index of an agent's making may be anything. */
async function readIndex(at: Site, indexFile: string, commit: Commit): ReturnType<typeof runOn> {
  const call = { args: ['read-tree', '--reset', commit], indexFile };
  const first = await runOn(at, call);
  if (first.ok) return first;
  await rm(indexFile, { force: true });
  return runOn(at, call);
}

async function commitIndex(
  at: Site,
  indexFile: string,
  { commit, message }: { readonly commit: Commit; readonly message: string },
): Promise<Result<Commit | null, GitProblem>> {
  const tree = await runOn(at, { args: ['write-tree'], indexFile });
  const before = await runOn(at, { args: ['rev-parse', `${commit}^{tree}`] });
  if (!tree.ok) return tree;
  if (!before.ok) return before;
  if (tree.value.stdout.equals(before.value.stdout)) return ok(null);
  const made = await runOn(at, {
    args: ['commit-tree', tree.value.stdout.toString('latin1').trim(), '-p', commit, '-F', '-'],
    input: message,
    identity: at.repository.settings.identity,
  });
  return made.ok ? ok(made.value.stdout.toString('latin1').trim()) : made;
}
