/** Submodules of a slot: filled from the user's own copies of them, never over a network. */

import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { AttemptId, Commit } from '../../core/attempt.ts';
import { hash32 } from '../../core/names.ts';
import { ok, type Result } from '../../core/result.ts';
import { objectSite, runOn, type Site } from '../base/clean-dir.ts';
import { splitNul, type TreeDiff } from '../base/output.ts';
import type { ConfigEntry, GitProblem } from '../base/runner.ts';
import { importObjects, isPlainFolder, untrustedHead } from '../harvest/untrusted-git.ts';
import { attemptPin } from '../objects/ref-names.ts';
import { shownAdmin } from './private-git.ts';
import type { Removal } from './removal.ts';
import type { SlotPlace } from './slot-place.ts';

/** The mode of a link to another repository's commit. */
const LINK = '160000';

interface Submodule {
  readonly name: string;
  /** From the top of the worktree. */
  readonly path: string;
  /** The user's copy: a git directory. */
  readonly source: string;
}

const LOCAL_ONLY: readonly ConfigEntry[] = [
  ['protocol.allow', 'never'],
  ['protocol.file.allow', 'always'],
];

/** Those of the worktree's commit that the user has initialised. */
async function listSubmodules(site: Site): Promise<Result<Submodule[], GitProblem>> {
  const file = join(site.workTree ?? '', '.gitmodules');
  if (!site.repository.hasSubmodules || lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    return ok([]);
  return readList(site, ['--file', file]);
}

/** `list`: where it stands, in options of git-config(1). */
async function readList(
  { git, repository, workTree }: Site,
  list: readonly string[],
): Promise<Result<Submodule[], GitProblem>> {
  const listed = await git.run({
    args: ['config', '-z', '--no-includes', ...list, '--get-regexp', '^submodule\\..*\\.path$'],
    cwd: workTree ?? '',
    gitDir: repository.commonDir,
    codes: [0, 1],
  });
  if (!listed.ok) return listed;
  const found: Submodule[] = [];
  for (const field of splitNul(listed.value.stdout)) {
    const [key = '', path = ''] = field.toString('utf8').split('\n');
    const name = key.slice('submodule.'.length, -'.path'.length);
    const source = join(repository.commonDir, 'modules', name);
    if (isInside(name) && isInside(path) && existsSync(join(source, 'HEAD')))
      found.push({ name, path, source });
  }
  return ok(found);
}

/** The file is a commit's: its names and paths may be anything. */
function isInside(path: string): boolean {
  return (
    path !== '' &&
    path.split('/').every((part) => part !== '..' && part !== '.' && part !== '' && part !== '.git')
  );
}

export interface Filling {
  /** The worktree's folder in the repository. */
  readonly admin: string;
  readonly index: string;
  readonly removal: Removal;
  /** Then nothing may be shared with the user's copies, not even a file's content by a hard link. */
  readonly isConfined: boolean;
}

/** Makes all of them anew at the commits that the worktree's commit names. */
export async function fillSubmodules(
  site: Site,
  { admin, index, removal, isConfined }: Filling,
): Promise<Result<void, GitProblem>> {
  const submodules = await listSubmodules(site);
  if (!submodules.ok) return submodules;
  if (submodules.value.length === 0) return ok(undefined);
  const workTree = site.workTree ?? '';
  const folders = submodules.value.map(({ path }) => join(workTree, path));
  removal.take([join(admin, 'modules'), ...folders]);
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const config = submodules.value.flatMap(({ name, source }): ConfigEntry[] => [
    [`submodule.${name}.url`, isConfined ? `file://${source}` : source],
    [`submodule.${name}.update`, 'checkout'],
    [`submodule.${name}.active`, 'true'],
  ]);
  const updated = await site.git.run({
    args: [
      'submodule',
      '--quiet',
      'update',
      '--init',
      '--force',
      // Wins over a command that the configuration has in its place.
      '--checkout',
      '--',
      ...submodules.value.map(({ path }) => path),
    ],
    cwd: workTree,
    indexFile: index,
    config: [...LOCAL_ONLY, ...config],
  });
  return updated.ok ? ok(undefined) : updated;
}

/** Leaves only the files of submodules: git would look into each of them with a configuration that is the agent's. */
export async function cutSubmodules(
  site: Site,
  { index, removal }: Pick<Filling, 'index' | 'removal'>,
): Promise<void> {
  const top = site.workTree ?? '';
  const listed = await runOn(site, { args: ['ls-files', '-z', '--stage'], indexFile: index });
  if (!listed.ok) return;
  const folders = splitNul(listed.value.stdout)
    .map((line) => line.toString('utf8'))
    .filter((line) => line.startsWith(`${LINK} `))
    .map((line) => join(top, line.slice(line.indexOf('\t') + 1)));
  const plain = folders.filter((folder) => isPlainFolder(top, folder));
  removal.take(plain.map((folder) => join(folder, '.git')));
}

export interface SubmoduleLink {
  /** From the top of the worktree. */
  readonly path: string;
  readonly commit: Commit;
}

/**
 * Where the submodules of a confined slot were left, but for those that were left where they were. Git cannot tell
 * outside: their histories lie in the private git directory.
 */
export async function movedSubmodules(slot: WorkedIn): Promise<readonly SubmoduleLink[]> {
  const { site, place, admin } = slot;
  const shown = shownAdmin(place, admin);
  if (shown === null) return [];
  const submodules = await listWorkedIn(slot);
  if (!submodules.ok || submodules.value.length === 0) return [];
  const paths = submodules.value.map(({ path }) => path);
  const before = await runOn(site, {
    args: ['ls-files', '-z', '--stage', '--', ...paths],
    indexFile: place.index,
  });
  const known = before.ok
    ? new Set(splitNul(before.value.stdout).map((line) => line.toString('utf8')))
    : new Set();
  const links: SubmoduleLink[] = [];
  for (const { name, path } of submodules.value) {
    const folder = join(shown, 'modules', name);
    const commit = untrustedHead({ top: place.privateDir, common: folder }, folder);
    if (commit !== null && !known.has(`${LINK} ${commit} 0\t${path}`)) links.push({ path, commit });
  }
  return links;
}

interface WorkedIn {
  readonly site: Site;
  readonly place: SlotPlace;
  /** The worktree's folder in the repository. */
  readonly admin: string;
  readonly prepared: Commit | null;
}

/**
 * Those that an agent has worked in. It may have left their list as git cannot read it, as in the middle of a merge: then
 * that of what its slot was made of counts.
 */
async function listWorkedIn({ site, prepared }: WorkedIn): Promise<Result<Submodule[], GitProblem>> {
  const listed = await listSubmodules(site);
  if (listed.ok || prepared === null) return listed;
  const before = await readList(site, ['--blob', `${prepared}:.gitmodules`]);
  return before.ok ? before : listed;
}

export interface StandingSubmodule extends Submodule {
  /** Where the work has it stand. */
  readonly commit: Commit;
  /** Its index, which may be of an agent's making. */
  readonly index: string;
}

export async function standingSubmodules(
  slot: WorkedIn,
  tip: Commit,
): Promise<Result<readonly StandingSubmodule[], GitProblem>> {
  const { site, place, admin } = slot;
  const submodules = await listWorkedIn(slot);
  if (!submodules.ok) return submodules;
  if (submodules.value.length === 0) return ok([]);
  const paths = submodules.value.map(({ path }) => path);
  const listed = await runOn(objectSite(site), { args: ['ls-tree', '-z', tip, '--', ...paths] });
  if (!listed.ok) return listed;
  const links = new Map<string, Commit>();
  for (const line of splitNul(listed.value.stdout)) {
    const [, commit = '', path = ''] = /^160000 commit ([0-9a-f]+)\t(.*)$/s.exec(line.toString('utf8')) ?? [];
    links.set(path, commit);
  }
  const modules = join(shownAdmin(place, admin) ?? admin, 'modules');
  return ok(
    submodules.value.flatMap((submodule) => {
      const commit = links.get(submodule.path);
      const index = join(modules, submodule.name, 'index');
      return commit === undefined ? [] : [{ ...submodule, commit, index }];
    }),
  );
}

/** Pins a commit in the user's copy, beside what the work leads to. */
export function pinInSubmodule(
  { git }: Pick<Site, 'git'>,
  { path, source }: Submodule,
  { id, commit }: { readonly id: AttemptId; readonly commit: Commit },
): ReturnType<Site['git']['run']> {
  const args = ['update-ref', `${attemptPin(id)}-${hash32(path)}-left`, commit];
  return git.run({ args, cwd: source, gitDir: source });
}

/** Takes the commits that an agent made in submodules into the user's copies, where nothing else would hold them. */
export async function keepSubmodules(
  slot: WorkedIn,
  { id, diff }: { readonly id: AttemptId; readonly diff: TreeDiff },
): Promise<Result<void, GitProblem>> {
  const changed = new Map(
    diff.changes
      .filter(({ newMode }) => newMode === LINK)
      .map((change) => [change.path.toString('utf8'), change] as const),
  );
  if (changed.size === 0) return ok(undefined);
  const { site, place, admin } = slot;
  const submodules = await listWorkedIn(slot);
  if (!submodules.ok) return submodules;
  for (const { name, path, source } of submodules.value) {
    const change = changed.get(path);
    const shown = shownAdmin(place, admin);
    const objects = join(shown ?? admin, 'modules', name, 'objects');
    if (change === undefined || !existsSync(objects)) continue;
    const taken = await importObjects({
      git: site.git,
      repository: site.repository,
      objects,
      top: shown === null ? site.repository.commonDir : place.privateDir,
      quarantine: place.quarantine,
      store: join(source, 'objects'),
      wanted: [change.newId],
      known: change.oldMode === LINK ? [change.oldId] : [],
    });
    if (!taken.ok) return taken;
    const pinned = await site.git.run({
      args: ['update-ref', `${attemptPin(id)}-${hash32(path)}`, change.newId],
      cwd: source,
      gitDir: source,
    });
    if (!pinned.ok) return pinned;
  }
  return ok(undefined);
}
