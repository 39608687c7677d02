/** Whether the machine has room for more than one worktree beside what is to stay free. */

import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { LocalSettings } from '../config/local-settings.ts';

/** In words, for the reason why tasks run one by one; null when there is enough. `root` is the repository's. */
export async function shortOfDisk(
  { slots, admission }: LocalSettings,
  { root, stateHome }: { readonly root: string; readonly stateHome: string },
): Promise<string | null> {
  const { diskBytes } = admission;
  if (diskBytes === null) return null;
  const free = await freeBytes(slots.folder === undefined ? stateHome : resolve(root, slots.folder));
  if (free === null || free >= 2 * diskBytes) return null;
  return `${inGigabytes(free)} of disk left, of which ${inGigabytes(diskBytes)} stay free`;
}

/** Of the disk that the folder lies on, or will lie on; null when it cannot be told. */
async function freeBytes(folder: string): Promise<number | null> {
  for (let at = folder; ; at = dirname(at)) {
    const stats = await statfs(at).catch(() => null);
    if (stats !== null) return stats.bavail * stats.bsize;
    if (at === dirname(at)) return null;
  }
}

function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
