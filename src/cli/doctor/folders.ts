/** Folders that runs write into: whether they can be written, and whether there is room. */

import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exists } from '../files.ts';
import { type Found, fine } from './finding.ts';

/** Worktrees of a middling repository fill this quickly. */
const LEAST_DISK_BYTES = 1e9;

/** `path` may not exist yet. `remedy` is what else to do than to make it writable. */
export async function writableFolder(name: string, path: string, remedy: string): Promise<Found> {
  const there = await nearestThere(path);
  const writable = await access(there, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (writable) return fine(name, path);
  const detail = `${path} cannot be written`;
  return { name, state: 'wrong', needed: true, detail, remedy: `Make ${there} writable, or ${remedy}.` };
}

export async function roomAt(name: string, path: string): Promise<Found> {
  const sizes = await statfs(await nearestThere(path)).catch(() => null);
  if (sizes === null) {
    const remedy = 'See by hand that 1 GB is free.';
    return { name, state: 'not run', needed: true, detail: 'the system does not say', remedy };
  }
  const free = sizes.bavail * sizes.bsize;
  const detail = `${(free / 1e9).toFixed(1)} GB free`;
  if (free >= LEAST_DISK_BYTES) return fine(name, detail);
  const remedy = 'Make room: worktrees need at least 1 GB, those of large projects more.';
  return { name, state: 'missing', needed: true, detail, remedy };
}

async function nearestThere(path: string): Promise<string> {
  let there = path;
  while (!(await exists(there)) && dirname(there) !== there) there = dirname(there);
  return there;
}
