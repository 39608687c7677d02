/** A worktree outside of the pool, for one task: what setup-worktree.sh made. */

import { randomBytes } from 'node:crypto';
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { err, ok, type Result } from '../../core/result.ts';
import type { PoolPlace } from '../../ports/pool-worktrees.ts';
import { type Acquired, checkTask, locked, setUpFailed } from './pool.ts';
import { BRANCH_PREFIX, type PoolParts, type PoolProblem, refused } from './pool-file.ts';
import { wouldBeLost } from './pool-work.ts';

export interface SingleRequest {
  /** Null for one that is made up. */
  readonly task: string | null;
  /** Any name of a commit; null for HEAD. */
  readonly base: string | null;
  /** Of temporary files. */
  readonly temporary: string;
}

type Single = Omit<Acquired, 'id'>;

export async function makeSingle(
  parts: PoolParts,
  request: SingleRequest,
): Promise<Result<Single, PoolProblem>> {
  const made = await takeSingle(parts, request);
  if (!made.ok) return made;
  const { place, path, branch } = made.value;
  const done = await parts.worktrees.setUp(place);
  // It stays for a look, and is taken up by the next call for this task.
  return done.ok ? ok({ path, branch }) : err(setUpFailed(done.error));
}

function takeSingle(
  parts: PoolParts,
  { task: named, base, temporary }: SingleRequest,
): Promise<Result<Single & { readonly place: PoolPlace }, PoolProblem>> {
  return locked(parts, async () => {
    const { worktrees, say, now } = parts;
    const task = named ?? `task-${Math.floor(now() / 1000)}-${randomBytes(2).toString('hex')}`;
    const wrong = checkTask(task);
    if (wrong !== null) return err(wrong);
    const folder = await ownFolder(temporary);
    if (folder === null)
      return err(refused(`no folder of yours can be made in ${temporary}`, 'Set TMPDIR to another one.'));
    const place = { name: task, path: join(folder, task.replaceAll('/', '-')) };
    const lost = await wouldBeLost(worktrees, place, null);
    if (lost !== null) return err(refused(`${place.path} holds ${lost.words}`, 'Save that, and remove it.'));
    const branch = `${BRANCH_PREFIX}${task}`;
    const made = await worktrees.make({ place, branch, base });
    if (!made.ok) return err(refused(made.error.detail, made.error.remedy));
    if (made.value.goesOn)
      say(`cox: ${branch} is there already; it goes on from ${made.value.commit.slice(0, 12)}`);
    return ok({ place, path: place.path, branch });
  });
}

/** Whatever lies in a folder that everybody may write to may be somebody else's. Null when there is none. */
async function ownFolder(temporary: string): Promise<string | null> {
  const { uid } = userInfo();
  for (const name of ['auto-worktrees', `auto-worktrees-${uid}`]) {
    const folder = join(temporary, name);
    try {
      await mkdir(folder, { mode: 0o700 }).catch(() => undefined);
      const found = await lstat(folder);
      if (found.isDirectory() && found.uid === uid && (found.mode & 0o022) === 0)
        return await realpath(folder);
    } catch {
      // The next one may do.
    }
  }
  return null;
}
