/** Control groups of the kernel's that were made for one job: folders that are removed when nobody is in them. */

import { randomUUID } from 'node:crypto';
import { rmdirSync } from 'node:fs';
import { basename, isAbsolute, normalize } from 'node:path';

/** Begins the name of each of them. Folders of other names are never written to. */
const CGROUP_PREFIX = 'coxswain-';

/** Tells when it was made, which the kernel does not keep. */
export function newCgroupName(): string {
  return `${CGROUP_PREFIX}${Date.now()}-${randomUUID()}`;
}

/** In milliseconds since the epoch; null when the name does not tell. */
export function cgroupMadeAt(name: string): number | null {
  const time = name.startsWith(CGROUP_PREFIX)
    ? /^(\d+)-/.exec(name.slice(CGROUP_PREFIX.length))?.[1]
    : undefined;
  return time === undefined ? null : Number(time);
}

/** One on a line, as the shim and the sweep take them. */
export function cgroupLines(cgroups: readonly string[] | undefined): string {
  return (cgroups ?? []).join('\n');
}

/** Nothing is ever done to a folder for which this is false, whatever a claim or a caller says. */
export function isCgroupOfOurs(path: string): boolean {
  const isPlain = isAbsolute(path) && normalize(path) === path && !path.includes('\n');
  return isPlain && basename(path).startsWith(CGROUP_PREFIX);
}

/** For those that no job came to be in. One that somebody is in cannot be removed, and stays. */
export function removeCgroups(cgroups: readonly string[] | undefined): void {
  for (const folder of (cgroups ?? []).filter(isCgroupOfOurs)) {
    try {
      rmdirSync(folder);
    } catch {
      // It is gone already, or in use.
    }
  }
}
