import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import { runOn, type Site, type SiteCall } from '../base/clean-dir.ts';
import { orThrow } from '../base/failure.ts';
import { isCommitId } from '../objects/ref-names.ts';
import { absentId } from '../objects/refs.ts';

export interface TreeFile {
  readonly text: string | null;
  /** As git writes it, e.g. `100755`. */
  readonly mode?: string;
}

/** The tree of a commit, or another tree, with some files of it changed; made in an index of its own, which is gone afterwards. */
export async function treeWithFiles(
  site: Site,
  commit: Commit,
  files: ReadonlyMap<string, TreeFile>,
): Promise<string> {
  if (!isCommitId(commit)) throw new Error(`not a commit or tree: ${JSON.stringify(commit)}`);
  const indexFile = join(site.cleanDir, `index-${randomUUID()}`);
  try {
    await told(site, { args: ['read-tree', commit], indexFile });
    const lines: string[] = [];
    for (const [path, file] of files) lines.push(await lineOf(site, path, file));
    await told(site, { args: ['update-index', '-z', '--index-info'], input: lines.join(''), indexFile });
    return await told(site, { args: ['write-tree'], indexFile });
  } finally {
    rmSync(indexFile, { force: true });
    rmSync(`${indexFile}.lock`, { force: true });
  }
}

/** Plain files, by their texts alone. */
export function plainFiles(files: ReadonlyMap<string, string | null>): ReadonlyMap<string, TreeFile> {
  return new Map([...files].map(([path, text]) => [path, { text }]));
}

/** A mode of 0 takes the path out. */
async function lineOf(site: Site, path: string, { text, mode = '100644' }: TreeFile): Promise<string> {
  if (text === null) return `0 ${absentId(site.repository)}\t${path}\0`;
  const id = await told(site, { args: ['hash-object', '-w', '--no-filters', '--stdin'], input: text });
  return `${mode} ${id}\t${path}\0`;
}

async function told(site: Site, call: SiteCall): Promise<string> {
  return orThrow(await runOn(site, call))
    .stdout.toString('latin1')
    .trim();
}
