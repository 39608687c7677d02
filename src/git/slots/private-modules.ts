/** Submodules of a slot whose git directory is a private one: their histories lie in it. */

import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import { ok, type Result } from '../../core/result.ts';
import type { Site } from '../base/clean-dir.ts';
import type { GitProblem } from '../base/runner.ts';
import { hasCode, writeWhole } from '../base/small-files.ts';

/** From a worktree's folder in the repository to the one in the private directory. */
export function moveModules(from: string, to: string): void {
  const modules = join(from, 'modules');
  if (!existsSync(modules)) return;
  try {
    renameSync(modules, join(to, 'modules'));
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw error;
    cpSync(modules, join(to, 'modules'), { recursive: true, verbatimSymlinks: true });
    rmSync(modules, { recursive: true, force: true });
  }
}

/** Ties the submodules' worktrees and their moved histories together by whole paths. */
export async function tieModules(
  { git, cleanDir }: Pick<Site, 'git' | 'cleanDir'>,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Result<void, GitProblem>> {
  for (const folder of gitDirectories(join(to, 'modules'))) {
    // Not in the folder itself, where git would look for the worktree first.
    const call = { cwd: cleanDir, gitDir: cleanDir };
    const file = ['config', '--file', join(folder, 'config')];
    const said = await git.run({ ...call, args: [...file, '--get', 'core.worktree'], codes: [0, 1] });
    if (!said.ok) return said;
    const tied = said.value.stdout.toString('utf8').replace(/\n$/, '');
    if (tied === '') continue;
    const worktree = resolve(join(from, relative(to, folder)), tied);
    const set = await git.run({ ...call, args: [...file, 'core.worktree', worktree] });
    if (!set.ok) return set;
    writeWhole(join(worktree, '.git'), `gitdir: ${folder}\n`);
  }
  return ok(undefined);
}

/** Names of submodules may hold slashes, and submodules have their own. */
function gitDirectories(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .flatMap((path) =>
      existsSync(join(path, 'HEAD'))
        ? [path, ...gitDirectories(join(path, 'modules'))]
        : gitDirectories(path),
    );
}
