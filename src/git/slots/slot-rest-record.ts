/**
 * What is known of a free slot that was cleaned while nobody wanted it: it need not be cleaned again, if nothing in it
 * has changed since.
 */

import { rmSync, statSync, writeFileSync } from 'node:fs';

import type { Commit } from '../../core/attempt.ts';
import { bootId } from '../../process/identity.ts';
import { runCommand } from '../../process/run-command.ts';
import type { RawPath } from '../base/output.ts';
import { isRecord, readJson, writeWhole } from '../base/small-files.ts';
import type { RestLooks } from './rest-looks.ts';
import type { SlotPlace } from './slot-place.ts';

/** A free slot as it was cleaned. */
interface Rest {
  /** Of this rest of the slot, and of no other. */
  readonly id: string;
  readonly commit: Commit;
  /** What lay there beside the commit's files, as `ls-files --directory` has it; in base64, for it may be no UTF-8. */
  readonly others: readonly string[];
  /** Of the index that the next agent's git is to have, see `handOverIndex`. */
  readonly index: string | null;
  /** Of the machine's start: one that lost its power may have kept this and lost files that were written before it. */
  readonly boot: string;
}

export interface Rested {
  /** What lies in the slot beside the commit's files. */
  readonly others: readonly RawPath[];
  readonly index: string | null;
}

export interface RestRequest {
  readonly commit: Commit;
  readonly looks: RestLooks;
  readonly searchPath: string;
}

const FIND_MS = 60_000;
const MOST_BYTES = 4_096;

/** From here on each change in the slot is later than the mark. */
export function markRest(place: SlotPlace): void {
  rmSync(place.restFile, { force: true });
  writeFileSync(place.restMark, '');
}

/** Only for what was looked at after the mark was made, and later than the file system's clock can tell apart. */
export function writeRest(
  place: SlotPlace,
  id: string,
  { commit, others, index }: Pick<Rest, 'commit'> & Rested,
): void {
  const paths = others.map((path) => path.toString('base64'));
  const rest: Rest = { id, commit, index, others: paths, boot: bootId() };
  writeWhole(place.restFile, JSON.stringify(rest));
}

/**
 * What is known of the slot, when it is certain that all of it is as it was at rest; null otherwise. The record is good
 * once, for the slot is somebody's now.
 */
export async function takeRest(
  place: SlotPlace,
  { commit, looks, searchPath }: RestRequest,
): Promise<Rested | null> {
  const rest = readJson(place.restFile, toRest);
  if (rest === null) return null;
  rmSync(place.restFile, { force: true });
  const isKnown = rest.commit === commit && rest.boot === bootId();
  const isSame = isKnown && (await isUnchanged(place, rest, { looks, searchPath }));
  if (!isSame) return null;
  return { others: rest.others.map((path) => Buffer.from(path, 'base64')), index: rest.index };
}

/**
 * Whether nothing in the slot has changed since the mark. The kernel sets the time of the last change, of a folder also
 * when something comes or goes in it, and no process without rights over the clock can set it.
 */
async function isUnchanged(
  place: SlotPlace,
  { id }: Rest,
  { looks, searchPath }: Omit<RestRequest, 'commit'>,
): Promise<boolean> {
  const marked = statSync(place.restMark, { throwIfNoEntry: false });
  // A clock that was set back would hide changes.
  if (marked === undefined || marked.mtimeMs > Date.now()) return false;
  const looked = await looks.areUnchanged(place, id, marked.mtimeMs);
  if (looked !== null) return looked;
  const found = await runCommand({
    argv: ['find', place.path, '-cnewer', place.restMark, '-print', '-quit'],
    cwd: '/',
    env: { PATH: searchPath, LC_ALL: 'C' },
    timeoutMs: FIND_MS,
    maxBytes: MOST_BYTES,
  });
  return found.ok && found.value.exitCode === 0 && found.value.stdout.length === 0;
}

function toRest(value: unknown): Rest | null {
  if (!isRecord(value)) return null;
  const { id, commit, others, index, boot } = value;
  if (typeof id !== 'string' || typeof commit !== 'string' || !Array.isArray(others)) return null;
  if (typeof boot !== 'string') return null;
  return { id, commit, others: others.map(String), index: typeof index === 'string' ? index : null, boot };
}
