import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { err, type Result } from '../core/result.ts';
import { type WriteProblem, writeProblem } from './write-text.ts';

/** Files of ours that an earlier run has left; one is a problem for each that cannot be removed. Through no link. */
export async function removeFiles(
  folder: string,
  names: readonly string[],
): Promise<Result<never, WriteProblem>[]> {
  const found = await lstat(folder).catch(() => null);
  if (found?.isDirectory() !== true) return [];
  const problems: Result<never, WriteProblem>[] = [];
  for (const name of names) {
    const path = join(folder, name);
    await rm(path, { force: true }).catch((error: unknown) => {
      problems.push(err(writeProblem(path, error)));
    });
  }
  return problems;
}
