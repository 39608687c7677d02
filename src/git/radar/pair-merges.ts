/** Merges of many pairs of commits by one process, of which only the conflicts are wanted. */

import { rmSync, writeFileSync } from 'node:fs';

import type { Commit } from '../../core/attempt.ts';
import { ok, type Result } from '../../core/result.ts';
import { runOn, type Site } from '../base/clean-dir.ts';
import { splitNul } from '../base/output.ts';
import type { GitProblem } from '../base/runner.ts';
import { readObjects } from '../objects/objects.ts';
import type { RadarStore } from './radar-store.ts';

export type CommitPair = readonly [Commit, Commit];

/** How often git may break off at a pair that it cannot merge at all. */
const MOST_BREAKS = 5;

/**
 * The conflicting paths of each pair, none for a clean merge; null for one that git cannot merge. Attributes are those
 * that `tip` has at its top, as in the merge itself.
 */
export async function mergePairs(
  site: Site,
  store: RadarStore,
  { pairs, tip }: { readonly pairs: readonly CommitPair[]; readonly tip: Commit },
): Promise<Result<readonly (readonly string[] | null)[], GitProblem>> {
  const attributes = store.file('attributes');
  const read = await readObjects(site, [`${tip}:.gitattributes`]);
  if (!read.ok) return read;
  const [object] = read.value;
  const results: (readonly string[] | null)[] = [];
  try {
    if (object?.type === 'blob') writeFileSync(attributes, object.content);
    for (let breaks = 0; results.length < pairs.length && breaks <= MOST_BREAKS; breaks += 1) {
      const left = pairs.slice(results.length);
      const ran = await runOn(site, {
        args: ['merge-tree', '--stdin', '--name-only', '--no-messages'],
        codes: [0, 128],
        config: [['core.attributesFile', object?.type === 'blob' ? attributes : '/dev/null']],
        input: left.map((pair) => `${pair.join(' ')}\n`).join(''),
      });
      if (!ran.ok) return ran;
      store.wrote(left.length, 0);
      results.push(...parseMerges(ran.value.stdout).slice(0, left.length));
      // It broke off at the next one.
      if (results.length < pairs.length) results.push(null);
    }
  } finally {
    rmSync(attributes, { force: true });
  }
  return ok(pairs.map((_, at) => results[at] ?? null));
}

/**
 * `git merge-tree --stdin --name-only --no-messages`: for each pair `1` if it is clean, the tree, the conflicted names,
 * an empty field. https://git-scm.com/docs/git-merge-tree#_input_format . A last one that was cut off is left out.
 */
export function parseMerges(output: Buffer): (readonly string[])[] {
  const merges: (readonly string[])[] = [];
  let fields: Buffer[] = [];
  for (const field of splitNul(output)) {
    const isEnd = fields.length >= 2 && field.length === 0;
    if (!isEnd) {
      fields.push(field);
      continue;
    }
    const names = fields.slice(2).map((name) => name.toString('utf8'));
    merges.push([...new Set(names)].sort());
    fields = [];
  }
  return merges;
}
