/**
 * The commits that a merged tree becomes. Whatever the strategy, the last of them has just that tree. The dates are
 * the tip's, and the names are fixed: nothing of the present goes into a commit.
 */

import type { Commit } from '../../core/attempt.ts';
import { unreachable } from '../../core/result.ts';
import type { MergeRequest } from '../../ports/merger.ts';
import { runOn, type Site } from '../base/clean-dir.ts';
import { orThrow } from '../base/failure.ts';
import { parseCommit, splitLines } from '../base/output.ts';
import { parseCommitText } from '../objects/commit-text.ts';
import { writeCommit } from '../objects/commits.ts';
import { readObjects } from '../objects/objects.ts';
import { replayTree, type Side, sideOf } from './tree-merge.ts';

export interface Merged {
  readonly site: Site;
  readonly request: MergeRequest;
  readonly onto: Side;
  readonly tree: string;
  /** Of the tip. */
  readonly date: string;
  /** Of who merges, see `signatureOf`. */
  readonly signature: string;
}

/** A longer line of commits becomes one. */
const MOST_REPLAYED = 100;

export async function writeMerge(merged: Merged): Promise<Commit> {
  const { onto, tip, strategy } = merged.request;
  switch (strategy) {
    case 'merge':
      return (await isMadeAlready(merged)) ? tip : writeOne(merged, parentsOf(merged.request));
    case 'squash':
      return writeOne(merged, [onto]);
    case 'rebase':
      return (await replayAll(merged)) ?? writeOne(merged, [onto]);
    default:
      return unreachable(strategy);
  }
}

/** Of a merge commit. The history of a tip may hold what must not come along. */
export function parentsOf({ onto, tip, since }: MergeRequest): readonly Commit[] {
  return since === undefined ? [onto, tip] : [onto];
}

/** A conflict that was resolved has become this merge when that was done. */
async function isMadeAlready({ site, request }: Merged): Promise<boolean> {
  const [object] = orThrow(await readObjects(site, [request.tip]));
  const [first, ...others] = object == null ? [] : (parseCommit(object.content)?.parents ?? []);
  if (object == null || first !== request.onto || others.length !== 1) return false;
  return parseCommitText(object.content).message.equals(Buffer.from(`${request.message}\n`));
}

async function writeOne(
  { site, request, tree, date, signature }: Merged,
  parents: readonly Commit[],
): Promise<Commit> {
  return orThrow(
    await writeCommit(site, { tree, parents, signature, date, message: `${request.message}\n` }),
  );
}

/**
 * The tip's own commits one by one. Null where that is not possible, or does not come to the merged tree: a merge
 * among them, a conflict on the way that the end has not, or too many.
 */
async function replayAll(merged: Merged): Promise<Commit | null> {
  const { site, request, onto, tree } = merged;
  const own = await ownCommits(site, request);
  if (own === null) return null;
  let current = onto;
  for (const commit of own) {
    const next = await replay(merged, current, commit);
    if (next === null) return null;
    current = next;
  }
  return current.tree === tree ? current.commit : null;
}

/** Oldest first; null when they are no plain line. */
async function ownCommits(site: Site, { onto, tip, since }: MergeRequest): Promise<readonly Commit[] | null> {
  const most = String(MOST_REPLAYED + 1);
  const listed = await runOn(site, {
    args: [
      'rev-list',
      '--topo-order',
      '--reverse',
      '--parents',
      `--max-count=${most}`,
      tip,
      `^${since ?? onto}`,
    ],
  });
  const lines = splitLines(orThrow(listed).stdout).map((line) => line.split(' '));
  const isPlain = lines.length <= MOST_REPLAYED && lines.every((ids) => ids.length === 2);
  return isPlain ? lines.map(([commit = '']) => commit) : null;
}

async function replay({ site, signature }: Merged, onto: Side, commit: Commit): Promise<Side | null> {
  const [object] = orThrow(await readObjects(site, [commit]));
  const header = object == null ? null : parseCommit(object.content);
  const parent = header?.parents[0];
  if (object == null || header === null || parent === undefined) return null;
  const tip = { commit, tree: header.tree, date: header.committed };
  if (parent === onto.commit) return tip;
  const merged = await replayTree(site, await sideOf(site, parent), { onto, tip });
  if (!merged.isClean) return null;
  // Others have done the same meanwhile.
  if (merged.tree === onto.tree) return onto;
  const written = await writeCommit(site, {
    tree: merged.tree,
    parents: [onto.commit],
    signature,
    date: tip.date,
    ...parseCommitText(object.content),
  });
  return { ...tip, commit: orThrow(written), tree: merged.tree };
}
