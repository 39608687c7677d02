/** Empty groups of jobs whose shim was killed, and whom nobody swept. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CGROUP_PREFIX, removeCgroups } from '../../process/cgroup.ts';

/** A younger one may be waiting for its job to begin. */
const OLD_MS = 10 * 60_000;

/** Never fails. One that somebody is in stays. */
export function removeLeftGroups(parents: readonly string[], now = Date.now()): void {
  for (const parent of parents) removeCgroups(oldGroups(parent, now).flatMap(groupsIn));
}

function oldGroups(parent: string, now: number): readonly string[] {
  return namesIn(parent)
    .filter((name) => name.startsWith(CGROUP_PREFIX))
    .map((name) => join(parent, name))
    .filter((group) => {
      const stats = statSync(group, { throwIfNoEntry: false });
      return stats?.isDirectory() === true && now - stats.mtimeMs > OLD_MS;
    });
}

/** The innermost first: the job may have made some in it. */
function groupsIn(group: string): readonly string[] {
  const inner = namesIn(group)
    .map((name) => join(group, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
  return [...inner.flatMap(groupsIn), group];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
