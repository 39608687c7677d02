/** Looking after a pool: whether its slots are sound, copied files brought up to date, and taking it down. */

import { err, ok, type Result } from '../../core/result.ts';
import type { PoolSlot, PoolState } from '../../formats/auto/pool-state.ts';
import { dropMerged, locked, readExisting } from './pool.ts';
import { committedWords } from './pool-copied.ts';
import {
  beginWith,
  FREE,
  type PoolParts,
  type PoolProblem,
  placeOf,
  readPool,
  refused,
  withSlot,
  writePool,
} from './pool-file.ts';
import { allSlots, checkSize, sized } from './pool-size.ts';
import { heldBack, wouldBeLost } from './pool-work.ts';

export interface PoolHealth {
  /** One for each broken slot. */
  readonly broken: readonly { readonly id: string; readonly problem: string }[];
  /** Copied files that are no longer as in the checkout. */
  readonly drifted: readonly { readonly id: string; readonly paths: readonly string[] }[];
  /** Worktrees that git knows in the pool's folder. */
  readonly worktrees: number;
}

export function poolHealth(parts: PoolParts): Promise<Result<PoolHealth, PoolProblem>> {
  return locked(parts, async () => {
    const read = await readExisting(parts);
    if (!read.ok) return read;
    const { worktrees, paths } = parts;
    const broken: { id: string; problem: string }[] = [];
    const drifted: { id: string; paths: readonly string[] }[] = [];
    const named = new Set(read.value.worktrees.map(({ id }) => id));
    for (const slot of await allSlots(parts, read.value)) {
      const problem = named.has(slot.id) ? await problemOf(parts, slot) : unnamed(slot);
      if (problem !== null) broken.push({ id: slot.id, problem });
      else if (slot.status === 'busy') {
        const changed = await worktrees.drifted(placeOf(paths, slot.id));
        if (changed.length > 0) drifted.push({ id: slot.id, paths: changed });
      }
    }
    return ok({ broken, drifted, worktrees: await worktrees.count(paths.folder) });
  });
}

function unnamed({ id, branch }: PoolSlot): string {
  const what = branch === null ? 'lies there' : `lies there, on ${branch}`;
  return `${what}, and the pool has no such slot: \`cox pool init ${id.slice('wt-'.length)}\` takes it up`;
}

async function problemOf(
  { worktrees, paths }: Pick<PoolParts, 'worktrees' | 'paths'>,
  { id, status, branch }: PoolSlot,
): Promise<string | null> {
  const place = placeOf(paths, id);
  const found = await worktrees.look(place);
  if (found.is === 'foreign') return found.detail;
  if (status !== 'busy') {
    const lost = await wouldBeLost(worktrees, place, null);
    if (lost !== null) return `is ${status}, and holds ${lost.words}`;
    return status === 'error' ? 'is marked as broken, and is sound: release it' : null;
  }
  if (found.is === 'absent') return 'is busy, and its worktree is not there';
  const tip = branch === null ? null : await worktrees.tip(branch);
  if (tip === null) return `its branch ${branch} is not there`;
  const copies = await worktrees.committedCopies(place, { base: null, tip });
  if (copies !== null) return committedWords(copies, place);
  if (found.isRebasing) return null;
  return found.branch === branch ? null : `stands on ${found.branch ?? 'no branch'}, and not on ${branch}`;
}

/** By slot what was copied again. */
export function syncPool(
  parts: PoolParts,
): Promise<Result<readonly { readonly id: string; readonly paths: readonly string[] }[], PoolProblem>> {
  return locked(parts, async () => {
    const read = await readExisting(parts);
    if (!read.ok) return read;
    const done: { id: string; paths: readonly string[] }[] = [];
    for (const { id, status } of read.value.worktrees) {
      const place = placeOf(parts.paths, id);
      if (status !== 'busy' || (await parts.worktrees.look(place)).is !== 'worktree') continue;
      done.push({ id, paths: await parts.worktrees.sync(place) });
    }
    return ok(done);
  });
}

export interface Cleaned {
  readonly removed: readonly string[];
  /** Why slots were left as they are. */
  readonly left: readonly PoolProblem[];
}

/** Takes the pool's worktrees away, and those of its branches that are merged. */
export function cleanPool(parts: PoolParts, force: boolean): Promise<Result<Cleaned, PoolProblem>> {
  return locked(parts, async () => {
    const read = await readExisting(parts);
    return read.ok ? await clean(parts, read.value, force) : read;
  });
}

async function clean(
  parts: PoolParts,
  before: PoolState,
  force: boolean,
): Promise<Result<Cleaned, PoolProblem>> {
  let state = before;
  const removed: string[] = [];
  const left: PoolProblem[] = [];
  for (const slot of await allSlots(parts, before)) {
    const done = await cleanSlot(parts, slot, force);
    if (!done.ok) {
      left.push(done.error);
      continue;
    }
    if (done.value) removed.push(slot.id);
    state = withSlot(state, slot.id, FREE);
  }
  const written = await writePool(parts.paths, state);
  return written.ok ? ok({ removed, left }) : written;
}

/** True when there was a worktree. Commits of the branch are safe, for the branch stays with them. */
async function cleanSlot(
  { worktrees, paths, say }: PoolParts,
  { id, status, branch, task_id: task }: PoolSlot,
  force: boolean,
): Promise<Result<boolean, PoolProblem>> {
  const place = placeOf(paths, id);
  const found = await worktrees.look(place);
  const lost = await wouldBeLost(worktrees, place, null);
  const held = heldBack(place, lost, force);
  if (held !== null) return err(held);
  for (const commit of lost?.commits ?? []) say(`cox: kept as ${await worktrees.keep(task ?? id, commit)}`);
  const removed = await worktrees.remove(place);
  // What was only begun may be no worktree yet.
  if (!removed.ok && found.is === 'worktree') return err(refused(removed.error, ''));
  if (status === 'busy') say(`cox: ${id} was busy with ${task}, and is taken away`);
  if (branch !== null) await dropMerged({ worktrees, say }, branch);
  return ok(removed.ok);
}

export interface ResetRequest {
  readonly size: number;
  readonly force: boolean;
}

/** Cleans up and begins anew. With a slot that must not go, the state stays. */
export function resetPool(
  parts: PoolParts,
  { size, force }: ResetRequest,
): Promise<Result<PoolState, PoolProblem>> {
  return locked(parts, async () => {
    const wrong = checkSize(size);
    if (wrong !== null) return err(wrong);
    const read = await readPool(parts.paths);
    if (!read.ok) return read;
    const cleaned = read.value === null ? null : await clean(parts, read.value, force);
    if (cleaned?.ok === false) return cleaned;
    const left = cleaned?.value.left ?? [];
    if (left.length > 0) return err(allOf(left));
    const state = await sized(parts, null, size);
    if (!state.ok) return state;
    return await beginWith(parts, state.value);
  });
}

/** Several as one, each remedy once. */
export function allOf(problems: readonly PoolProblem[]): PoolProblem {
  const remedies = new Set(problems.map(({ remedy }) => remedy));
  return refused(problems.map(({ message }) => message).join('\n'), [...remedies].join('\n').trim());
}
