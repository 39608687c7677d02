/** Plans that somebody may have meant who named none: where each family has them, and in and around what was named. */

import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { detectFamily } from '../formats/detect.ts';
import { listingOf, MARKDOWN } from './plan-listing.ts';
import { isWithin, kindOf } from './read-folder.ts';

const MOST_LOOKED_AT = 200;
const MOST_NAMED = 10;

export interface KnownPlans {
  /** Absolute. */
  readonly paths: readonly string[];
  /** There are others. */
  readonly isCut: boolean;
}

/** `repository` is the root above, if there is one. */
export async function knownPlans(named: string, repository: string | null): Promise<KnownPlans> {
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
  for (const path of new Set([...(await within(named)), ...around(named, repository), ...usual]))
    if (found.length <= MOST_NAMED && (await isPlan(path))) found.push(path);
  return { paths: found.slice(0, MOST_NAMED), isCut: found.length > MOST_NAMED };
}

/** Whoever names a task's file, or the folder of tasks, may mean the plan that it belongs to. */
function around(named: string, repository: string | null): readonly string[] {
  const above = [dirname(named), dirname(dirname(named))];
  return above.filter((path) => repository !== null && path !== repository && isWithin(repository, path));
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
  if (listing === null) return false;
  const family = detectFamily(listing);
  // Web applications have a file of that name, too.
  const hasTasks =
    family?.format !== 'manifest' || (listing.kind === 'folder' && listing.names.includes('tasks/'));
  return family !== null && hasTasks;
}
