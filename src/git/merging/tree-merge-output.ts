/** What `git merge-tree` prints. */

import { splitNul } from '../base/output.ts';

export interface TreeMerge {
  readonly tree: string;
  /** Each once; empty for a clean merge. */
  readonly conflicts: readonly string[];
  /** Of the paths in conflict, what the merge base and the two sides have there. */
  readonly stages: readonly MergeStage[];
  readonly messages: readonly MergeMessage[];
}

export interface MergeStage {
  readonly mode: string;
  readonly id: string;
  /** 1: merge base, 2: merged onto, 3: merged. */
  readonly stage: number;
  readonly path: Buffer;
}

export interface MergeMessage {
  /** Stable over versions of git, e.g. `CONFLICT (modify/delete)`. */
  readonly type: string;
  readonly paths: readonly string[];
}

/**
 * `git merge-tree --write-tree -z --messages`, https://git-scm.com/docs/git-merge-tree#OUTPUT :
 * the tree, then the stages of what conflicts up to an empty field, then messages. Null for another shape.
 */
export function parseTreeMerge(output: Buffer): TreeMerge | null {
  const fields = splitNul(output);
  const tree = fields[0]?.toString('latin1') ?? '';
  if (!/^[0-9a-f]{40,64}$/.test(tree)) return null;
  const rest = fields.slice(1);
  const end = rest.findIndex((field) => field.length === 0);
  const stages = (end < 0 ? rest : rest.slice(0, end)).flatMap(parseStage);
  const conflicts = [...new Set(stages.map(({ path }) => path.toString('utf8')))];
  return { tree, conflicts, stages, messages: end < 0 ? [] : parseMessages(rest.slice(end + 1)) };
}

/** Mode, object and stage, a tab, the path. */
function parseStage(field: Buffer): MergeStage[] {
  const tab = field.indexOf(0x09);
  const [mode = '', id = '', stage = ''] = field.toString('latin1', 0, Math.max(0, tab)).split(' ');
  return tab < 0 ? [] : [{ mode, id, stage: Number(stage), path: field.subarray(tab + 1) }];
}

/** Each: how many paths, the paths, the type, the text for people. */
function parseMessages(fields: readonly Buffer[]): MergeMessage[] {
  const messages: MergeMessage[] = [];
  for (let at = 0; at < fields.length; ) {
    const count = Number(fields[at]?.toString('latin1'));
    const type = fields[at + 1 + count]?.toString('latin1');
    if (!Number.isInteger(count) || type === undefined) break;
    messages.push({ type, paths: fields.slice(at + 1, at + 1 + count).map((path) => path.toString('utf8')) });
    at += count + 3;
  }
  return messages;
}
