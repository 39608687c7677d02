/** Folders of files that are made whole, or not at all. */

import { randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, realpath, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { err, ok, type Result } from '../core/result.ts';
import { isWithin, kindOf } from './read-folder.ts';
import { errorCode, systemWords } from './system-error.ts';

export interface FolderProblem {
  readonly reason: 'exists' | 'io' | 'outside';
  readonly message: string;
  readonly remedy: string;
}

type Texts = ReadonlyMap<string, string>;

const KNOWN_BY = 'manifest.json';

/** Puts into a folder what is more than texts, before these. */
export type Fill = (folder: string) => Promise<void>;

/**
 * Paths are relative, with forward slashes. A folder that is there must be empty. One in the root is not made where a link
 * of the repository leads out of it; one elsewhere is the user's own wish.
 */
export async function makeNewFolder(
  folder: string,
  files: Texts,
  root: string,
  fill?: Fill,
): Promise<Result<void, FolderProblem>> {
  try {
    const link = await linkOut(root, folder);
    if (link !== null) return err(ledOut(link, root));
    const names = await namesIn(folder);
    if (names !== null && names.length > 0) {
      const message = `${folder} is there already, and not empty`;
      return err({ reason: 'exists', message, remedy: 'Give another folder, or move this one away.' });
    }
    if (names === null) await makeNew(folder, files, fill);
    else await fillFolder(folder, files, fill);
    return ok(undefined);
  } catch (error) {
    return err(folderProblem(folder, error));
  }
}

export interface Replacement {
  /** Absolute path of the folder that the old one becomes. */
  readonly backup: string;
  readonly files: Texts;
  /** What else the old one holds is copied. */
  readonly keepsOthers?: boolean;
}

/** In the place of the folder that is there, which gets the other name. Null when there was none. */
export async function replaceFolder(
  folder: string,
  { backup, files, keepsOthers = false }: Replacement,
): Promise<Result<string | null, FolderProblem>> {
  try {
    const made = await makeHidden(dirname(folder), basename(folder), files);
    try {
      if (keepsOthers && (await namesIn(folder)) !== null) await copyOthers(folder, made, files);
      const kept = await moveAside(folder, backup);
      await rename(made, folder).catch(async (error: unknown) => {
        if (kept !== null) await rename(kept, folder).catch(() => undefined);
        throw error;
      });
      return ok(kept);
    } catch (error) {
      await remove(made);
      throw error;
    }
  } catch (error) {
    return err(folderProblem(folder, error));
  }
}

/** Links stay links. */
async function copyOthers(from: string, to: string, files: Texts): Promise<void> {
  await cp(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    filter: (path) => !files.has(relative(from, path).split(sep).join('/')),
  });
}

/**
 * Makes a folder in the root, and those on the way to it. What is there may be a link to another place in the root, and
 * to none outside: a repository must not choose where else files are written. The value is its absolute path.
 */
export async function folderWithin(root: string, path: string): Promise<Result<string, FolderProblem>> {
  let at = root;
  try {
    const top = await realpath(root);
    for (const name of path.split('/')) {
      at = join(at, name);
      await mkdir(at).catch((error: unknown) => {
        if (errorCode(error) !== 'EEXIST') throw error;
      });
      if (isWithin(top, await realpath(at))) continue;
      return err(ledOut(at, root));
    }
  } catch (error) {
    return err(folderProblem(at, error));
  }
  if ((await kindOf(at)) === 'folder') return ok(at);
  return err({ reason: 'exists', message: `${at} is no folder`, remedy: 'Move it away, and try again.' });
}

function ledOut(link: string, root: string): FolderProblem {
  const message = `${link} is a link that leads out of ${root}`;
  return { reason: 'outside', message, remedy: 'Put a folder in its place, and try again.' };
}

/** The first part of the way from the root that lies elsewhere; null where none does, or the way does not begin there. */
async function linkOut(root: string, folder: string): Promise<string | null> {
  if (!isWithin(root, folder)) return null;
  const top = await realpath(root);
  let at = root;
  for (const name of relative(root, folder).split(sep)) {
    at = join(at, name);
    const real = await realOrNull(at);
    if (real === null) return null;
    if (!isWithin(top, real)) return at;
  }
  return null;
}

/** A link to what is not there leads somewhere all the same, and nothing is made through it. */
async function realOrNull(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Null for a folder that is not there. */
async function namesIn(folder: string): Promise<readonly string[] | null> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The last step is a rename. */
async function makeNew(folder: string, files: Texts, fill: Fill | undefined): Promise<void> {
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  const made = await makeHidden(parent, basename(folder), files, fill);
  await rename(made, folder).catch(async (error: unknown) => {
    await remove(made);
    throw error;
  });
}

/** The folder itself stays: somebody may be in it, and it may be a link. The file by which it is known comes last. */
async function fillFolder(folder: string, files: Texts, fill: Fill | undefined): Promise<void> {
  const made = await makeHidden(folder, 'new', files, fill);
  const names = await readdir(made);
  const moved: string[] = [];
  try {
    for (const name of names.toSorted((a, b) => Number(a === KNOWN_BY) - Number(b === KNOWN_BY))) {
      await rename(join(made, name), join(folder, name));
      moved.push(join(folder, name));
    }
    await rmdir(made);
  } catch (error) {
    for (const path of [...moved, made]) await remove(path);
    throw error;
  }
}

async function makeHidden(
  parent: string,
  name: string,
  files: Texts,
  fill: Fill = async () => undefined,
): Promise<string> {
  const made = join(parent, `.${name}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(made);
    await fill(made);
    for (const [path, text] of files) {
      const full = join(made, ...path.split('/'));
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, text, { flag: 'wx' });
    }
    return made;
  } catch (error) {
    await remove(made);
    throw error;
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

async function moveAside(folder: string, backup: string): Promise<string | null> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? backup : `${backup}-${number}`;
    // A rename would take the place of an empty folder.
    if (((await namesIn(name)) ?? []).length > 0) continue;
    try {
      await rename(folder, name);
      return name;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

export function folderProblem(
  folder: string,
  error: unknown,
  what: 'written' | 'read' = 'written',
): FolderProblem {
  const message = `${folder} cannot be ${what}: ${systemWords(errorCode(error))}`;
  return { reason: 'io', message, remedy: 'Mend that, and try again.' };
}
