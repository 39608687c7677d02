/**
 * Takes pictures out of a folder that code of the branch could write to, and keeps them where it cannot: in the run's
 * folder, and for a look in the user's checkout. No link is followed.
 */

import { constants } from 'node:fs';
import { lstat, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const LARGEST = 50_000_000;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export type PictureKind = 'current' | 'diff';
export const PICTURE_KINDS: readonly PictureKind[] = ['current', 'diff'];
export type KeptPictures = Readonly<Record<PictureKind, ReadonlySet<string>>>;

/** Of these names what is there, and is a picture; from `out/current` and `out/diff` to the same below `folder`. */
export async function keepPictures(
  out: string,
  folder: string,
  names: readonly string[],
): Promise<KeptPictures> {
  const kept = { current: new Set<string>(), diff: new Set<string>() };
  for (const kind of PICTURE_KINDS) {
    if (!(await isFolder(join(out, kind)))) continue;
    await mkdir(join(folder, kind), { recursive: true, mode: 0o700 });
    for (const name of names) {
      const bytes = await readRegular(join(out, kind, name), LARGEST);
      if (bytes === null || !bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) continue;
      await writeFile(join(folder, kind, name), bytes, { mode: 0o600 });
      kept[kind].add(name);
    }
  }
  return kept;
}

/** Null for what is no plain file, too large, or not there. */
export async function readRegular(file: string, largest: number): Promise<Buffer | null> {
  try {
    // A pipe would be waited for.
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      return stat.isFile() && stat.size <= largest ? await handle.readFile() : null;
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}

const SHOWN = ['.claude', 'screenshots'];

/** Where the user finds the newest of them, from the top of the checkout. */
export const SHOWN_FOLDER = SHOWN.join('/');

export interface Checkout {
  /** Absolute. */
  readonly top: string;
  /** Whether git leaves this path, from the top, out of account. */
  readonly isIgnored: (path: string) => Promise<boolean>;
}

/** False when nothing may be written there: git would take it for a change, or a link leads elsewhere. */
export async function showPictures(
  { top, isIgnored }: Checkout,
  folder: string,
  kept: KeptPictures,
): Promise<boolean> {
  try {
    for (const kind of PICTURE_KINDS) {
      if (!(await isIgnored(`${SHOWN_FOLDER}/${kind}/x.png`))) return false;
      if (!(await madeFolder(top, [...SHOWN, kind]))) return false;
    }
    for (const kind of PICTURE_KINDS) {
      // One of an earlier look would be taken for the difference of this one.
      for (const name of kept.current) await rm(join(top, SHOWN_FOLDER, kind, name), { force: true });
      for (const name of kept[kind]) {
        const bytes = await readRegular(join(folder, kind, name), LARGEST);
        if (bytes !== null) await writeFile(join(top, SHOWN_FOLDER, kind, name), bytes, { flag: 'wx' });
      }
    }
    return true;
  } catch {
    return false;
  }
}

async function madeFolder(top: string, parts: readonly string[]): Promise<boolean> {
  let path = top;
  for (const part of parts) {
    path = join(path, part);
    await mkdir(path).catch(() => undefined);
    if (!(await isFolder(path))) return false;
  }
  return true;
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isDirectory() === true;
}
