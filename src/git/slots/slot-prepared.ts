/** What a slot was last prepared for, and whether its lockfiles are still as they were then. */

import { lstatSync } from 'node:fs';
import { join } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import { bootId } from '../../process/identity.ts';
import { isRecord, readJson, writeWhole } from '../base/small-files.ts';
import type { Dependencies } from './lockfiles.ts';
import type { SlotPlace } from './slot-place.ts';

export interface Prepared {
  readonly commit: Commit;
  /** Hash over the commit's lockfiles, see `readDependencies`. */
  readonly lockfiles: string;
  /** Each lockfile's path, with what `stat` said of it. */
  readonly stats: Readonly<Record<string, string>>;
  /** Of the machine's start by then; null when that was not noted. */
  readonly boot: string | null;
}

export function readPrepared(place: SlotPlace): Prepared | null {
  return readJson(place.preparedFile, (value) => {
    if (!isRecord(value)) return null;
    const { commit, lockfiles, stats, boot } = value;
    if (typeof commit !== 'string' || typeof lockfiles !== 'string' || !isRecord(stats)) return null;
    const texts = Object.entries(stats).map(([path, text]) => [path, String(text)] as const);
    return {
      commit,
      lockfiles,
      stats: Object.fromEntries(texts),
      boot: typeof boot === 'string' ? boot : null,
    };
  });
}

export function writePrepared(
  place: SlotPlace,
  commit: Commit,
  { lockfiles, lockfilePaths }: Dependencies,
): void {
  const stats = Object.fromEntries(lockfilePaths.map((path) => [path, statOf(place, path)]));
  const prepared: Prepared = { commit, lockfiles, stats, boot: bootId() };
  writeWhole(place.preparedFile, JSON.stringify(prepared));
}

/**
 * Whether what was installed may still be what the lockfiles say. An agent that changed one has most likely installed
 * what it says, and a machine that lost its power may have kept this record and lost what was installed before it.
 */
export function mayBeInstalled(place: SlotPlace, { stats, boot }: Prepared): boolean {
  return boot === bootId() && Object.entries(stats).every(([path, text]) => statOf(place, path) === text);
}

function statOf(place: SlotPlace, path: string): string {
  // A link in its place may lead anywhere, also to itself.
  const stat = lstatSync(join(place.path, path), { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? '' : `${stat.ino}/${stat.size}/${stat.mtimeNs}/${stat.ctimeNs}`;
}
