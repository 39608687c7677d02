/**
 * Takes over what was made in a git directory that anybody may have written: refs are read as text, objects pass
 * through a pack that git checks whole. Git itself never runs in such a directory: its configuration, its
 * alternates and its links are not ours.
 */

import {
  type Dirent,
  linkSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  readdirSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Commit } from '../../core/attempt.ts';
import { isBranchName } from '../../core/names.ts';
import { ok, type Result } from '../../core/result.ts';
import { writeCleanDir } from '../base/clean-dir.ts';
import type { Repository } from '../base/repository.ts';
import type { Git, GitProblem } from '../base/runner.ts';
import { writeWhole } from '../base/small-files.ts';
import { branchRef, isCommitId } from '../objects/ref-names.ts';

/** Longer files are no refs. */
const LONGEST_REF = 4096;
const LONGEST_PACKED_REFS = 64 * 1024 * 1024;
const LONGEST_STASH_LOG = 1024 * 1024;
const MOST_STASHES = 50;
const MOST_BRANCHES = 50;
/** Files and folders that may be branches. */
const MOST_ENTRIES = 1000;
/** A ref that leads to a ref, and so on. */
const MOST_STEPS = 5;

/** Absolute paths. */
export interface UntrustedGit {
  /** A folder of ours that holds the others: what lies above it is nobody else's. */
  readonly top: string;
  /** The common directory. */
  readonly common: string;
}

/** The commit of HEAD of a worktree (`admin`); null when it has none. */
export function untrustedHead(git: UntrustedGit, admin: string): Commit | null {
  return followRef(git, readPlain(git, join(admin, 'HEAD'), LONGEST_REF));
}

export function untrustedBranch(git: UntrustedGit, branch: string): Commit | null {
  return followRef(git, `ref: ${branchRef(branch)}`);
}

/**
 * What was stashed and not taken out again, newest first. With a branch, only what was stashed on that: worktrees of one
 * repository have one stash.
 */
export function untrustedStash(git: UntrustedGit, branch?: string): readonly Commit[] {
  const words = branch === undefined ? [''] : [`WIP on ${branch}: `, `On ${branch}: `];
  const log = readPlain(git, join(git.common, 'logs', 'refs', 'stash'), LONGEST_STASH_LOG) ?? '';
  // Of `<old> <new> <who and when>\t<words>`.
  const entries = log.split('\n').filter((line) => {
    const said = line.slice(line.indexOf('\t') + 1);
    return words.some((each) => said.startsWith(each));
  });
  const commits = entries.map((line) => line.split(' ')[1] ?? '').filter(isCommitId);
  return [...new Set(commits.toReversed())].slice(0, MOST_STASHES);
}

/** What all its branches stand at, each once. */
export function untrustedBranches(git: UntrustedGit): readonly Commit[] {
  const heads = branchRef('');
  const packed = (readPlain(git, join(git.common, 'packed-refs'), LONGEST_PACKED_REFS) ?? '').split('\n');
  const lines = packed.filter((line) => line.includes(` ${heads}`)).map((line) => line.split(' '));
  const byRef = new Map(lines.map(([commit = '', ref = '']) => [ref, commit]));
  for (const file of filesBelow(git, join(git.common, heads)))
    byRef.set(relative(git.common, file), readPlain(git, file, LONGEST_REF)?.trim() ?? '');
  return [...new Set([...byRef.values()].filter(isCommitId))].slice(0, MOST_BRANCHES);
}

/** Absolute paths; of very many only some, and none of folders that cannot be read. */
function filesBelow({ top }: Pick<UntrustedGit, 'top'>, folder: string): readonly string[] {
  const files: string[] = [];
  const folders = [folder];
  let seen = 0;
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const entry of entriesOf(top, at, MOST_ENTRIES - seen)) {
      seen += 1;
      if (entry.isDirectory()) folders.push(join(at, entry.name));
      else if (entry.isFile()) files.push(join(at, entry.name));
    }
  }
  return files;
}

function entriesOf(top: string, folder: string, most: number): readonly Dirent[] {
  const entries: Dirent[] = [];
  try {
    if (!isPlainFolder(top, folder)) return entries;
    const opened = opendirSync(folder);
    try {
      for (let entry = opened.readSync(); entry !== null && entries.length < most; entry = opened.readSync())
        entries.push(entry);
    } finally {
      opened.closeSync();
    }
  } catch {
    // Whoever made it may have taken the right to read it away.
  }
  return entries;
}

function followRef(git: UntrustedGit, text: string | null): Commit | null {
  let value = text?.trim() ?? '';
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (isCommitId(value)) return value;
    const branch = /^ref: refs\/heads\/(.+)$/.exec(value)?.[1];
    if (branch === undefined || !isBranchName(branch)) return null;
    const ref = branchRef(branch);
    value = readPlain(git, join(git.common, ref), LONGEST_REF)?.trim() ?? packedRef(git, ref) ?? '';
  }
  return null;
}

function packedRef(git: UntrustedGit, ref: string): string | null {
  const packed = readPlain(git, join(git.common, 'packed-refs'), LONGEST_PACKED_REFS) ?? '';
  const line = packed.split('\n').findLast((each) => each.endsWith(` ${ref}`));
  return line?.split(' ')[0] ?? null;
}

/**
 * Whether all that lies between, and the folder itself, is there and no link: a link would have another repository
 * read in its place, and what the user has there would be handed to agents.
 */
export function isPlainFolder(top: string, folder: string): boolean {
  let at = top;
  for (const part of relative(top, folder).split(sep)) {
    at = join(at, part);
    if (lstatSync(at, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  }
  return true;
}

/**
 * Whether the folder is a further worktree of some repository, as agents make them: git's own word for it is a file
 * that leads to where that repository keeps its worktrees.
 */
export function isLinkedWorktree(top: string, folder: string): boolean {
  return /^gitdir: .*[/]worktrees[/][^/]+\s*$/.test(
    readPlain({ top }, join(folder, '.git'), LONGEST_REF) ?? '',
  );
}

/** A file that is one, and not a link to one. */
function readPlain({ top }: Pick<UntrustedGit, 'top'>, file: string, most: number): string | null {
  try {
    if (!isPlainFolder(top, dirname(file))) return null;
    const stat = lstatSync(file);
    return stat.isFile() && stat.size <= most ? readFileSync(file, 'utf8') : null;
  } catch {
    return null;
  }
}

export interface Import {
  readonly git: Git;
  readonly repository: Repository;
  /** Absolute; the folder of untrusted objects. */
  readonly objects: string;
  /** As of UntrustedGit. */
  readonly top: string;
  /** Absolute; a folder that is ours alone, on the same disk. Made, and removed. */
  readonly quarantine: string;
  /** Absolute; the folder of objects that takes them. */
  readonly store: string;
  readonly wanted: readonly Commit[];
  /** What is there already, with all that it is made of. */
  readonly known: readonly Commit[];
}

/** Fewer become single files, more stay a pack, as with `git fetch`. */
const UNPACK_LIMIT = 100;

/**
 * Copies the commits, and all they are made of, into the folder of objects: each named by its own content, each
 * well-formed, none missing. All or none.
 */
export async function importObjects(request: Import): Promise<Result<void, GitProblem>> {
  const { quarantine, objects, top, repository } = request;
  await rm(quarantine, { recursive: true, force: true });
  try {
    quarantineObjects(isPlainFolder(top, objects) ? objects : null, join(quarantine, 'objects'));
    writeCleanDir({ cleanDir: quarantine, repository });
    return await throughPack(request);
  } finally {
    await rm(quarantine, { recursive: true, force: true });
  }
}

async function throughPack(request: Import): Promise<Result<void, GitProblem>> {
  const { git, quarantine, store, wanted, known } = request;
  writeWhole(join(quarantine, 'objects', 'info', 'alternates'), `${store}\n`);
  const at = { cwd: quarantine, gitDir: quarantine };
  const packed = await git.run({
    ...at,
    args: ['pack-objects', '--revs', '--stdout', '-q', '--delta-base-offset'],
    input: [...wanted, ...known.map((commit) => `^${commit}`), ''].join('\n'),
  });
  if (!packed.ok) return packed;
  const pack = packed.value.stdout;
  if (objectCount(pack) === 0) return ok(undefined);
  return objectCount(pack) < UNPACK_LIMIT
    ? unpack(request, pack)
    : nothingOf(await git.run({ ...at, objectDirectory: store, args: CHECK_WHOLE, input: pack }));
}

const CHECK_WHOLE = ['index-pack', '--stdin', '--strict'];
const CHECK_EACH = ['unpack-objects', '-q', '--strict'];

/** Into a folder beside it first: what is malformed is found when other objects of the pack are written already. */
async function unpack({ git, quarantine, store }: Import, pack: Buffer): Promise<Result<void, GitProblem>> {
  const objectDirectory = join(quarantine, 'checked');
  writeWhole(join(objectDirectory, 'info', 'alternates'), `${store}\n`);
  const at = { cwd: quarantine, gitDir: quarantine };
  const taken = await git.run({ ...at, objectDirectory, args: CHECK_EACH, input: pack });
  if (taken.ok) moveObjects(objectDirectory, store);
  return nothingOf(taken);
}

function nothingOf(ran: Result<unknown, GitProblem>): Result<void, GitProblem> {
  return ran.ok ? ok(undefined) : ran;
}

function moveObjects(from: string, to: string): void {
  for (const folder of plainNames(from, /^[0-9a-f]{2}$/, 'folder')) {
    mkdirSync(join(to, folder), { recursive: true });
    for (const name of readdirSync(join(from, folder)))
      renameSync(join(from, folder, name), join(to, folder, name));
  }
}

/** Of a pack, from its head: gitformat-pack(5). */
function objectCount(pack: Buffer): number {
  return pack.length < 12 ? 0 : pack.readUInt32BE(8);
}

/** Links what has the form of objects, and is neither a link nor a folder, into a folder of our own. */
function quarantineObjects(from: string | null, to: string): void {
  mkdirSync(join(to, 'pack'), { recursive: true });
  if (from === null) return;
  for (const folder of plainNames(from, /^(?:[0-9a-f]{2}|pack)$/, 'folder')) {
    const wanted =
      folder === 'pack'
        ? /^pack-[0-9a-f]{40}(?:[0-9a-f]{24})?\.(?:pack|idx)$/
        : /^[0-9a-f]{38}(?:[0-9a-f]{24})?$/;
    const names = plainNames(join(from, folder), wanted, 'file');
    if (names.length > 0) mkdirSync(join(to, folder), { recursive: true });
    for (const name of names) linkSync(join(from, folder, name), join(to, folder, name));
  }
}

function plainNames(folder: string, wanted: RegExp, kind: 'file' | 'folder'): string[] {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => wanted.test(entry.name))
    .filter((entry) => (kind === 'file' ? entry.isFile() : entry.isDirectory()))
    .map(({ name }) => name);
}
