/**
 * Files of the user's checkout that git does not track and an agent needs: environment files, `.claude/`.
 * They are compared with their source before each start. They may hold secrets, so no commit gets them.
 */

import { createHash } from 'node:crypto';
import {
  type Dirent,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

import type { RawPath } from '../base/output.ts';
import { isRecord, keepWhole, readJson } from '../base/small-files.ts';
import { makeWritable, type Removal } from './removal.ts';

export interface CopySource {
  /** Top of the checkout. */
  readonly top: string;
  /** Paths from the top; `*` stands for any part of a name. A folder stands for all that is in it. */
  readonly patterns: readonly string[];
}

export interface Copied {
  /** From the top, with forward slashes. */
  readonly path: string;
  /** SHA-256 of the content, or of the target of a link. */
  readonly hash: string;
}

/** Made by agents and by pools in `.claude/`; some hold whole checkouts, others tell of the checkout's own session. */
const NEVER_COPIED = new Set([
  '.git',
  'worktrees',
  'worktree-pool',
  'node_modules',
  'pool-state.json',
  'auto-state-machine.yaml',
  'auto-progress.yaml',
  'auto-memory',
]);
/** Pictures of the last look, for people; those of the baseline are needed. */
const PICTURES = new Set(['.claude/screenshots/current', '.claude/screenshots/diff']);
const MOST_FILES = 5_000;
const LARGEST_FILE = 16 * 1024 * 1024;

/** What the patterns mean now, sorted. Whether git tracks them is not looked at. */
export function listCandidates({ top, patterns }: CopySource): string[] {
  const found: string[] = [];
  for (const pattern of patterns) {
    const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.length > 0 && !parts.includes('..')) expand(top, '', parts, found);
  }
  return [...new Set(found)].sort();
}

function expand(top: string, folder: string, parts: readonly string[], found: string[]): void {
  const [part, ...rest] = parts;
  if (part === undefined) return collect(top, folder, found);
  const matches = new RegExp(
    `^${part
      .split(/\*+/)
      .map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
  for (const entry of readFolder(join(top, folder))) {
    const { name } = entry;
    // A folder that is a link may be the repository's, and lead to files that nobody meant to hand out.
    const leadsOn = rest.length === 0 || entry.isDirectory();
    if (name !== '.git' && leadsOn && matches.test(name))
      expand(top, folder === '' ? name : `${folder}/${name}`, rest, found);
  }
}

function collect(top: string, path: string, found: string[]): void {
  if (found.length >= MOST_FILES || PICTURES.has(path)) return;
  const stat = lstatSync(join(top, path), { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isSymbolicLink() || (stat.isFile() && stat.size <= LARGEST_FILE)) {
    found.push(path);
  } else if (stat.isDirectory()) {
    const entries = readFolder(join(top, path));
    if (entries.some((entry) => entry.name === '.git')) return;
    for (const entry of entries) {
      if (!NEVER_COPIED.has(entry.name)) collect(top, `${path}/${entry.name}`, found);
    }
  }
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

type Content =
  | { readonly is: 'file'; readonly bytes: Buffer; readonly mode: number }
  /** The target is absolute: a relative one would mean something else in a slot. */
  | { readonly is: 'link'; readonly target: string };

/**
 * Makes the slot's copies equal to their sources. Gives what is there now; a source that cannot be read is left
 * out. Nothing is written through a link that lies in the slot.
 */
export function syncCopies(
  source: CopySource,
  slotPath: string,
  removal: Removal,
  paths: readonly string[],
): Copied[] {
  const copied: Copied[] = [];
  for (const path of paths) {
    const content = readSource(source.top, path);
    if (content === null) continue;
    const target = join(slotPath, path);
    if (!isSame(target, content)) put(slotPath, target, content, removal);
    copied.push({ path, hash: hashOf(content) });
  }
  return copied;
}

/** Those of the paths that are not in the slot as in their source. What has no source any more counts, too. */
export function driftedCopies(
  { top }: Pick<CopySource, 'top'>,
  slotPath: string,
  paths: readonly string[],
): readonly string[] {
  return paths.filter((path) => {
    const content = readSource(top, path);
    return content === null || !isSame(join(slotPath, path), content);
  });
}

/** Whether all that lies at a path of the slot, which may be a folder with a slash at its end, is as its source has it. */
export function holdsOnlyCopies(
  source: Pick<CopySource, 'top'>,
  slotPath: string,
  path: RawPath,
  wanted: ReadonlySet<string>,
): boolean {
  if (wanted.size === 0) return false;
  const holds = (name: string): boolean => {
    if (wanted.has(name)) {
      const content = readSource(source.top, name);
      return content !== null && isSame(join(slotPath, name), content);
    }
    const folder = join(slotPath, name);
    if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
    const entries = readFolder(folder);
    return entries.length > 0 && entries.every((entry) => holds(`${name}/${entry.name}`));
  };
  return holds(path.toString('utf8').replace(/\/$/, ''));
}

function readSource(top: string, path: string): Content | null {
  const file = join(top, path);
  try {
    if (lstatSync(file).isSymbolicLink() && !statSync(file).isFile())
      return { is: 'link', target: realpathSync(file) };
    return { is: 'file', bytes: readFileSync(file), mode: statSync(file).mode & 0o777 };
  } catch {
    return null;
  }
}

function isSame(target: string, content: Content): boolean {
  const stat = lstatSync(target, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (content.is === 'link') return stat.isSymbolicLink() && readlinkSync(target) === content.target;
  if (!stat.isFile() || stat.size !== content.bytes.length || (stat.mode & 0o777) !== content.mode)
    return false;
  return readFileSync(target).equals(content.bytes);
}

function put(slotPath: string, target: string, content: Content, removal: Removal): void {
  makeFolders(slotPath, dirname(target), removal);
  removal.take([target]);
  if (content.is === 'link') symlinkSync(content.target, target);
  else writeFileSync(target, content.bytes, { flag: 'wx', mode: content.mode });
}

/** Real folders all the way down: an agent may have put a link in their place. */
function makeFolders(slotPath: string, folder: string, removal: Removal): void {
  let path = slotPath;
  for (const part of relative(slotPath, folder).split(sep)) {
    if (part === '') continue;
    path = join(path, part);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) {
      makeWritable(path);
      continue;
    }
    if (stat !== undefined) removal.take([path]);
    mkdirSync(path);
  }
}

function hashOf(content: Content): string {
  return createHash('sha256')
    .update(content.is === 'file' ? content.bytes : content.target)
    .digest('hex');
}

export function writeCopies(file: string, copies: readonly Copied[]): void {
  keepWhole(file, JSON.stringify(copies));
}

/** Empty when nothing was copied, or when it is not known. */
export function readCopies(file: string): readonly Copied[] {
  const read = (value: unknown): readonly Copied[] | null =>
    Array.isArray(value) && value.every(isCopied) ? value : null;
  return readJson(file, read) ?? [];
}

function isCopied(value: unknown): value is Copied {
  return isRecord(value) && typeof value['path'] === 'string' && typeof value['hash'] === 'string';
}

/** Takes a file out of a slot, if it is one. */
export function removeFile(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isDirectory()) rmSync(path, { force: true });
}
