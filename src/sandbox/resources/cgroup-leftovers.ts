/** Empty groups of jobs whose shim was killed, and whom nobody swept. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupMadeAt, removeCgroups } from '../../process/cgroup.ts';

/** A younger one may be waiting for its job to begin. */
const OLD_MS = 10 * 60_000;

/** Never fails. One that somebody is in stays. */
export function removeLeftGroups(parents: readonly string[], now = Date.now()): void {
  for (const parent of parents) removeCgroups(oldGroups(parent, now));
}

function oldGroups(parent: string, now: number): readonly string[] {
  return namesIn(parent)
    .filter((name) => now - (cgroupMadeAt(name) ?? now) > OLD_MS)
    .map((name) => join(parent, name));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
