/** Where what is ours of a repository lies. */

import { basename, dirname, join, resolve } from 'node:path';

import { hash32, safeName } from '../../core/names.ts';
import type { Repository } from './repository.ts';

export function stateFolderIn(commonDir: string): string {
  return join(commonDir, 'coxswain');
}

/**
 * `folder` is as the settings have it. Without one it is outside of the checkout: a worktree inside it would find the
 * checkout's own dependencies. All checkouts of a repository have one pool, so that no two slots have the same ports.
 */
export function poolFolderOf(
  stateHome: string,
  { top, commonDir }: Pick<Repository, 'top' | 'commonDir'>,
  folder: string | undefined,
): string {
  if (folder !== undefined) return resolve(top, folder);
  const name = basename(commonDir) === '.git' ? basename(dirname(commonDir)) : basename(commonDir);
  return join(stateHome, 'slots', `${safeName(name)}-${hash32(commonDir)}`);
}
