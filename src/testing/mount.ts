/** A small file system of its own, for tests of full and read-only disks. Only root may mount one. */

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** Options of tmpfs, e.g. `size=1m` or `ro`. Null when it cannot be mounted here. */
export function mountTmpfs(folder: string, options: string): { unmount(): void } | null {
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  if (mounted.status !== 0) return null;
  return { unmount: () => void spawnSync('umount', [folder], { stdio: 'ignore' }) };
}
