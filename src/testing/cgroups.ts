/** Control groups of the kernel's for tests. They can be made by root, or by a user whose systemd gives some away. */

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newCgroupName } from '../process/cgroup.ts';
import type { GroupLimits } from '../sandbox/resources/cgroup-limits.ts';
import { findCgroupParents, makeGroup } from '../sandbox/resources/cgroup-parents.ts';
import { cgroupPlaces } from '../sandbox/resources/cgroup-places.ts';

const { parents, detail } = await findCgroupParents();

/** Why a test that needs them is skipped; false when it is not. */
export const lacksCgroups: string | false = detail === '' ? false : detail;

/** Empty groups with these limits. */
export function makeCgroups(limits: GroupLimits = {}): readonly string[] {
  return parents.map((parent) => {
    const made = makeGroup(parent, limits);
    if (!made.ok) throw new Error(made.error);
    return made.value;
  });
}

/** A group of version 2 without controllers, which most systems have beside version 1; null where it cannot be made. */
export function makeBareCgroup(): string | null {
  const text = (file: string): string => readFileSync(file, 'utf8');
  if (process.platform !== 'linux') return null;
  const place = cgroupPlaces(text('/proc/self/mountinfo'), text('/proc/self/cgroup')).find(
    ({ version }) => version === 2,
  );
  if (place === undefined) return null;
  const group = join(place.own, newCgroupName());
  try {
    mkdirSync(group);
    return group;
  } catch {
    return null;
  }
}
