import type { Slot } from '../../ports/worktree.ts';
import type { SlotPlace } from './slot-place.ts';

/**
 * What a program in the slot is given: what it may want to know of it, and a setting that makes its git leave the
 * copied files and the marker alone. A commit that has them anyway is mended by the harvest.
 */
export function slotEnvironment(
  place: SlotPlace,
  slot: Omit<Slot, 'environment'>,
): Readonly<Record<string, string>> {
  return {
    COX_SLOT: slot.name,
    COX_WORKTREE: slot.path,
    COX_PORT_BASE: String(slot.portBase),
    COX_PORTS: String(slot.ports),
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.excludesFile',
    GIT_CONFIG_VALUE_0: place.excludeFile,
  };
}
