/** Takes what lies in a worktree into a tree, without touching the worktree's own index or git directory. */

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { ok, type Result } from '../../core/result.ts';
import { runOn, type Site, type SiteCall } from '../base/clean-dir.ts';
import { joinNul, type RawPath, splitNul } from '../base/output.ts';
import type { GitOutput, GitProblem } from '../base/runner.ts';
import { compareWithCommit } from '../checkout/compare.ts';
import { readCommits } from '../objects/objects.ts';
import { makeTreeWritable } from '../slots/removal.ts';
import type { SlotPlace } from '../slots/slot-place.ts';
import { copyIndex } from '../slots/slot-reset.ts';
import { canBeTaken, sightOf } from '../slots/special-files.ts';
import type { SubmoduleLink } from '../slots/submodules.ts';
import { isLinkedWorktree } from './untrusted-git.ts';

export interface Worktree {
  readonly place: SlotPlace;
  /** The commit that the worktree's files are to be compared with. */
  readonly from: string;
  /** The commit our index was written for; null when that is not known. */
  readonly prepared: string | null;
  /** Paths that never become part of a commit. */
  readonly isExcluded: (path: string) => boolean;
  /** The worktree's own index: what was forced into it against the ignore rules counts as work. */
  readonly agentIndex: string | null;
}

export interface StageRequest extends Worktree {
  /** Paths to take out of the tree though `from` holds them. */
  readonly dropped: readonly RawPath[];
  /** Folders whose files are wanted, where `from` holds a link to another repository's commit. */
  readonly unlinked: readonly RawPath[];
  /** Commits that submodules stand at, where git cannot see that from the worktree. */
  readonly links: readonly SubmoduleLink[];
  /** False leaves the worktree's files out of it: only what is dropped changes. */
  readonly withFiles: boolean;
  /** Whether all is as `from` has it, see `isAsCommitted`; null when that was not asked yet. */
  readonly asCommitted: boolean | null;
  /** Where `chmod` is looked up; null leaves the permissions of files as they are. */
  readonly searchPath: string | null;
}

export interface Staged {
  /** With all of the worktree's content; null when it would be that of `from`. */
  readonly tree: string | null;
  readonly left: Left;
}

/** What lies in a worktree and in no tree of it. */
export interface Left {
  /** Further worktrees. */
  readonly aside: readonly string[];
  /** Files whose names git does not take. */
  readonly unnameable: readonly string[];
}

export const NOTHING_LEFT: Left = { aside: [], unnameable: [] };

export async function stageWorktree(site: Site, request: StageRequest): Promise<Result<Staged, GitProblem>> {
  const { dropped, links, withFiles, asCommitted } = request;
  if (dropped.length === 0 && links.length === 0 && withFiles) {
    if (asCommitted ?? (await isAsCommitted(site, request))) return ok({ tree: null, left: NOTHING_LEFT });
  }
  const index = `${request.place.index}.${randomUUID()}`;
  try {
    return await stageInto(site, index, request);
  } finally {
    await Promise.all([rm(index, { force: true }), rm(`${index}.lock`, { force: true })]);
  }
}

async function stageInto(
  site: Site,
  index: string,
  request: StageRequest,
): Promise<Result<Staged, GitProblem>> {
  const { place, from, prepared } = request;
  if (existsSync(place.index)) copyIndex(place.index, index);
  if (from !== prepared || !existsSync(place.index)) {
    const read = await runOn(site, { args: ['read-tree', '--reset', from], indexFile: index });
    if (!read.ok) return read;
  }
  const changed = request.withFiles ? await listChanged(site, index, request) : ok(NO_CHANGE);
  if (!changed.ok) return changed;
  const { paths, aside } = changed.value;
  const { links, dropped } = request;
  if (paths.length + dropped.length + links.length === 0)
    return ok({ tree: null, left: { ...NOTHING_LEFT, aside } });
  if (links.length > 0) {
    const linked = await runOn(site, {
      args: ['update-index', '--add', '-z', '--index-info'],
      indexFile: index,
      input: links.map(({ path, commit }) => `160000 ${commit}\t${path}\0`).join(''),
    });
    if (!linked.ok) return linked;
  }
  if (dropped.length > 0) {
    const removed = await runOn(site, {
      args: ['update-index', '--force-remove', '-z', '--stdin'],
      indexFile: index,
      input: joinNul(dropped),
    });
    if (!removed.ok) return removed;
  }
  const unnameable = await takeFiles(site, index, { paths, searchPath: request.searchPath });
  if (!unnameable.ok) return unnameable;
  const written = await runOn(site, { args: ['write-tree'], indexFile: index });
  if (!written.ok) return written;
  const tree = written.value.stdout.toString('latin1').trim();
  const committed = await readCommits(site, [from]);
  if (!committed.ok) return committed;
  // What was added by force, against the ignore rules, is listed also when it was committed.
  const isSame = committed.value[0]?.tree === tree;
  return ok({ tree: isSame ? null : tree, left: { aside, unnameable: unnameable.value } });
}

/** Adds the files, and gives those whose names git does not take. */
export async function takeFiles(
  site: Site,
  index: string,
  files: Parameters<typeof addFiles>[2],
): Promise<Result<string[], GitProblem>> {
  const added = await addFiles(site, index, files);
  if (!added.ok) return added;
  // It says so, and goes on.
  const isSilent = added.value === null || added.value.stderr === '';
  return isSilent ? ok([]) : notTaken(site, index, files.paths);
}

/** Files that git was to add and has not. */
async function notTaken(
  site: Site,
  indexFile: string,
  paths: readonly RawPath[],
): Promise<Result<string[], GitProblem>> {
  const listed = await runOn(site, { args: ['ls-files', '-z', '--cached'], indexFile });
  if (!listed.ok) return listed;
  const taken = new Set(splitNul(listed.value.stdout).map((path) => path.toString('latin1')));
  const top = Buffer.from(`${site.workTree ?? ''}/`);
  const isFile = (path: RawPath): boolean => sightOf(Buffer.concat([top, path]))?.isDirectory() === false;
  const missing = paths.filter((path) => !taken.has(path.toString('latin1')) && isFile(path));
  return ok(missing.map((path) => path.toString('utf8')));
}

export interface Changes {
  /** That the worktree has otherwise than the index. */
  readonly paths: readonly RawPath[];
  /** Further worktrees that lie in it, as far as git does not overlook them. */
  readonly aside: readonly string[];
}

const NO_CHANGE: Changes = { paths: [], aside: [] };

export async function listChanged(
  site: Site,
  index: string,
  request: Pick<StageRequest, 'agentIndex' | 'unlinked' | 'isExcluded'>,
): Promise<Result<Changes, GitProblem>> {
  const flags = ['--modified', '--deleted', '--others', '--exclude-standard'];
  const [listed, forced] = await Promise.all([
    runOn(site, { args: ['ls-files', '-z', ...flags], indexFile: index }),
    listForced(site, request.agentIndex),
  ]);
  if (!listed.ok) return listed;
  const plain: RawPath[] = [...forced];
  const nested: RawPath[] = [...request.unlinked];
  for (const path of splitNul(listed.value.stdout)) {
    if (path.at(-1) === 0x2f) nested.push(path.subarray(0, -1));
    else plain.push(path);
  }
  const aside: string[] = [];
  for (const folder of nested) {
    const inside = await listNested(site, folder);
    if (!inside.ok) return inside;
    plain.push(...inside.value.paths);
    aside.push(...inside.value.aside);
  }
  const names = new Map(plain.map((path) => [path.toString('latin1'), path]));
  const wanted = [...names.values()].filter((path) => !request.isExcluded(path.toString('utf8')));
  return ok({ paths: wanted.filter(canBeTaken(site.workTree ?? '')), aside });
}

/**
 * Nearly all agents that commit commit all they did, and then one process tells, where two have to be asked for what
 * is left. In doubt it is false.
 */
export async function isAsCommitted(
  site: Site,
  { place, from, prepared, isExcluded, agentIndex }: Worktree,
): Promise<boolean> {
  if (prepared === null || from === prepared) return false;
  try {
    const sight = await compareWithCommit(site, { place, commit: from, isExcluded });
    if (sight === 'differs') return false;
    return sight === 'same' || (await listForced(site, agentIndex)).length === 0;
  } catch {
    return false;
  }
}

/** Staged files that the ignore rules would hide. An index that cannot be read has none. */
async function listForced(site: Site, agentIndex: string | null): Promise<RawPath[]> {
  if (agentIndex === null || !existsSync(agentIndex)) return [];
  const args = ['ls-files', '-z', '--cached', '--ignored', '--exclude-standard'];
  const listed = await runOn(site, { args, indexFile: agentIndex });
  return listed.ok ? splitNul(listed.value.stdout) : [];
}

/**
 * Files of a repository that was made inside the worktree. Git would record it as a link to a commit that exists
 * nowhere else, so its files are taken as they are, by its own ignore rules, and its history stays out. A further
 * worktree is a copy of all that the repository has, and no part of this one.
 */
async function listNested(site: Site, folder: RawPath): Promise<Result<Changes, GitProblem>> {
  // As bytes: Node can only start a process in a folder whose name is UTF-8.
  const name = folder.toString('utf8');
  const workTree = join(site.workTree ?? '', name);
  const isText = Buffer.from(name).equals(folder);
  if (!isText || isLinkedWorktree(site.workTree ?? '', workTree)) return ok({ paths: [], aside: [name] });
  if (sightOf(workTree)?.isDirectory() !== true) return ok(NO_CHANGE);
  const noIndex = join(site.cleanDir, 'no-index');
  const listed = await runOn(site, {
    args: ['ls-files', '-z', '--others', '--exclude-standard'],
    indexFile: noIndex,
    workTree,
  });
  if (!listed.ok) return listed;
  const paths: RawPath[] = [];
  const aside: string[] = [];
  for (const path of splitNul(listed.value.stdout)) {
    const full = Buffer.concat([folder, Buffer.from('/'), path]);
    if (full.at(-1) !== 0x2f) {
      paths.push(full);
      continue;
    }
    const deeper = await listNested(site, full.subarray(0, -1));
    if (!deeper.ok) return deeper;
    paths.push(...deeper.value.paths);
    aside.push(...deeper.value.aside);
  }
  return ok({ paths, aside });
}

export async function addFiles(
  site: Site,
  index: string,
  { paths, searchPath }: { readonly paths: readonly RawPath[]; readonly searchPath: string | null },
): Promise<Result<GitOutput | null, GitProblem>> {
  if (paths.length === 0) return ok(null);
  const call: SiteCall = {
    args: ['update-index', '--add', '--remove', '--replace', '-z', '--stdin'],
    indexFile: index,
    // A file that has become a folder before what lies in it: git refuses its name else.
    input: joinNul(paths.toSorted(Buffer.compare)),
  };
  const first = await runOn(site, call);
  if (first.ok || site.workTree === undefined || searchPath === null) return first;
  // Files that even their owner may not read.
  await makeTreeWritable(site.workTree, searchPath);
  await rm(`${index}.lock`, { force: true });
  return runOn(site, call);
}
