/** Where what is ours of a repository lies. */

import { basename, join, resolve } from 'node:path';

import { hash32, safeName } from '../../core/names.ts';
import type { Repository } from './repository.ts';

export function stateFolderIn(commonDir: string): string {
  return join(commonDir, 'coxswain');
}

/**
 * `folder` is as the settings have it. Without one it is outside of the checkout: a worktree inside it would find the
 * checkout's own dependencies.
 */
export function poolFolderOf(
  stateHome: string,
  { top, commonDir }: Pick<Repository, 'top' | 'commonDir'>,
  folder: string | undefined,
): string {
  if (folder !== undefined) return resolve(top, folder);
  return join(stateHome, 'slots', `${safeName(basename(top))}-${hash32(commonDir)}`);
}
