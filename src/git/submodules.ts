/** Submodules of a slot: filled from the user's own copies of them, never over a network. */

import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { AttemptId } from '../core/attempt.ts';
import { hash32 } from '../core/names.ts';
import { ok, type Result } from '../core/result.ts';
import type { Site } from './clean-dir.ts';
import { splitNul, type TreeDiff } from './output.ts';
import { attemptPin } from './ref-names.ts';
import type { Removal } from './removal.ts';
import type { ConfigEntry, GitProblem } from './runner.ts';

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
async function listSubmodules({ git, repository, workTree }: Site): Promise<Result<Submodule[], GitProblem>> {
  const file = join(workTree ?? '', '.gitmodules');
  if (!repository.hasSubmodules || lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    return ok([]);
  const listed = await git.run({
    args: ['config', '-z', '--no-includes', '--file', file, '--get-regexp', '^submodule\\..*\\.path$'],
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

/** Makes all of them anew at the commits that the worktree's commit names. */
export async function fillSubmodules(
  site: Site,
  { admin, index, removal }: { readonly admin: string; readonly index: string; readonly removal: Removal },
): Promise<Result<void, GitProblem>> {
  const submodules = await listSubmodules(site);
  if (!submodules.ok) return submodules;
  if (submodules.value.length === 0) return ok(undefined);
  const workTree = site.workTree ?? '';
  const folders = submodules.value.map(({ path }) => join(workTree, path));
  removal.take([join(admin, 'modules'), ...folders]);
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const config = submodules.value.flatMap(({ name, source }): ConfigEntry[] => [
    [`submodule.${name}.url`, source],
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

/** Takes the commits that an agent made in submodules into the user's copies, where nothing else would hold them. */
export async function keepSubmodules(
  site: Site,
  admin: string,
  { id, diff }: { readonly id: AttemptId; readonly diff: TreeDiff },
): Promise<Result<void, GitProblem>> {
  const changed = new Map(
    diff.changes
      .filter(({ newMode }) => newMode === '160000')
      .map(({ path, newId }) => [path.toString('utf8'), newId] as const),
  );
  if (changed.size === 0) return ok(undefined);
  const submodules = await listSubmodules(site);
  if (!submodules.ok) return submodules;
  for (const { name, path, source } of submodules.value) {
    const made = join(admin, 'modules', name);
    const commit = changed.get(path);
    if (commit === undefined || !existsSync(join(made, 'HEAD'))) continue;
    const pin = `${attemptPin(id)}-${hash32(path)}`;
    const fetched = await site.git.run({
      args: ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', made, `+${commit}:${pin}`],
      cwd: source,
      gitDir: source,
      config: [...LOCAL_ONLY, ['uploadpack.allowAnySHA1InWant', 'true'], ['fetch.fsckObjects', 'true']],
    });
    if (!fetched.ok) return fetched;
  }
  return ok(undefined);
}
