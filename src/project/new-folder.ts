/** Folders of files that are made whole, or not at all. */

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '../core/result.ts';
import { errorCode } from './write-text.ts';

export interface FolderProblem {
  readonly reason: 'exists' | 'io';
  readonly message: string;
  readonly remedy: string;
}

/** Paths are relative, with forward slashes. A folder that is there must be empty. */
export async function makeFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<Result<void, FolderProblem>> {
  try {
    if ((await namesIn(folder)).length > 0) {
      const message = `${folder} is there already, and not empty`;
      return err({ reason: 'exists', message, remedy: 'Give another folder, or move this one away.' });
    }
    const made = await makeBeside(folder, files);
    await rmdir(folder).catch(() => undefined);
    await rename(made, folder);
    return ok(undefined);
  } catch (error) {
    return err(folderProblem(folder, error));
  }
}

/** In the place of the folder that is there, which gets the other name. Null when there was none. */
export async function replaceFolder(
  folder: string,
  backup: string,
  files: ReadonlyMap<string, string>,
): Promise<Result<string | null, FolderProblem>> {
  try {
    const made = await makeBeside(folder, files);
    const kept = await moveAside(folder, backup);
    await rename(made, folder);
    return ok(kept);
  } catch (error) {
    return err(folderProblem(folder, error));
  }
}

/** None for a folder that is not there. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** A hidden folder beside it: the last step is then a rename. */
async function makeBeside(folder: string, files: ReadonlyMap<string, string>): Promise<string> {
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  const made = join(parent, `.${basename(folder)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(made);
    for (const [path, text] of files) {
      const full = join(made, ...path.split('/'));
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, text, { flag: 'wx' });
    }
    return made;
  } catch (error) {
    await rm(made, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

async function moveAside(folder: string, backup: string): Promise<string | null> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? backup : `${backup}-${number}`;
    // A rename would take the place of an empty folder.
    if ((await namesIn(name)).length > 0) continue;
    try {
      await rename(folder, name);
      return name;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

export function folderProblem(folder: string, error: unknown): FolderProblem {
  const message = `${folder} cannot be written: the system says ${errorCode(error)}`;
  return { reason: 'io', message, remedy: 'Mend that, and try again.' };
}
