/** Copies what is in a plan's folder, byte by byte. No link is followed out of it. */

import { constants } from 'node:fs';
import { access, copyFile, cp, lstat, mkdir, readdir, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { isWithin } from './read-folder.ts';

export interface FolderCopy {
  /** Absolute. */
  readonly from: string;
  /** Of what is directly in it. */
  readonly names: readonly string[];
}

/** Names that a manifest's own files have, or the folders that they are in. */
const OWN: ReadonlySet<string> = new Set([
  'manifest.json',
  'context.md',
  'architecture.md',
  'task-graph.md',
  'tasks',
  'prompts',
  'contracts',
]);
/** What runs and integrations leave. */
const LEFT: ReadonlySet<string> = new Set([
  'logs',
  'report.json',
  'execution-report.md',
  'integration-report.md',
]);

/** What of a manifest's folder is a part of the plan. Where it is a whole repository, that is the plan's own files alone. */
export async function copyOf(
  from: string,
  to: string,
): Promise<{ readonly copy: FolderCopy; readonly others: readonly string[] }> {
  const found = (await readdir(from, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const isRepository = found.some(({ name }) => name === '.git');
  const holder = isWithin(from, to) ? relative(from, to).split(sep)[0] : undefined;
  const isPart = (name: string): boolean =>
    OWN.has(name) || (!isRepository && !LEFT.has(name) && name !== holder);
  const names = found.map(({ name }) => name).filter(isPart);
  const others = found.flatMap((entry) => {
    if (isPart(entry.name) || entry.name === holder) return [];
    return [entry.isDirectory() ? `${entry.name}/` : entry.name];
  });
  return { copy: { from, names }, others };
}

/** The value names what is left out, from the folder: what may not be read, and links that stand for no file of it. */
export async function copyInto(folder: string, { from, names }: FolderCopy): Promise<readonly string[]> {
  const root = await realpath(from);
  const left: string[] = [];
  const links: string[] = [];
  const isPlain = async (path: string): Promise<boolean> => {
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) links.push(path);
    else if ((stats.isFile() || stats.isDirectory()) && (await mayRead(path))) return true;
    else left.push(path);
    return false;
  };
  for (const name of names)
    await cp(join(from, name), join(folder, name), {
      recursive: true,
      errorOnExist: true,
      force: false,
      filter: isPlain,
    });
  for (const path of links) {
    const target = await fileBehind(path, root);
    const copy = join(folder, relative(from, path));
    if (target === null) left.push(path);
    else {
      await mkdir(dirname(copy), { recursive: true });
      await copyFile(target, copy, constants.COPYFILE_EXCL);
    }
  }
  return left.map((path) => relative(from, path).split(sep).join('/')).toSorted();
}

async function mayRead(path: string): Promise<boolean> {
  return await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** A regular file in the folder that a link leads to; null for anything else. */
async function fileBehind(path: string, root: string): Promise<string | null> {
  try {
    const target = await realpath(path);
    const isFile = (await lstat(target)).isFile();
    return isFile && isWithin(root, target) && (await mayRead(target)) ? target : null;
  } catch {
    return null;
  }
}
