/** The pool's state file, and where its slots lie. What was edited by hand is refused with its place, and nothing is changed. */

import { lstat, mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { err, ok, type Result } from '../../core/result.ts';
import {
  type PoolSlot,
  type PoolState,
  poolStateText,
  readPoolState,
} from '../../formats/auto/pool-state.ts';
import type { FileLock } from '../../ports/file-lock.ts';
import type { PoolPlace, PoolWorktrees } from '../../ports/pool-worktrees.ts';
import { isWithin, kindOf, readText } from '../read-folder.ts';
import { errorCode } from '../system-error.ts';
import { writeProblem, writeText } from '../write-text.ts';

const MOST_BYTES = 1_000_000;

export interface PoolProblem {
  /** `exhausted`: no slot is free. `refused`: it cannot be done as things stand. `broken`: the state file is. */
  readonly reason: 'exhausted' | 'refused' | 'broken';
  readonly message: string;
  readonly remedy: string;
}

export interface PoolPaths {
  /** Absolute path of the repository's top level. */
  readonly root: string;
  /** Absolute, without links. */
  readonly folder: string;
  /** Absolute. */
  readonly file: string;
}

export interface PoolParts {
  readonly paths: PoolPaths;
  readonly worktrees: PoolWorktrees;
  readonly lock: FileLock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Tells people something by the way. */
  readonly say: (text: string) => void;
}

/** Of a task's branch. */
export const BRANCH_PREFIX = 'auto/';

export function refused(message: string, remedy: string): PoolProblem {
  return { reason: 'refused', message, remedy };
}

export interface GivenPaths {
  /** Absolute, or from the top of the checkout. */
  readonly folder: string;
  readonly file: string;
  /** Absolute path of git's own folder; null where it is not known. */
  readonly gitFolder: string | null;
}

/** Where the pool lies, or would. Within the repository no link may lead there. */
export async function findPaths(root: string, given: GivenPaths): Promise<Result<PoolPaths, PoolProblem>> {
  const wanted = resolve(root, given.folder);
  const file = resolve(root, given.file);
  if (wanted === root || !relative(wanted, root).startsWith('..'))
    return err(
      refused(`POOL_DIR is ${wanted}, which holds the checkout itself`, 'Name a folder of its own.'),
    );
  if (/[|\n\r]/.test(wanted))
    return err(refused('POOL_DIR has a | or a line break in it', 'Name another folder.'));
  const [folder, around] = [await withoutLinks(root, wanted), await withoutLinks(root, dirname(file))];
  if (!folder.ok) return folder;
  if (!around.ok) return around;
  const { gitFolder } = given;
  // A bare repository is one as a whole, and has no pool at all.
  if (gitFolder !== null && gitFolder !== root && isWithin(gitFolder, folder.value))
    return err(
      refused(
        `POOL_DIR is ${folder.value}, which is in git's own folder`,
        'Name a folder elsewhere, such as .claude/worktree-pool.',
      ),
    );
  return ok({ root, folder: folder.value, file: join(around.value, basename(file)) });
}

/** What is not there yet lies where its nearest folder really does. */
async function withoutLinks(root: string, path: string): Promise<Result<string, PoolProblem>> {
  let there = path;
  while ((await lstat(there).catch(() => null)) === null && there !== dirname(there)) there = dirname(there);
  const real = await realpath(there).catch(() => null);
  if (real === null || (isWithin(root, there) && there !== real))
    return err(
      refused(`${there} is a link, or lies behind one: ${real ?? 'it leads nowhere'}`, 'Remove the link.'),
    );
  return ok(join(real, relative(there, path)));
}

/** Makes the pool's folder, which git ignores from then on, and that of its state file. */
export async function makePoolFolders({ root, folder, file }: PoolPaths): Promise<Result<void, PoolProblem>> {
  try {
    await mkdir(folder, { recursive: true });
    await mkdir(dirname(file), { recursive: true });
  } catch (error) {
    return err(refused(writeProblem(folder, error).message, ''));
  }
  return isWithin(root, folder) ? await ignoreIn(folder, '*\n') : ok(undefined);
}

/** What the user has written there stays as it is. */
async function ignoreIn(folder: string, rules: string): Promise<Result<void, PoolProblem>> {
  const path = join(folder, '.gitignore');
  if ((await kindOf(path)) !== null) return ok(undefined);
  const ignored = await writeText(path, rules);
  return ignored.ok ? ok(undefined) : err(refused(ignored.error.message, ''));
}

/** A state file that is committed lies in every slot, and is true in none. */
async function hideState({ paths, worktrees, say }: PoolParts): Promise<Result<void, PoolProblem>> {
  const { root, file } = paths;
  if (!isWithin(root, file)) return ok(undefined);
  const path = relative(root, file).split(sep).join('/');
  // Git looks at nothing in its own folder.
  if (path.startsWith('.git/') || (await worktrees.isIgnored(path))) return ok(undefined);
  const name = basename(file).replace(/[\\*?[\]#! ]/g, '\\$&');
  const ignored =
    dirname(file) === root ? ok(undefined) : await ignoreIn(dirname(file), `/.gitignore\n/${name}\n`);
  if (ignored.ok && !(await worktrees.isIgnored(path)))
    say(`cox: git does not ignore ${path}; name it in .gitignore, or in .git/info/exclude`);
  return ignored;
}

/** As it stands in the state file: below the repository without the way there. */
export function slotPath({ root, folder }: PoolPaths, id: string): string {
  const path = join(folder, id);
  return isWithin(root, path) ? relative(root, path).split(sep).join('/') : path;
}

export function placeOf({ folder }: PoolPaths, id: string): PoolPlace {
  return { name: id, path: join(folder, id) };
}

/** Null when there is no pool yet. */
export async function readPool(paths: PoolPaths): Promise<Result<PoolState | null, PoolProblem>> {
  const { root, file } = paths;
  const broken = (message: string): Result<never, PoolProblem> =>
    err({
      reason: 'broken',
      message,
      remedy: 'Mend the file, or move it away: `cox pool init` then finds the worktrees that are there.',
    });
  try {
    if (!(await lstat(file)).isFile()) return broken(`${file} is no regular file`);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ok(null);
    return broken(`${file} cannot be read: the system says ${errorCode(error)}`);
  }
  const text = await readText(file, MOST_BYTES);
  if (!text.ok) return broken(`${file} cannot be read: ${text.error}`);
  const read = readPoolState(isWithin(root, file) ? relative(root, file) : file, text.value);
  if (!read.ok) return broken(read.error);
  const foreign = read.value.worktrees.find(({ id, path }) => resolve(root, path) !== join(paths.folder, id));
  if (foreign === undefined) return ok(read.value);
  const { id, path } = foreign;
  return broken(`${file} says that ${id} lies at ${path}; the slots of this pool lie in ${paths.folder}`);
}

export async function writePool({ file }: PoolPaths, state: PoolState): Promise<Result<void, PoolProblem>> {
  const written = await writeText(file, poolStateText(state));
  return written.ok ? ok(undefined) : err(refused(written.error.message, ''));
}

/** Writes a state that is new, where there may be nothing yet. */
export async function beginWith(parts: PoolParts, state: PoolState): Promise<Result<PoolState, PoolProblem>> {
  const made = await makePoolFolders(parts.paths);
  if (!made.ok) return made;
  const written = await writePool(parts.paths, state);
  if (!written.ok) return written;
  const hidden = await hideState(parts);
  return hidden.ok ? ok(state) : hidden;
}

/** The state with one slot changed; what else the file says of it stays. */
export function withSlot(state: PoolState, id: string, change: Partial<PoolSlot>): PoolState {
  const worktrees = state.worktrees.map((slot) => (slot.id === id ? { ...slot, ...change } : slot));
  return { ...state, worktrees };
}

export const FREE = { status: 'idle', task_id: null, branch: null, acquired_at: null } as const;
