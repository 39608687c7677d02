/**
 * Ignored folders that a slot's set-up made from a commit that counts, such as `node_modules`. They outlive their
 * holder only as the set-up left them: what an agent could write there, the next one would run.
 */

import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { runCommand } from '../../process/run-command.ts';
import type { RawPath } from '../base/output.ts';
import { isRecord, readJson, writeWhole } from '../base/small-files.ts';
import type { Removal } from './removal.ts';
import type { SlotPlace } from './slot-place.ts';

export interface Vouching {
  readonly place: SlotPlace;
  /** Where `find` is looked up. */
  readonly searchPath: string;
}

interface Vouched {
  /** From the top of the worktree. */
  readonly folders: readonly string[];
  /** Path → kind and time of the last change. */
  readonly entries: Readonly<Record<string, string>>;
}

const FIND_MS = 60_000;
const MOST_BYTES = 256 * 1024 * 1024;

/** Writes down what is in the folders, given as `ls-files --directory` has them. */
export async function vouch({ place, searchPath }: Vouching, folders: readonly RawPath[]): Promise<void> {
  const names = folders
    .filter((path) => path.at(-1) === 0x2f)
    .map((path) => path.subarray(0, -1))
    // As bytes: an argument of a process is text.
    .filter((path) => Buffer.from(path.toString('utf8')).equals(path))
    .map((path) => path.toString('utf8'));
  const entries = names.length === 0 ? null : await listEntries(place, names, searchPath);
  if (entries === null) return dropVouched(place);
  writeWhole(place.vouchedFile, JSON.stringify({ folders: names, entries: Object.fromEntries(entries) }));
}

export function dropVouched(place: SlotPlace): void {
  rmSync(place.vouchedFile, { force: true });
}

/**
 * The folders, when nothing of them was changed or taken away; what was added (caches, mostly) is removed. None when
 * that cannot be told. The kernel keeps the time of the last change, and no process without rights over the clock can
 * set it.
 */
export async function stillVouched(
  { place, searchPath }: Vouching,
  removal: Removal,
): Promise<ReadonlySet<string>> {
  const then = readJson(place.vouchedFile, asVouched);
  if (then === null) return new Set();
  const now = await listEntries(place, then.folders, searchPath);
  if (now === null) return new Set();
  const isSame = Object.entries(then.entries).every(([path, entry]) => now.get(path) === entry);
  if (!isSame) return new Set();
  const added = [...now.keys()].filter((path) => !Object.hasOwn(then.entries, path));
  removal.take(outermost(added).map((path) => join(place.path, path)));
  return new Set(then.folders);
}

function asVouched(value: unknown): Vouched | null {
  if (!isRecord(value) || !Array.isArray(value['folders']) || !isRecord(value['entries'])) return null;
  const entries = Object.entries(value['entries']).map(([path, entry]) => [path, String(entry)] as const);
  return { folders: value['folders'].map(String), entries: Object.fromEntries(entries) };
}

/** Without what lies in another path of the list. */
function outermost(paths: readonly string[]): string[] {
  const all = new Set(paths);
  return paths.filter((path) => !parentsOf(path).some((parent) => all.has(parent)));
}

function parentsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Null when `find` is not GNU's, fails, or finds names that are no UTF-8. */
async function listEntries(
  place: SlotPlace,
  folders: readonly string[],
  searchPath: string,
): Promise<Map<string, string> | null> {
  const result = await runCommand({
    argv: ['find', ...folders.map((folder) => `./${folder}`), '-printf', '%y %C@ %p\\0'],
    cwd: place.path,
    env: { PATH: searchPath, LC_ALL: 'C' },
    timeoutMs: FIND_MS,
    maxBytes: MOST_BYTES,
  });
  if (!result.ok || result.value.exitCode !== 0) return null;
  const text = result.value.stdout.toString('utf8');
  if (text.includes('\ufffd')) return null;
  const entries = new Map<string, string>();
  for (const line of text.split('\0')) {
    const [, kind = '', changed = '', path = ''] = /^(\S) (\S+) \.\/(.*)$/s.exec(line) ?? [];
    // Of a folder the time changes with what is added, and each thing that is in it has its own.
    if (path !== '') entries.set(path, kind === 'd' ? kind : `${kind} ${changed}`);
  }
  return entries;
}
