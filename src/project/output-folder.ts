/** Where the views of a run are written. */

import { lstat, mkdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { PlanFormat } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import { errorCode, type WriteProblem, writeProblem, writeText } from './write-text.ts';

/** The plan's own folder; for a plan that is a file a folder beside it, `PLAN-run` for `PLAN.md`. */
export function outputFolder(source: string, format: PlanFormat): string {
  switch (format) {
    case 'manifest':
    case 'queue':
      return source;
    case 'auto':
    case 'plan-md':
      return join(dirname(source), `${basename(source, extname(source))}-run`);
  }
}

/** Makes the folder beside a plan that is a file, so that git ignores what is in it. */
export async function makeOutputFolder(folder: string): Promise<Result<void, WriteProblem>> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') return err(writeProblem(folder, error));
    const found = await lstat(folder);
    // A link could lead anywhere.
    if (found.isDirectory()) return ok(undefined);
    const message = `${folder} is no folder; move it away, and write the report again`;
    return err({ reason: 'io', path: folder, message });
  }
  const ignored = await writeText(join(folder, '.gitignore'), '*\n');
  return ignored.ok ? ok(undefined) : ignored;
}
