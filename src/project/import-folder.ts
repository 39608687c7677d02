/** Writes any plan as a manifest folder. */

import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Finding } from '../core/finding.ts';
import { err, ok, type Result } from '../core/result.ts';
import { isManifestFile } from '../formats/manifest/read-manifest.ts';
import {
  type Imported,
  type ImportPlace,
  importPlan,
  type ToImport,
} from '../formats/manifest/write/import-plan.ts';
import { keepManifest } from '../formats/manifest/write/keep-manifest.ts';
import type { ManifestFacts } from '../formats/manifest/write/write-manifest.ts';
import { isConvention } from './conventions.ts';
import { copyInto, copyOf, type FolderCopy } from './copy-folder.ts';
import { type FolderProblem, folderProblem, makeNewFolder } from './new-folder.ts';
import { FOLDER_LIMITS, isWithin, kindOf, readFolder, readText } from './read-folder.ts';
import { repositoryAbove } from './repository-above.ts';

export interface ImportRequest extends ToImport {
  /** Absolute path of where the plan lies, and whether that is a manifest folder; absent for a new plan. */
  readonly from?: { readonly path: string; readonly isManifest: boolean };
  /** Absolute path of a folder that does not exist, or is empty. */
  readonly folder: string;
  /** The repository's, or of the current folder where there is none. */
  readonly root: string;
  /** What commands in the files call it. */
  readonly shown: string;
  readonly facts: ManifestFacts;
}

export interface ImportedFolder {
  readonly files: readonly string[];
  /** What is not as it was in the plan. */
  readonly changes: readonly string[];
}

export type ImportProblem =
  | FolderProblem
  /** The findings say what no manifest can hold. */
  | { readonly reason: 'unfit'; readonly findings: readonly Finding[] };

export async function importFolder(request: ImportRequest): Promise<Result<ImportedFolder, ImportProblem>> {
  const { from, shown, facts } = request;
  const place = { folder: shown, facts, ...(await around(request)) };
  if (from?.isManifest === true) return await copyPlan(request, from.path, place);
  const imported = importPlan(request, place);
  if (!imported.ok) return err({ reason: 'unfit', findings: imported.error });
  const { files, ...rest } = imported.value;
  return await write(request, { ...rest, files: new Map([...files, ...(await asItWas(from?.path))]) });
}

/** Of a plan in one file: what it says outside of its tasks stands nowhere else. */
const AS_IT_WAS = 'imported-plan.md';

async function asItWas(path: string | undefined): Promise<readonly (readonly [string, string])[]> {
  if (path === undefined || (await kindOf(path)) !== 'file') return [];
  const text = await readText(path, FOLDER_LIMITS.file);
  return text.ok ? [[AS_IT_WAS, text.value]] : [];
}

/** A repository's own texts are read again with every plan that lies in it. */
async function around({ plan, from, folder }: ImportRequest): Promise<Pick<ImportPlace, 'around'>> {
  const home = from === undefined ? null : await repositoryAbove(from.path);
  if (home === null || home !== (await repositoryAbove(folder))) return {};
  const texts = (isWanted: (path: string) => boolean): ReadonlyMap<string, string> =>
    new Map(plan.context.filter(({ path }) => isWanted(path)).map(({ path, text }) => [path, text]));
  return {
    around: {
      repositoryFiles: texts(isConvention),
      agentFiles: { files: texts((path) => path.startsWith('.claude/')) },
    },
  };
}

async function copyPlan(
  request: ImportRequest,
  source: string,
  place: ImportPlace,
): Promise<Result<ImportedFolder, ImportProblem>> {
  const { folder, root } = request;
  if (isWithin(source, folder) && isManifestFile(`${relative(source, folder).split(sep)[0]}/`)) {
    const message = `${folder} lies among the files of the plan itself`;
    return err({ reason: 'exists', message, remedy: 'Give a folder beside the plan.' });
  }
  try {
    const { copy, others } = await copyOf(source, folder);
    const read = await readFolder(source, isManifestFile);
    const isThere = (path: string): boolean => read.files.has(path) || read.unreadable?.has(path) === true;
    const has = (path: string): boolean => (path.includes('/') ? isThere(path) : copy.names.includes(path));
    const kept = keepManifest(request, { ...read, has }, place);
    if (!kept.ok) return err({ reason: 'unfit', findings: kept.error });
    const names = copy.names.filter((name) => !kept.value.files.has(name));
    const left = others.map((name) => `${name} is not copied: it is no part of the plan`);
    const changes = [...kept.value.changes, ...left];
    return await write({ folder, root, copy: { ...copy, names } }, { ...kept.value, changes });
  } catch (error) {
    return err(folderProblem(source, error, 'read'));
  }
}

interface Target extends Pick<ImportRequest, 'folder' | 'root'> {
  readonly copy?: FolderCopy;
}

async function write(
  { folder, root, copy }: Target,
  { files, changes }: Imported,
): Promise<Result<ImportedFolder, ImportProblem>> {
  const notCopied: string[] = [];
  const fill = async (made: string): Promise<void> => {
    if (copy !== undefined) notCopied.push(...(await copyInto(made, copy)));
  };
  const made = await makeNewFolder(folder, files, root, fill);
  if (!made.ok) return made;
  const why = 'it cannot be read, or is a link that stands for no file of the plan';
  return ok({
    files: await filesIn(folder),
    changes: [...changes, ...notCopied.map((path) => `${path} is not copied: ${why}`)],
  });
}

/** From the folder, with forward slashes. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
}
