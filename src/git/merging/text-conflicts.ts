/** What conflicts in a merge of trees: texts that two sides changed, and everything else. */

import type { UnresolvedPath } from '../../core/merge-result.ts';
import type { ConflictedFile, ConflictParts, ResolvedFile } from '../../ports/merger.ts';
import type { Site } from '../base/clean-dir.ts';
import { orThrow } from '../base/failure.ts';
import { readObjects } from '../objects/objects.ts';
import type { MergedTree } from './tree-merge.ts';
import type { MergeStage } from './tree-merge-output.ts';
import { treeWithFiles } from './tree-with-files.ts';

const BOTH_CHANGED = 'CONFLICT (contents)';
const PLAIN_FILES = ['100644', '100755'];
/** A longer file is not taken for a text. */
const MOST_BYTES = 64 * 1024 * 1024;

export async function partsOf(site: Site, merged: MergedTree): Promise<ConflictParts> {
  const others = new Map<string, string>();
  for (const { type, paths } of merged.messages) {
    if (!type.startsWith('CONFLICT') || type === BOTH_CHANGED) continue;
    for (const path of paths) others.set(path, /\((.*)\)/.exec(type)?.[1] ?? type);
  }
  const files: ConflictedFile[] = [];
  for (const [path, stages] of stagesByPath(merged)) {
    if (others.has(path)) continue;
    const file = isPlain(stages, path) ? await fileOf(site, path, stages) : null;
    if (file === null) others.set(path, 'not two versions of one text file');
    else files.push(file);
  }
  return { files, others: [...others].map(([path, reason]): UnresolvedPath => ({ path, reason })) };
}

/** The merged tree with texts in place of all that conflicts; null where they are not for just that. */
export async function resolvedTree(
  site: Site,
  merged: MergedTree,
  resolved: readonly ResolvedFile[],
): Promise<string | null> {
  if (resolved.length === 0) return null;
  const { files, others } = await partsOf(site, merged);
  const wanted = new Set(files.map(({ path }) => path));
  const texts = new Map(resolved.map(({ path, text }) => [path, text]));
  if (others.length > 0 || texts.size !== wanted.size || [...texts.keys()].some((path) => !wanted.has(path)))
    return null;
  const stages = stagesByPath(merged);
  const changed = [...texts].map(([path, text]) => {
    const mode = stages.get(path)?.[0]?.mode;
    return [path, mode === undefined ? { text } : { text, mode }] as const;
  });
  return treeWithFiles(site, merged.tree, new Map(changed));
}

function stagesByPath({ stages }: MergedTree): ReadonlyMap<string, readonly MergeStage[]> {
  const found = new Map<string, MergeStage[]>();
  for (const stage of stages) {
    const path = stage.path.toString('utf8');
    found.set(path, [...(found.get(path) ?? []), stage]);
  }
  return found;
}

/** Both have it, as a file of one mode, under a name that is text. */
function isPlain(stages: readonly MergeStage[], path: string): boolean {
  const [mode = ''] = stages.map((stage) => stage.mode);
  const numbers = stages.map(({ stage }) => stage);
  const isAlike = stages.every((stage) => stage.mode === mode && stage.path.equals(Buffer.from(path)));
  return isAlike && PLAIN_FILES.includes(mode) && numbers.includes(2) && numbers.includes(3);
}

async function fileOf(
  site: Site,
  path: string,
  stages: readonly MergeStage[],
): Promise<ConflictedFile | null> {
  const ids = stages.toSorted((one, other) => one.stage - other.stage).map(({ id }) => id);
  const objects = orThrow(await readObjects(site, ids));
  const texts = objects.map((object) => (object?.type === 'blob' ? textOf(object.content) : null));
  if (texts.includes(null)) return null;
  const [theirs, ours, base = null] = texts.toReversed();
  return ours == null || theirs == null ? null : { path, base, ours, theirs };
}

/** Null for what is no text in UTF-8. */
function textOf(content: Buffer): string | null {
  if (content.length > MOST_BYTES || content.includes(0)) return null;
  const text = content.toString('utf8');
  return Buffer.from(text).equals(content) ? text : null;
}
