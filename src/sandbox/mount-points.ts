/** Where things are shown inside places that an earlier process may have written. */

import { lstatSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import type { Mount } from '../ports/sandbox.ts';
import { isWithin } from './host-view.ts';

/**
 * A link on the way to where something is to be shown, in a writable place that was shown before; null when there is
 * none. Bubblewrap would follow it with all its rights, and make folders and files on the machine itself.
 */
export function linkInTheWay(mounts: readonly Mount[]): string | null {
  for (const [index, { at }] of mounts.entries()) {
    const holders = mounts.slice(0, index).filter((place) => place.writable && isBelow(at, place.at));
    for (const holder of holders) {
      const link = firstLink(holder.from, relative(holder.at, at));
      if (link !== null) return link;
    }
  }
  return null;
}

function isBelow(path: string, folder: string): boolean {
  return path !== folder && isWithin(path, folder);
}

function firstLink(folder: string, way: string): string | null {
  let path = folder;
  for (const part of way.split(sep)) {
    path = join(path, part);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    if (stat.isSymbolicLink()) return path;
  }
  return null;
}
