import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { err, type Result } from '../core/result.ts';
import { withLock } from './lock.ts';

/** A hundred others may have a large checkout written before it is one's turn. */
const LONGEST_MS = 10 * 60_000;

/** Locks of files that lie anywhere, in a folder that everybody who wants them knows. The error is for people. */
export function fileLocks(
  folder: string,
): <T>(file: string, work: () => Promise<T>) => Promise<Result<T, string>> {
  return async (file, work) => {
    const name = createHash('sha256').update(file).digest('hex').slice(0, 32);
    const done = await withLock(join(folder, 'locks', `${name}.lock`), work, { timeoutMs: LONGEST_MS });
    if (done.ok) return done;
    const { error } = done;
    return err(error.reason === 'unusable' ? error.detail : `another process works on ${file} for too long`);
  };
}
