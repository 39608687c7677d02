/** Merging trees on git's objects, by the attributes of what is merged onto. */

import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import { runOn, type Site } from '../base/clean-dir.ts';
import { orThrow } from '../base/failure.ts';
import { parseCommit } from '../base/output.ts';
import type { GitOutput } from '../base/runner.ts';
import { writeCommit } from '../objects/commits.ts';
import { countLine, readObjects } from '../objects/objects.ts';
import { parseTreeMerge, type TreeMerge } from './tree-merge-output.ts';

type Tree = Omit<Side, 'date'>;

export interface Side {
  readonly commit: Commit;
  readonly tree: string;
  /** When it was committed: seconds since the epoch and the zone. */
  readonly date: string;
}

export interface MergedTree extends TreeMerge {
  readonly isClean: boolean;
}

/** Of a commit that nothing but git sees. */
const NOBODY = 'Coxswain <coxswain>';

/** Commits above which a tip is not looked at whether it stands on what it is merged onto. */
const SHORT_LINE = 5;

/** Of each, what both have in common is what their histories say. */
export async function mergeTrees(site: Site, onto: Tree, tip: Tree): Promise<MergedTree> {
  // What was made on top of it takes its place, whatever is in it.
  const line = { base: onto.commit, tip: tip.commit, most: SHORT_LINE };
  if (orThrow(await countLine(site, line)) !== null) return cleanly(tip.tree);
  return runMergeTree(site, onto.commit, tip.commit);
}

function cleanly(tree: string): MergedTree {
  return { tree, conflicts: [], stages: [], messages: [], isClean: true };
}

/** What the tip changes against `base`, done to another tree: its history is not asked. */
export async function replayTree(site: Site, base: Tree, { onto, tip }: Sides): Promise<MergedTree> {
  if (base.tree === onto.tree) return cleanly(tip.tree);
  // Its one parent is the base, so that git finds no other one.
  const stand = { tree: onto.tree, parents: [base.commit], signature: NOBODY, date: '0 +0000', message: '' };
  return runMergeTree(site, orThrow(await writeCommit(site, stand)), tip.commit);
}

interface Sides {
  readonly onto: Tree;
  readonly tip: Tree;
}

/** The commit with its tree. Rejects where there is none. */
export async function sideOf(site: Site, commit: Commit): Promise<Side> {
  const [read] = orThrow(await readObjects(site, [commit]));
  const header = read?.type === 'commit' ? parseCommit(read.content) : null;
  if (header !== null) return { commit, tree: header.tree, date: header.committed };
  return orThrow({
    ok: false,
    error: { argv: ['git', 'cat-file'], cwd: site.cleanDir, code: 0, stderr: `no commit ${commit}` },
  });
}

/**
 * The merge itself, with the attributes that `onto` has at its top (`merge=union` for a change log, say). Of a
 * driver that git does not have built in only the name is there, and the file is merged as text.
 */
async function runMergeTree(site: Site, onto: Commit, tip: Commit): Promise<MergedTree> {
  const [attributes] = orThrow(await readObjects(site, [`${onto}:.gitattributes`]));
  const content = attributes?.type === 'blob' ? attributes.content : null;
  const file = content === null ? null : join(site.cleanDir, `attributes-${randomUUID()}`);
  if (file !== null && content !== null) await writeFile(file, content);
  try {
    const output: GitOutput = orThrow(
      await runOn(site, {
        args: ['merge-tree', '--write-tree', '-z', '--messages', onto, tip],
        codes: [0, 1],
        config: [['core.attributesFile', file ?? '/dev/null']],
      }),
    );
    const merged = parseTreeMerge(output.stdout);
    if (merged === null) throw new Error(`git merge-tree gave no tree for ${onto} and ${tip}`);
    return { ...merged, isClean: output.code === 0 };
  } finally {
    if (file !== null) await rm(file, { force: true });
  }
}
