/** Control groups of the kernel's that were made for one job: folders that are removed when nobody is in them. */

import { rmdirSync } from 'node:fs';
import { basename } from 'node:path';

/** Begins the name of each of them. Folders of other names are never written to. */
export const CGROUP_PREFIX = 'coxswain-';

/** One on a line, as the shim and the sweep take them. */
export function cgroupLines(cgroups: readonly string[] | undefined): string {
  return (cgroups ?? []).join('\n');
}

export function isCgroupOfOurs(path: string): boolean {
  return path.startsWith('/') && basename(path).startsWith(CGROUP_PREFIX);
}

/** For those that no job came to be in. One that somebody is in cannot be removed, and stays. */
export function removeCgroups(cgroups: readonly string[] | undefined): void {
  for (const folder of cgroups ?? []) {
    try {
      rmdirSync(folder);
    } catch {
      // It is gone already, or in use.
    }
  }
}
