/** The ports of worktrees that a run would be given, and who has them. */

import type { SlotPorts } from '../../core/preflight.ts';
import { listenedPorts } from '../../process/listened-ports.ts';
import { nextFree } from './slot-owner.ts';
import { firstPortOf } from './slot-place.ts';

export interface PortRanges {
  /** Of the first slot. */
  readonly firstPort: number;
  /** For each slot. */
  readonly ports: number;
}

/** In the order in which the slots would be claimed. */
export async function nextSlotPorts(
  poolFolder: string,
  count: number,
  { firstPort, ports }: PortRanges,
): Promise<readonly SlotPorts[]> {
  const ranges = { portBase: firstPort, portsPerSlot: ports };
  const slots: SlotPorts[] = [];
  for (const place of nextFree(poolFolder, count)) {
    const first = firstPortOf(place, ranges);
    const all = Array.from({ length: ports }, (_, index) => first + index);
    const busy = await listenedPorts(all);
    slots.push({ slot: place.name, first, last: first + ports - 1, busy });
  }
  return slots;
}
