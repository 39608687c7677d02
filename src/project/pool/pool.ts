/** The pool of worktrees that scripts of the auto family know: what each verb does, under one lock between processes. */

import { isBranchName } from '../../core/names.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { PoolSlot, PoolState } from '../../formats/auto/pool-state.ts';
import { notIgnoredWords } from './pool-copied.ts';
import {
  BRANCH_PREFIX,
  beginWith,
  FREE,
  makePoolFolders,
  type PoolParts,
  type PoolProblem,
  placeOf,
  readPool,
  refused,
  withSlot,
  writePool,
} from './pool-file.ts';
import { sized } from './pool-size.ts';
import { heldBack, wouldBeLost } from './pool-work.ts';

/** Every verb that changes something holds the lock all the way: of two callers the second finds what the first has done. */
export async function locked<T>(
  { lock, paths }: Pick<PoolParts, 'lock' | 'paths'>,
  work: () => Promise<Result<T, PoolProblem>>,
): Promise<Result<T, PoolProblem>> {
  const done = await lock(paths.file, work);
  return done.ok ? done.value : err(refused(done.error, ''));
}

/** The state, of a pool that is there. */
export async function readExisting({
  paths,
}: Pick<PoolParts, 'paths'>): Promise<Result<PoolState, PoolProblem>> {
  const read = await readPool(paths);
  if (!read.ok) return read;
  return read.value === null
    ? err(refused('there is no pool yet', 'Make one with `cox pool init`.'))
    : ok(read.value);
}

/** Busy slots stay. Without a state file, worktrees that lie in the pool's folder are taken up as they stand. */
export function initPool(parts: PoolParts, size: number): Promise<Result<PoolState, PoolProblem>> {
  return locked(parts, async () => {
    const read = await readPool(parts.paths);
    if (!read.ok) return read;
    const state = await sized(parts, read.value, size);
    if (!state.ok) return state;
    return await beginWith(parts, state.value);
  });
}

export interface Acquired {
  readonly id: string;
  /** Absolute. */
  readonly path: string;
  readonly branch: string;
}

export interface AcquireRequest {
  readonly task: string;
  /** Any name of a commit; null for HEAD. */
  readonly base: string | null;
  /** Of a pool that is made by the way. */
  readonly size: number;
}

/** The set-up command takes its time, and the slot is nobody else's by then: the others need not wait for it. */
export async function acquireSlot(
  parts: PoolParts,
  request: AcquireRequest,
): Promise<Result<Acquired, PoolProblem>> {
  const taken = await takeSlot(parts, request);
  if (!taken.ok) return taken;
  const { id } = taken.value;
  const done = await parts.worktrees.setUp(placeOf(parts.paths, id));
  if (done.ok) return taken;
  const given = await releaseSlot(parts, { id, force: true });
  if (!given.ok) parts.say(`cox: ${given.error.message}`);
  return err(setUpFailed(done.error));
}

export function setUpFailed(detail: string): PoolProblem {
  return refused(detail, 'Mend the command in the configuration (slots.setup), or what it needs.');
}

function takeSlot(parts: PoolParts, request: AcquireRequest): Promise<Result<Acquired, PoolProblem>> {
  const { paths } = parts;
  return locked(parts, async () => {
    const wrong = checkTask(request.task);
    if (wrong !== null) return err(wrong);
    const read = await readPool(paths);
    if (!read.ok) return read;
    const state = read.value === null ? await newPool(parts, request.size) : ok(read.value);
    if (!state.ok) return state;
    const made = await makePoolFolders(paths);
    if (!made.ok) return made;
    const holder = state.value.worktrees.find(
      ({ status, task_id: task }) => status === 'busy' && task === request.task,
    );
    if (holder !== undefined)
      return err(
        refused(
          `${request.task} has ${holder.id} already`,
          `Release it first: cox pool release ${holder.id}`,
        ),
      );
    return firstFree(parts, state.value, request);
  });
}

async function newPool(parts: PoolParts, size: number): Promise<Result<PoolState, PoolProblem>> {
  const state = await sized(parts, null, size);
  return state.ok ? await beginWith(parts, state.value) : state;
}

/** The name becomes a branch and a part of a line that scripts cut at `|`. */
export function checkTask(task: string): PoolProblem | null {
  if (isBranchName(`${BRANCH_PREFIX}${task}`) && /^[\w./-]{1,150}$/.test(task)) return null;
  return refused(
    `${JSON.stringify(task)} is no name for a task here`,
    'Use letters, digits, - _ . and /, as in task-login-form.',
  );
}

async function firstFree(
  parts: PoolParts,
  before: PoolState,
  { task, base }: AcquireRequest,
): Promise<Result<Acquired, PoolProblem>> {
  const { paths, worktrees, say, now } = parts;
  let state = before;
  const branch = `${BRANCH_PREFIX}${task}`;
  for (const { id, status } of before.worktrees) {
    if (status !== 'idle') continue;
    const place = placeOf(paths, id);
    const lost = await wouldBeLost(worktrees, place, null);
    if (lost !== null) {
      say(`cox: ${id} is idle, and holds ${lost.words}; it is left alone, see cox pool health`);
      state = withSlot(state, id, { status: 'error' });
      continue;
    }
    const made = await worktrees.make({ place, branch, base });
    if (!made.ok) return err(refused(made.error.detail, made.error.remedy));
    if (made.value.goesOn)
      say(`cox: ${branch} is there already; it goes on from ${made.value.commit.slice(0, 12)}`);
    const open = await worktrees.copiesNotIgnored(place);
    if (open.length > 0) say(`cox: ${notIgnoredWords(id, open)}`);
    const acquired_at = new Date(now()).toISOString();
    state = withSlot(state, id, { status: 'busy', task_id: task, branch, acquired_at });
    const written = await writePool(paths, state);
    return written.ok ? ok({ id, path: place.path, branch }) : written;
  }
  const written = await writePool(paths, state);
  if (!written.ok) return written;
  return err({
    reason: 'exhausted',
    message: `all ${state.pool_size} slots of the pool are taken`,
    remedy: 'Release one, or make the pool larger with `cox pool init`.',
  });
}

/** With `force`, what is merged nowhere is kept under other names. */
export function releaseSlot(
  parts: PoolParts,
  { id, force }: { readonly id: string; readonly force: boolean },
): Promise<Result<void, PoolProblem>> {
  const { paths, worktrees, say } = parts;
  return locked(parts, async () => {
    const read = await readExisting(parts);
    if (!read.ok) return read;
    const slot = read.value.worktrees.find((each) => each.id === id);
    if (slot === undefined)
      return err(
        refused(
          `the pool has no slot ${id}`,
          `It has ${read.value.worktrees.map((each) => each.id).join(', ')}.`,
        ),
      );
    const given = await giveBack({ worktrees, say, paths }, slot, force);
    return given.ok ? await writePool(paths, withSlot(read.value, id, FREE)) : given;
  });
}

async function giveBack(
  { worktrees, say, paths }: Pick<PoolParts, 'worktrees' | 'say' | 'paths'>,
  { id, branch, task_id: task }: PoolSlot,
  force: boolean,
): Promise<Result<void, PoolProblem>> {
  const place = placeOf(paths, id);
  const lost = await wouldBeLost(worktrees, place, branch);
  const held = heldBack(place, lost, force);
  if (held !== null) return err(held);
  for (const commit of lost?.commits ?? []) say(`cox: kept as ${await worktrees.keep(task ?? id, commit)}`);
  const there = (await worktrees.look(place)).is === 'worktree';
  if (there && lost === null) await worktrees.leave(place);
  // Its files are kept by a commit now, and would be in the way of the next one.
  if (there && lost !== null) {
    const removed = await worktrees.remove(place);
    if (!removed.ok) return err(refused(removed.error, ''));
  }
  if (branch !== null) await dropMerged({ worktrees, say }, branch);
  return ok(undefined);
}

/** A task's branch whose every commit is on another one goes; one with commits of its own stays, and is told of. */
export async function dropMerged(
  { worktrees, say }: Pick<PoolParts, 'worktrees' | 'say'>,
  branch: string,
): Promise<void> {
  const tip = await worktrees.tip(branch);
  // The state file can be edited: whatever it names, a branch of the user's is not ours to delete.
  if (tip === null || !branch.startsWith(BRANCH_PREFIX)) return;
  const own = await worktrees.onlyHere(tip, branch);
  if (own.length === 0) await worktrees.dropBranch(branch, tip);
  else say(`cox: the branch ${branch} stays, for ${own.length} of its commits are merged nowhere`);
}
