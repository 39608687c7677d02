/** Where the views of a run are written. */

import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import type { PlanFormat } from '../core/plan.ts';
import { ok, type Result } from '../core/result.ts';
import { makeFolder } from './make-folder.ts';
import { type WriteProblem, writeText } from './write-text.ts';

/**
 * The folder of a manifest, which has its place for them; for any other plan a folder beside it: `PLAN-run` for
 * `PLAN.md`, `queue-run` for the items in `queue`, where every file is an item. Where a queue is the whole checkout, nothing
 * beside it is the project's, and the folder lies within.
 */
export function outputFolder(source: string, format: PlanFormat): string {
  switch (format) {
    case 'manifest':
      return source;
    case 'queue':
      return existsSync(join(source, '.git')) ? join(source, 'queue-run') : `${source}-run`;
    case 'auto':
    case 'plan-md':
      return join(dirname(source), `${basename(source, extname(source))}-run`);
  }
}

/** Makes the folder beside a plan, so that git ignores what is in it. */
export async function makeOutputFolder(folder: string): Promise<Result<void, WriteProblem>> {
  const made = await makeFolder(folder);
  if (!made.ok) return made;
  if (!made.value) return ok(undefined);
  const ignored = await writeText(join(folder, '.gitignore'), '*\n');
  return ignored.ok ? ok(undefined) : ignored;
}
