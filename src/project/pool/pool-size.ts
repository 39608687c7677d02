/** How many slots a pool has. What lies in its folder is one of them, or a reason to refuse: no worktree is forgotten. */

import { readdir } from 'node:fs/promises';
import { err, ok, type Result } from '../../core/result.ts';
import {
  idleSlot,
  MOST_SLOTS,
  newPoolState,
  type PoolSlot,
  type PoolState,
} from '../../formats/auto/pool-state.ts';
import { BRANCH_PREFIX, type PoolParts, type PoolProblem, placeOf, refused, slotPath } from './pool-file.ts';
import { wouldBeLost } from './pool-work.ts';

export function checkSize(size: number): PoolProblem | null {
  if (Number.isInteger(size) && size >= 1 && size <= MOST_SLOTS) return null;
  return refused(`a pool has 1 to ${MOST_SLOTS} slots, and not ${size}`, 'Give another number.');
}

/** By their numbers the slots of the state, and those that lie in the pool's folder without being in it. */
export async function allSlots(
  parts: Pick<PoolParts, 'paths' | 'worktrees' | 'now'>,
  state: PoolState | null,
): Promise<readonly PoolSlot[]> {
  const { paths } = parts;
  const slots = [...(state?.worktrees ?? [])];
  const known = new Set(slots.map(({ id }) => id));
  const there = await readdir(paths.folder).catch(() => []);
  for (const id of there.filter((name) => /^wt-[1-9]\d{0,2}$/.test(name) && !known.has(name))) {
    const slot = await foundSlot(parts, id);
    if (slot !== null) slots.push(slot);
  }
  return slots.toSorted((left, right) => numberOf(left) - numberOf(right));
}

/** What stands on a task's branch is busy. Null when nothing lies there. */
async function foundSlot(
  { paths, worktrees, now }: Pick<PoolParts, 'paths' | 'worktrees' | 'now'>,
  id: string,
): Promise<PoolSlot | null> {
  const found = await worktrees.look(placeOf(paths, id));
  if (found.is === 'absent') return null;
  const slot = idleSlot(id, slotPath(paths, id));
  if (found.is !== 'worktree' || !found.branch?.startsWith(BRANCH_PREFIX)) return slot;
  return {
    ...slot,
    status: 'busy',
    task_id: found.branch.slice(BRANCH_PREFIX.length),
    branch: found.branch,
    acquired_at: new Date(now()).toISOString(),
  };
}

/** A pool of that size, new without a state. Slots beyond it go, if nobody has them and nothing is lost with them. */
export async function sized(
  parts: Pick<PoolParts, 'paths' | 'worktrees' | 'now' | 'say'>,
  before: PoolState | null,
  size: number,
): Promise<Result<PoolState, PoolProblem>> {
  const wrong = checkSize(size);
  if (wrong !== null) return err(wrong);
  const slots = await allSlots(parts, before);
  const named = new Set(before?.worktrees.map(({ id }) => id));
  const cut = await cutOff(parts, slots, { size, named });
  if (cut !== null) return err(cut);
  const kept = new Map(slots.map((slot) => [slot.id, slot]));
  const ids = Array.from({ length: size }, (_, index) => `wt-${index + 1}`);
  const worktrees = ids.map((id) => kept.get(id) ?? idleSlot(id, slotPath(parts.paths, id)));
  const busy = worktrees.filter(({ status }) => status === 'busy');
  for (const { id, branch } of busy)
    if (!named.has(id)) parts.say(`cox: ${id} is there already, on ${branch}; it is taken as busy`);
  const staying = busy.filter(({ id }) => named.has(id)).length;
  if (staying > 0)
    parts.say(`cox: ${staying} of them ${staying === 1 ? 'is busy, and stays' : 'are busy, and stay'} so`);
  const state = before ?? newPoolState([], new Date(parts.now()).toISOString());
  return ok({ ...state, pool_size: size, worktrees });
}

/** Takes away what is beyond the size; null when that is done, and before anything is when it may not be. */
async function cutOff(
  { paths, worktrees }: Pick<PoolParts, 'paths' | 'worktrees'>,
  slots: readonly PoolSlot[],
  { size, named }: { readonly size: number; readonly named: ReadonlySet<string> },
): Promise<PoolProblem | null> {
  const beyond = slots.filter((slot) => numberOf(slot) > size);
  for (const slot of beyond) {
    const { id, status } = slot;
    const place = placeOf(paths, id);
    const remedy = named.has(id)
      ? `Release it first: cox pool release ${id}`
      : `Make the pool large enough for it, or take it away: ${place.path}`;
    const lost = await wouldBeLost(worktrees, place, null);
    if (status === 'idle' && lost === null) continue;
    const why = status === 'idle' ? `holds ${lost?.words}` : `is ${status}`;
    return refused(`${id} ${why}, so that the pool cannot have ${size} slots`, remedy);
  }
  for (const { id } of beyond) {
    const place = placeOf(paths, id);
    if ((await worktrees.look(place)).is !== 'worktree') continue;
    const removed = await worktrees.remove(place);
    if (!removed.ok) return refused(removed.error, '');
  }
  return null;
}

function numberOf({ id }: PoolSlot): number {
  return Number(id.slice('wt-'.length));
}
