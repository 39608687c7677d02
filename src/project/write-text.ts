/** Writing one file of the user's: whole or not at all. */

import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '../core/result.ts';
import { errorCode, systemWords } from './system-error.ts';

export interface WriteProblem {
  readonly reason: 'no-folder' | 'read-only' | 'no-space' | 'io';
  /** Absolute. */
  readonly path: string;
  /** Ends with what to do. */
  readonly message: string;
}

/**
 * Replaces the file by a rename within its folder, so that readers see the old text or the new. A symbolic link of
 * that name is replaced, not followed. The folder must exist. Without a mode it is that of any new file.
 */
export async function writeText(
  path: string,
  text: string | Uint8Array,
  mode?: number,
): Promise<Result<string, WriteProblem>> {
  const temporary = temporaryBeside(path);
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    if (mode !== undefined) await chmod(temporary, mode);
    await rename(temporary, path);
    return ok(path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return err(writeProblem(path, error));
  }
}

/**
 * The same for a text of the user's, as long as the file still holds what was read; false when it does not. Between the
 * last look and the rename another writer has microseconds.
 */
export async function replaceText(
  path: string,
  { before, text, mode }: { readonly before: string; readonly text: string; readonly mode: number },
): Promise<Result<boolean, WriteProblem>> {
  const temporary = temporaryBeside(path);
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await chmod(temporary, mode & 0o777);
    const now = await readFile(path);
    const isSame = now.equals(Buffer.from(before));
    if (isSame) await rename(temporary, path);
    else await rm(temporary);
    return ok(isSame);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return err(writeProblem(path, error));
  }
}

/** A file that is not there yet, which another process may be making at the same time: false when there is one. */
export async function createText(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    // Half of a file would be taken for the user's the next time.
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/** Turns what a file operation threw into a problem; what is no error of the system is thrown again. */
export function writeProblem(path: string, error: unknown): WriteProblem {
  const code = errorCode(error);
  const { reason, why, remedy } = causeOf(code);
  return {
    reason,
    path,
    message: `${path} cannot be written: ${why}; ${remedy}, then try again`,
  };
}

function causeOf(code: string): {
  readonly reason: WriteProblem['reason'];
  readonly why: string;
  readonly remedy: string;
} {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { reason: 'no-folder', why: 'its folder is gone', remedy: 'bring the folder back' };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return { reason: 'read-only', why: 'the folder is read-only', remedy: 'make it writable' };
    case 'ENOSPC':
    case 'EDQUOT':
      return { reason: 'no-space', why: 'the disk is full', remedy: 'free some space' };
    default:
      return { reason: 'io', why: systemWords(code), remedy: 'mend that' };
  }
}
