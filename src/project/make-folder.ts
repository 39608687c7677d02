import { lstat, mkdir } from 'node:fs/promises';
import { err, ok, type Result } from '../core/result.ts';
import { errorCode } from './system-error.ts';
import { type WriteProblem, writeProblem } from './write-text.ts';

/** Makes a folder in one that is there. A link in its place could lead anywhere, and is refused. The value: it is new. */
export async function makeFolder(folder: string): Promise<Result<boolean, WriteProblem>> {
  try {
    await mkdir(folder);
    return ok(true);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') return err(writeProblem(folder, error));
    const found = await lstat(folder);
    if (found.isDirectory()) return ok(false);
    const message = `${folder} is no folder; move it away, and try again`;
    return err({ reason: 'io', path: folder, message });
  }
}
