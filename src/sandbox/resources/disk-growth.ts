/**
 * How much a job has added to the disk: what its writable folders hold that is newer than the job. Folders are
 * walked in small steps, for a small share of the time, and only when the disk has filled up since the last walk or
 * a while has passed. What was deleted and is still open is not seen.
 */

import { lstatSync, type Stats } from 'node:fs';
import { readdir, statfs } from 'node:fs/promises';
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

const STEP_MS = 5;
/** A walk is followed by this many times as long without one. */
const REST = 20;
const SHORTEST_REST_MS = 1_000;
/** Others may make as much room as the job takes, and then the disk does not tell. */
const LONGEST_REST_MS = 10_000;
/** The system takes 4096 bytes in one piece. */
const DEEPEST_PATH = 3_800;
/** A file takes room for itself too, also when it is empty. */
const INODE_BYTES = 1_024;

/** For one job. */
export class DiskGrowth {
  #bytes = 0;
  #walk: Promise<void> | null = null;
  #restUntil = Number.NEGATIVE_INFINITY;
  #lookAgainAt = Number.NEGATIVE_INFINITY;
  #usedThen = 0;

  /** What the last walk has found. */
  get latest(): number {
    return this.#bytes;
  }

  get isMeasured(): boolean {
    return this.#lookAgainAt > Number.NEGATIVE_INFINITY;
  }

  /** The same; sees to it that there is another when it is due. */
  async bytes(look: DiskLook): Promise<number> {
    if (this.#walk === null && performance.now() >= this.#restUntil && (await this.#isDue(look))) {
      this.#walk ??= this.#measure(look).finally(() => {
        this.#walk = null;
      });
    }
    return this.#bytes;
  }

  /** Resolves when no walk is under way. */
  async settled(): Promise<void> {
    await this.#walk;
  }

  async #isDue({ folders, enough }: DiskLook): Promise<boolean> {
    const used = await usedOn(folders);
    const room = enough - this.#bytes;
    const due = performance.now() >= this.#lookAgainAt || used - this.#usedThen > room / 4;
    if (due) this.#usedThen = used;
    return due;
  }

  async #measure(look: DiskLook): Promise<void> {
    const began = performance.now();
    this.#bytes = await addedTo(look);
    const tookMs = performance.now() - began;
    this.#restUntil = began + tookMs + Math.max(SHORTEST_REST_MS, tookMs * REST);
    this.#lookAgainAt = began + Math.max(LONGEST_REST_MS, tookMs * REST);
  }
}

/** Bytes of the disks that the folders lie on; 0 where that cannot be asked. */
async function usedOn(folders: readonly string[]): Promise<number> {
  const answers = await Promise.all(folders.map((folder) => statfs(folder).catch(() => null)));
  const bytes = new Set(answers.map((each) => (each === null ? 0 : (each.blocks - each.bfree) * each.bsize)));
  return [...bytes].reduce((sum, each) => sum + each, 0);
}

/** Stops counting when it is more than enough. */
export async function addedTo({ folders, since, enough }: DiskLook): Promise<number> {
  const rest = [...folders];
  const count = new Count(since);
  let stepEnds = performance.now() + STEP_MS;
  for (let folder = rest.pop(); folder !== undefined; folder = rest.pop()) {
    // What lies deeper could not be looked at, and who makes such paths hides something.
    if (Buffer.byteLength(folder) > DEEPEST_PATH) return Math.max(count.bytes, enough + 1);
    for (const name of await namesIn(folder)) {
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

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

function statsOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}
