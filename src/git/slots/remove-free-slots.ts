/** Takes away the slots of a pool that nobody has; those that are left for a look stay. */

import type { Removal } from './removal.ts';
import { removeWorktree, type WorktreeRemoval } from './remove-worktree.ts';
import type { SlotLocks } from './slot-locks.ts';
import { dropOwner, isBeingRemoved, readOwner, takeFree } from './slot-owner.ts';
import { listPlaces, type SlotPlace } from './slot-place.ts';

export interface FreeSlots extends WorktreeRemoval {
  /** Of the pool; absolute. */
  readonly folder: string;
  readonly locks: SlotLocks;
  readonly removal: Removal;
}

/** What git does not let go of stays, and is free again. */
export async function removeFreeSlots({ folder, locks, removal, ...git }: FreeSlots): Promise<void> {
  const remove = async (place: SlotPlace): Promise<void> => {
    // Another process may have done so meanwhile, and a third have made it anew.
    if (!isBeingRemoved(readOwner(place))) return;
    const removed = await removeWorktree(git, place);
    await locks.owners(() => {
      // In one step: a slot without its owner's file is anybody's.
      if (removed.ok) removal.take([place.data]);
      else if (isBeingRemoved(readOwner(place))) dropOwner(place);
    });
  };
  for (const place of listPlaces(folder)) {
    if (await locks.owners(() => takeFree(place))) await locks.filling(place, () => remove(place));
  }
}
