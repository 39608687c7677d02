/**
 * Named pipes, sockets and devices in a worktree. Git neither lists nor commits them, so they would outlive their
 * maker's attempt; and where it looks for its patterns it waits for somebody to write to a pipe, for ever.
 */

import { type BigIntStats, closeSync, constants, lstatSync, openSync, rmSync } from 'node:fs';

import { DEFAULT_PATH } from '../../process/find-program.ts';
import { runCommand } from '../../process/run-command.ts';
import { type RawPath, splitNul } from '../base/output.ts';

const FIND_MS = 10 * 60_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** Most calls of git are over by then. */
const LOOK_EVERY_MS = 3_000;

const KINDS = ['p', 's', 'b', 'c'].flatMap((kind) => ['-o', '-type', kind]).slice(1);
const OF_GIT = Buffer.from('/.git');

/**
 * Nothing of the worktree's holder may run any more. What cannot be removed is left. Gives what lies below the top under
 * the name of git's own directory, by whole paths: git never lists that.
 */
export async function removeSpecialFiles(worktree: string): Promise<readonly RawPath[]> {
  const found = await runCommand({
    argv: ['find', worktree, '-xdev', '-mindepth', '1', '(', ...KINDS, '-o', '-name', '.git', ')', '-print0'],
    cwd: '/',
    env: { PATH: DEFAULT_PATH },
    timeoutMs: FIND_MS,
    maxBytes: MAX_BYTES,
  });
  if (!found.ok) return [];
  const ofGit: RawPath[] = [];
  for (const path of splitNul(found.value.stdout)) {
    if (isSpecial(path)) {
      letGo(path);
      attempt(() => rmSync(path, { force: true }));
    } else if (path.subarray(-OF_GIT.length).equals(OF_GIT)) ofGit.push(path);
  }
  return ofGit.filter((path) => path.length > Buffer.byteLength(worktree) + OF_GIT.length);
}

/**
 * Null for what is not there, also because a folder on the way has become a file, and for what nobody is let to: git
 * finds the same out, and says what it cannot take.
 */
export function sightOf(path: string | Buffer): BigIntStats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false, bigint: true }) ?? null;
  } catch {
    return null;
  }
}

/** True for what is neither a file, a folder nor a link; false for what is not there. */
function isSpecial(path: string | Buffer): boolean {
  const stat = sightOf(path);
  return stat !== null && !stat.isFile() && !stat.isDirectory() && !stat.isSymbolicLink();
}

/**
 * Whether git takes what lies there: for one path that it does not take it refuses all others. What lies beyond a link
 * is no file of the worktree, and goes when the link is taken.
 */
export function canBeTaken(worktree: string): (path: RawPath) => boolean {
  const top = Buffer.from(`${worktree}/`);
  const isLink = new Map<string, boolean>();
  const leadsAway = (folder: RawPath): boolean => {
    const key = folder.toString('latin1');
    const known = isLink.get(key);
    if (known !== undefined) return known;
    const leads = sightOf(Buffer.concat([top, folder]))?.isSymbolicLink() === true;
    isLink.set(key, leads);
    return leads;
  };
  return (path) => {
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1))
      if (leadsAway(path.subarray(0, slash))) return false;
    return !isSpecial(Buffer.concat([top, path]));
  };
}

/** Whoever waits for a writer sees one come and go. */
function letGo(pipe: Buffer): void {
  const { O_WRONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  attempt(() => closeSync(openSync(pipe, O_WRONLY | O_NONBLOCK | O_NOFOLLOW)));
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // Nobody waits, or it may not be touched: then it stays as it is.
  }
}

/** Frees the work of git that waits for a pipe in the worktree. */
export async function withoutWaiting<T>(worktree: string, work: Promise<T>): Promise<T> {
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    await removeSpecialFiles(worktree);
    isLooking = false;
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
