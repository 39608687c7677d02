/** Cleans a free slot while nobody wants it, so that its next holder has it at once. */

import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readText } from '../base/small-files.ts';
import { makeWritable } from './removal.ts';
import { type Filled, type Filling, fill } from './slot-fill.ts';
import { readRegistration } from './slot-making.ts';
import type { SlotPlace } from './slot-place.ts';
import { readPrepared, writePrepared } from './slot-prepared.ts';
import { handOverIndex } from './slot-reset.ts';
import { markRest, writeRest } from './slot-rest-record.ts';

/** Longer than a step of the clock by which file systems note changes: 10 ms at most on Linux. */
const CLOCK_STEP_MS = 20;

/**
 * Under the slot's lock, with no holder. It is cleaned, a mark is made, and it is looked at once more: what was changed
 * before the mark is seen then, what is changed after it later, by its time. Gives up when somebody claims the slot.
 */
export async function restSlot(filling: Filling): Promise<void> {
  const { place, looks, searchPath } = filling;
  if (isOwned(place)) return;
  const registration = readRegistration(place);
  const last = readPrepared(place);
  if (registration === null || last === null) return;
  makeWritable(place.path);
  const clean = async (): Promise<Filled | null> => {
    const filled = await fill(filling, last, registration);
    if (!filled.ok) return null;
    writePrepared(place, last.commit, filled.value.dependencies);
    return isOwned(place) ? null : filled.value;
  };
  if ((await clean()) === null) return;
  markRest(place);
  if (!hasFineClock(place)) return;
  await sleep(CLOCK_STEP_MS);
  const again = await clean();
  if (again === null) return;
  const id = randomUUID();
  await looks.remember(place, id, searchPath);
  const index = handOverIndex(place, registration.admin);
  writeRest(place, id, { commit: last.commit, others: again.others, index });
}

function isOwned(place: SlotPlace): boolean {
  return readText(place.ownerFile) !== null;
}

/** Whether the file system notes times more exactly than to the millisecond: some do so to one or two seconds. */
function hasFineClock(place: SlotPlace): boolean {
  return statSync(place.restMark, { bigint: true }).mtimeNs % 1_000_000n !== 0n;
}
