/** The one filter that may run: git-lfs, with the settings that `git lfs install` would write. */

import { join } from 'node:path';

import type { ConfigEntry } from './runner.ts';

/** With `commonDir`: for a git directory of ours, that has the large files of that repository. */
export function lfsConfig(commonDir?: string): ConfigEntry[] {
  return [
    ['filter.lfs.clean', 'git-lfs clean -- %f'],
    ['filter.lfs.smudge', 'git-lfs smudge -- %f'],
    ['filter.lfs.process', 'git-lfs filter-process'],
    ['filter.lfs.required', 'true'],
    ...(commonDir === undefined ? [] : [['lfs.storage', join(commonDir, 'lfs')] as const]),
  ];
}
