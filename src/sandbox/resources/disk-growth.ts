/**
 * How much a job has added to the disk: what its writable folders hold that is newer than the job. Folders are
 * walked in small steps, for a small share of the time, and only when the disk has filled up since the last walk or
 * a while has passed. What was deleted and is still open is not seen.
 */

import { type Dir, lstatSync, opendirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';

export interface DiskLook {
  /** Absolute folders, none inside another. */
  readonly folders: readonly string[];
  /** When the job began, in milliseconds since the epoch. */
  readonly since: number;
  /** More than this need not be counted. */
  readonly enough: number;
}

/** For whether there should be another walk. */
export interface DiskNeed {
  /** Bytes that all the job's disks have taken. */
  readonly used: number;
  /** Jobs that are looked at now. */
  readonly jobs: number;
}

const STEP_MS = 5;
/** A walk is followed by this many times as long without one; those of all jobs take a quarter of the time at most. */
const REST = 20;
const REST_OF_ALL = 4;
const SHORTEST_REST_MS = 1_000;
/** Others may make as much room as the job takes, at the same time, and then the disk does not tell. */
const UNTOLD_MS = 10_000;
/** The walks for that take a thousandth of the time, those of all jobs together. */
const UNTOLD_REST_OF_ALL = 1_000;
const LISTED_AT_ONCE = 256;
/** The system takes 4096 bytes in one piece. */
const DEEPEST_PATH = 3_800;
/** A file takes room for itself too, also when it is empty. */
const INODE_BYTES = 1_024;

/** For one job. */
export class DiskGrowth {
  #bytes = 0;
  #walk: Promise<void> | null = null;
  #restUntil = Number.NEGATIVE_INFINITY;
  #untoldAt = Number.NEGATIVE_INFINITY;
  /** The least that was taken since the last walk began. */
  #leastUsed = Number.POSITIVE_INFINITY;

  /** What the last walk has found. */
  get latest(): number {
    return this.#bytes;
  }

  get isMeasured(): boolean {
    return this.#untoldAt > Number.NEGATIVE_INFINITY;
  }

  /** The same; sees to it that there is another when it is due. */
  bytes(look: DiskLook, { used, jobs }: DiskNeed): number {
    this.#leastUsed = Math.min(this.#leastUsed, used);
    if (this.#walk === null && performance.now() >= this.#restUntil && this.#isDue(look, used)) {
      this.#leastUsed = used;
      this.#walk = this.#measure(look, jobs).finally(() => {
        this.#walk = null;
      });
    }
    return this.#bytes;
  }

  /** Resolves when no walk is under way. */
  async settled(): Promise<void> {
    await this.#walk;
  }

  #isDue({ enough }: DiskLook, used: number): boolean {
    const room = enough - this.#bytes;
    return performance.now() >= this.#untoldAt || used - this.#leastUsed > room / 4;
  }

  async #measure(look: DiskLook, jobs: number): Promise<void> {
    const began = performance.now();
    this.#bytes = await addedTo(look);
    const tookMs = performance.now() - began;
    this.#restUntil =
      began + tookMs + Math.max(SHORTEST_REST_MS, tookMs * Math.max(REST, REST_OF_ALL * jobs));
    this.#untoldAt = began + Math.max(UNTOLD_MS, tookMs * UNTOLD_REST_OF_ALL * jobs);
  }
}

/** Stops counting when it is more than enough. */
export async function addedTo({ folders, since, enough }: DiskLook): Promise<number> {
  const rest = [...folders];
  const count = new Count(since);
  let stepEnds = performance.now() + STEP_MS;
  for (let folder = rest.pop(); folder !== undefined; folder = rest.pop()) {
    // What lies deeper could not be looked at, and who makes such paths hides something.
    if (Buffer.byteLength(folder) > DEEPEST_PATH) return Math.max(count.bytes, enough + 1);
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      if (count.takes(statsOf(path)) === 'folder') rest.push(path);
      if (count.bytes > enough) return count.bytes;
      if (performance.now() < stepEnds) continue;
      await breathe();
      stepEnds = performance.now() + STEP_MS;
    }
  }
  return count.bytes;
}

class Count {
  bytes = 0;
  readonly #since: number;
  /** Files of several names count once. */
  readonly #seen = new Set<string>();

  constructor(since: number) {
    this.#since = since;
  }

  takes(stats: Stats | null): 'folder' | 'other' {
    if (stats === null) return 'other';
    const isFolder = stats.isDirectory();
    const isLinked = stats.nlink > 1 && !isFolder;
    if (this.#isNew(stats, isLinked)) this.bytes += stats.blocks * 512 + INODE_BYTES;
    return isFolder ? 'folder' : 'other';
  }

  /** A new name for an old file changes the file, and adds nothing. */
  #isNew({ birthtimeMs, ctimeMs, dev, ino }: Stats, isLinked: boolean): boolean {
    if (!isLinked) return ctimeMs > this.#since;
    if (birthtimeMs <= this.#since || this.#seen.has(`${dev}:${ino}`)) return false;
    this.#seen.add(`${dev}:${ino}`);
    return true;
  }
}

/** None of what cannot be listed. To ask a thread for them and to wait would cost more than to look at them. */
function* namesIn(folder: string): Generator<string> {
  let dir: Dir | undefined;
  try {
    dir = opendirSync(folder, { bufferSize: LISTED_AT_ONCE });
    for (let entry = dir.readSync(); entry !== null; entry = dir.readSync()) yield entry.name;
  } catch {
    // It was taken away, or is none of ours to read.
  } finally {
    dir?.closeSync();
  }
}

function statsOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}
