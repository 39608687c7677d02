/** Reads the texts of a plan's folder, with bounds: a plan may come from anywhere. */

import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { err, ok, type Result } from '../core/result.ts';
import type { PlanFiles } from '../formats/plan-files.ts';
import { NOT_THERE, systemWords } from './system-error.ts';

export interface FolderLimits {
  /** Bytes of one file. */
  readonly file: number;
  /** Bytes of all files together. */
  readonly total: number;
  /** Names looked at, those that are not read included. */
  readonly names: number;
  /** Folders within folders. */
  readonly depth: number;
}

export const FOLDER_LIMITS: FolderLimits = { file: 2_000_000, total: 256_000_000, names: 100_000, depth: 6 };

const AT_ONCE = 16;
const SMALLEST_CHUNK = 65_536;

interface Found {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  readonly isLink: boolean;
}

/** What `wants` refuses is not opened; the path of a folder ends in a slash. A file that cannot be read is told of and the others are read. */
export async function readFolder(
  folder: string,
  wants: (path: string) => boolean,
  limits: FolderLimits = FOLDER_LIMITS,
): Promise<PlanFiles> {
  const unreadable = new Map<string, string>();
  const found = await findFiles(folder, { wants, limits, unreadable });
  const texts = new Map<string, string>();
  let left = limits.total;
  for (let index = 0; index < found.length; index += AT_ONCE) {
    const batch = found.slice(index, index + AT_ONCE);
    const read = await Promise.all(batch.map((file) => readInside(folder, file, limits.file)));
    for (const [position, { path }] of batch.entries()) {
      const result = read[position];
      if (result?.ok !== true) {
        unreadable.set(path, result?.error ?? 'it was not read');
      } else if (result.value.length > left) {
        unreadable.set(path, `the plan's files are together larger than ${limits.total} bytes`);
      } else {
        left -= result.value.length;
        texts.set(path, result.value);
      }
    }
  }
  return { files: texts, unreadable };
}

/** The text of one file, `limit` bytes at most; the error is the reason in words. */
export async function readText(path: string, limit: number): Promise<Result<string, string>> {
  let handle: FileHandle | undefined;
  try {
    // Without the flag, opening a named pipe would wait for its writer.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await handle.stat();
    if (!stats.isFile()) return err('it is no regular file');
    const bytes = await readAtMost(handle, { expected: stats.size, limit });
    if (bytes.length > limit) return err(`it is larger than ${limit} bytes`);
    const line = lineOfOtherBytes(bytes);
    if (line !== null) return err(`it is no UTF-8 text (line ${line})`);
    return ok(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  } catch (error) {
    return err(reasonOf(error));
  } finally {
    await handle?.close();
  }
}

/** The first line that is no UTF-8; null for a text. No character of UTF-8 but the line feed itself has its byte. */
function lineOfOtherBytes(bytes: Buffer): number | null {
  if (isUtf8(bytes)) return null;
  let line = 1;
  for (let start = 0; ; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}

/** One byte more than the limit says that there is more. The size is a hint: a file can grow while it is read. */
async function readAtMost(
  handle: FileHandle,
  { expected, limit }: { readonly expected: number; readonly limit: number },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for (let size = expected + 1; length <= limit; size = SMALLEST_CHUNK) {
    const chunk = Buffer.allocUnsafe(Math.min(size, limit + 1 - length));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    length += bytesRead;
  }
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!('code' in error)) return error.message;
  // What would lie below a file is not there.
  return error.code === 'ENOTDIR' ? NOT_THERE : systemWords(String(error.code));
}

interface Search {
  readonly wants: (path: string) => boolean;
  readonly limits: FolderLimits;
  readonly unreadable: Map<string, string>;
}

interface Open {
  /** Empty, or with a slash at its end. */
  readonly path: string;
  readonly depth: number;
}

/** Breadth first, in the order of names. */
async function findFiles(folder: string, search: Search): Promise<readonly Found[]> {
  const { limits, unreadable } = search;
  const found: Found[] = [];
  let seen = 0;
  const open: Open[] = [{ path: '', depth: 0 }];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const names = await namesIn(join(folder, next.path));
    if (!names.ok) {
      unreadable.set(next.path, names.error);
      continue;
    }
    for (const { name, isFolder, isLink } of names.value) {
      seen += 1;
      if (seen > limits.names) {
        unreadable.set(next.path, `the folder holds more than ${limits.names} files`);
        return found;
      }
      const file = { path: `${next.path}${name}`, isLink };
      if (!isFolder && search.wants(file.path)) found.push(file);
      else if (isFolder) open.push(...foldersOf(file, next.depth + 1, search));
      else if (isLink) await tellLinkedFolder(folder, file, search);
    }
  }
  return found;
}

/** What has the name of a file of the plan is none of its folders, and would not be missed. */
function foldersOf({ path }: Found, depth: number, { wants, limits, unreadable }: Search): readonly Open[] {
  const inner = { path: `${path}/`, depth };
  if (!wants(inner.path)) {
    if (wants(path)) unreadable.set(path, 'it is a folder');
    return [];
  }
  if (depth <= limits.depth) return [inner];
  unreadable.set(inner.path, `it lies deeper than ${limits.depth} folders`);
  return [];
}

async function tellLinkedFolder(
  folder: string,
  { path }: Found,
  { wants, unreadable }: Search,
): Promise<void> {
  if (wants(`${path}/`) && (await kindOf(join(folder, path))) === 'folder')
    unreadable.set(`${path}/`, 'it is a link to a folder, and such links are not followed');
}

interface Name {
  readonly name: string;
  readonly isFolder: boolean;
  readonly isLink: boolean;
}

async function namesIn(folder: string): Promise<Result<readonly Name[], string>> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.map((entry) => ({
      name: entry.name,
      isFolder: entry.isDirectory(),
      isLink: entry.isSymbolicLink(),
    }));
    return ok(names.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
  } catch (error) {
    return err(reasonOf(error));
  }
}

/** A link may stand for another file of the folder, and for nothing outside it. */
async function readInside(
  folder: string,
  { path, isLink }: Found,
  limit: number,
): Promise<Result<string, string>> {
  if (!isLink) return await readText(join(folder, path), limit);
  return (await readPresent(folder, path, limit)) ?? err(NOT_THERE);
}

/** As `readLinked`; null when there is nothing at the path, not even a link. */
export async function readPresent(
  folder: string,
  path: string,
  limit: number,
): Promise<Result<string, string> | null> {
  const text = await readLinked(folder, path, limit);
  if (text.ok || text.error !== NOT_THERE) return text;
  const isLink = await lstat(join(folder, path)).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  return isLink ? err('it is a link to what is not there') : null;
}

/** The text of a file of the folder, of which each part of the path may be a link to another place in the folder. */
export async function readLinked(
  folder: string,
  path: string,
  limit: number,
): Promise<Result<string, string>> {
  const full = join(folder, path);
  try {
    const [root, target] = await Promise.all([realpath(folder), realpath(full)]);
    if (!isWithin(root, target)) {
      return err('it is a link that leads out of the folder');
    }
    return await readText(target, limit);
  } catch (error) {
    return err(reasonOf(error));
  }
}

/** By their words alone; whether links lead elsewhere is not looked at. */
export function isWithin(root: string, path: string): boolean {
  const inside = relative(root, path);
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}

/** Null when there is nothing at the path, or nothing that may be looked at. */
export async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  try {
    const stats = await lstat(await realpath(path));
    if (stats.isDirectory()) return 'folder';
    return stats.isFile() ? 'file' : null;
  } catch {
    return null;
  }
}
