/** The pool of worktrees that scripts of the auto family know: what each verb does, under one lock between processes. */

import { isBranchName } from '../../core/names.ts';
import { err, ok, type Result } from '../../core/result.ts';
import {
  idleSlot,
  MOST_SLOTS,
  newPoolState,
  type PoolSlot,
  type PoolState,
} from '../../formats/auto/pool-state.ts';
import type { FileLock } from '../../ports/file-lock.ts';
import type { PoolWorktrees } from '../../ports/pool-worktrees.ts';
import {
  FREE,
  makePoolFolders,
  type PoolPaths,
  type PoolProblem,
  placeOf,
  readPool,
  refused,
  slotPath,
  withSlot,
  writePool,
} from './pool-file.ts';
import { wouldBeLost } from './pool-work.ts';

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

/** Every verb that changes something holds the lock all the way: of two callers the second finds what the first has done. */
export async function locked<T>(
  { lock, paths }: Pick<PoolParts, 'lock' | 'paths'>,
  work: () => Promise<Result<T, PoolProblem>>,
): Promise<Result<T, PoolProblem>> {
  const done = await lock(paths.file, work);
  return done.ok ? done.value : err(refused(done.error, 'Mend that, and try again.'));
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

export function checkSize(size: number): PoolProblem | null {
  if (Number.isInteger(size) && size >= 1 && size <= MOST_SLOTS) return null;
  return refused(`a pool has 1 to ${MOST_SLOTS} slots`, 'Give another number.');
}

/** Busy slots stay. Without a state file, worktrees that lie in the pool's folder are taken up as they stand. */
export function initPool(parts: PoolParts, size: number): Promise<Result<PoolState, PoolProblem>> {
  return locked(parts, async () => {
    const wrong = checkSize(size);
    if (wrong !== null) return err(wrong);
    const read = await readPool(parts.paths);
    if (!read.ok) return read;
    const made = await makePoolFolders(parts.paths);
    if (!made.ok) return made;
    const state =
      read.value === null ? ok(await foundState(parts, size)) : await resized(parts, read.value, size);
    if (!state.ok) return state;
    const written = await writePool(parts.paths, state.value);
    return written.ok ? state : written;
  });
}

/** A new state, in which what stands on a task's branch is busy. */
export async function foundState(
  { paths, worktrees, now, say }: PoolParts,
  size: number,
): Promise<PoolState> {
  const ids = Array.from({ length: size }, (_, index) => `wt-${index + 1}`);
  const at = new Date(now()).toISOString();
  let state = newPoolState(
    ids.map((id) => ({ id, path: slotPath(paths, id) })),
    at,
  );
  for (const id of ids) {
    const found = await worktrees.look(placeOf(paths, id));
    if (found.is !== 'worktree' || !found.branch?.startsWith(BRANCH_PREFIX)) continue;
    const task = found.branch.slice(BRANCH_PREFIX.length);
    say(`cox: ${id} is there already, on ${found.branch}; it is taken as busy`);
    state = withSlot(state, id, { status: 'busy', task_id: task, branch: found.branch, acquired_at: at });
  }
  return state;
}

async function resized(
  { paths, worktrees, say }: PoolParts,
  state: PoolState,
  size: number,
): Promise<Result<PoolState, PoolProblem>> {
  const number = ({ id }: PoolSlot): number => Number(id.slice('wt-'.length));
  const beyond = state.worktrees.filter((slot) => number(slot) > size);
  const held = beyond.find(({ status }) => status !== 'idle');
  if (held !== undefined)
    return err(
      refused(
        `${held.id} is ${held.status}, so that the pool cannot have ${size} slots`,
        'Release it first.',
      ),
    );
  for (const { id } of beyond) {
    const place = placeOf(paths, id);
    const lost = await wouldBeLost(worktrees, place, null);
    if (lost !== null) return err(refused(`${id} is idle, and holds ${lost.words}`, 'Save that first.'));
    if ((await worktrees.look(place)).is !== 'worktree') continue;
    const removed = await worktrees.remove(place);
    if (!removed.ok) return err(refused(removed.error, 'Mend that, and try again.'));
  }
  const kept = new Map(state.worktrees.map((slot) => [slot.id, slot]));
  const ids = Array.from({ length: size }, (_, index) => `wt-${index + 1}`);
  const busy = state.worktrees.filter(({ status }) => status === 'busy').length;
  if (busy > 0) say(`cox: ${busy} of them ${busy === 1 ? 'is busy, and stays' : 'are busy, and stay'} so`);
  return ok({
    ...state,
    pool_size: size,
    worktrees: ids.map((id) => kept.get(id) ?? idleSlot(id, slotPath(paths, id))),
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
    const made = await makePoolFolders(paths);
    if (!made.ok) return made;
    const state = read.value ?? (await foundState(parts, request.size));
    const holder = state.worktrees.find(
      ({ status, task_id: task }) => status === 'busy' && task === request.task,
    );
    if (holder !== undefined)
      return err(
        refused(
          `${request.task} has ${holder.id} already`,
          `Release it first: cox pool release ${holder.id}`,
        ),
      );
    return firstFree(parts, state, request);
  });
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
    if (!made.ok) return err(refused(made.error, 'Mend that, and try again.'));
    if (made.value.goesOn)
      say(`cox: ${branch} is there already; it goes on from ${made.value.commit.slice(0, 12)}`);
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

/** The value says whether it was busy. With `force`, what is merged nowhere is kept under other names. */
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
  if (lost !== null && !force) {
    const remedy = `Merge or commit it first, or give the slot back all the same with --force: commits are kept.`;
    return err(refused(`${id} holds ${lost.words}`, remedy));
  }
  for (const commit of lost?.commits ?? []) say(`cox: kept as ${await worktrees.keep(task ?? id, commit)}`);
  const there = (await worktrees.look(place)).is === 'worktree';
  if (there && lost === null) await worktrees.leave(place);
  // Its files are kept by a commit now, and would be in the way of the next one.
  if (there && lost !== null) {
    const removed = await worktrees.remove(place);
    if (!removed.ok) return err(refused(removed.error, 'Mend that, and try again.'));
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
