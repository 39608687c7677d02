/** Plans that somebody may have meant who named none: where each family has them, and in the folder that was named. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { detectFamily } from '../formats/detect.ts';
import { listingOf, MARKDOWN } from './plan-listing.ts';
import { kindOf } from './read-folder.ts';

const MOST_LOOKED_AT = 200;
const MOST_NAMED = 10;

/** Absolute paths. `repository` is the root above, if there is one. */
export async function knownPlans(named: string, repository: string | null): Promise<readonly string[]> {
  const usual =
    repository === null
      ? []
      : [
          ...(await within(join(repository, 'parallel'))),
          join(repository, '.agent', 'queue'),
          ...(await within(join(repository, '.claude', 'plans'))),
          join(repository, 'MULTI_AGENT_PLAN.md'),
        ];
  const found: string[] = [];
  for (const path of new Set([...(await within(named)), ...usual]))
    if (found.length < MOST_NAMED && (await isPlan(path))) found.push(path);
  return found;
}

async function within(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() || (entry.isFile() && MARKDOWN.test(entry.name)))
    .map(({ name }) => join(folder, name))
    .toSorted()
    .slice(0, MOST_LOOKED_AT);
}

async function isPlan(path: string): Promise<boolean> {
  const kind = await kindOf(path);
  const listing = kind === null ? null : await listingOf(path, kind);
  return listing !== null && detectFamily(listing) !== null;
}
