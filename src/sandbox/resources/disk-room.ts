/** How full the disks are. An answer serves all jobs that have folders on that disk, and is good for nearly a second. */

import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';

/** In bytes. */
export interface DiskRoom {
  readonly used: number;
  readonly free: number;
}

const FRESH_MS = 900;

/** Of this machine. */
export class Disks {
  readonly #answers = new Map<
    number,
    { readonly askedAt: number; readonly room: Promise<DiskRoom | null> }
  >();

  /** Null when the disk cannot be asked by this folder. */
  room(device: number, folder: string): Promise<DiskRoom | null> {
    const known = this.#answers.get(device);
    if (known !== undefined && performance.now() - known.askedAt < FRESH_MS) return known.room;
    const room = statfs(folder).then(
      ({ blocks, bfree, bavail, bsize }) => ({ used: (blocks - bfree) * bsize, free: bavail * bsize }),
      () => {
        this.#answers.delete(device);
        return null;
      },
    );
    this.#answers.set(device, { askedAt: performance.now(), room });
    return room;
  }
}

/** Of one job, whose folders that count are there when it begins. */
export class JobDisks {
  readonly #disks: Disks;
  /** Device → a folder on it. */
  readonly #folders = new Map<number, string>();

  constructor(disks: Disks, folders: readonly string[]) {
    this.#disks = disks;
    for (const folder of folders) {
      const device = statSync(folder, { throwIfNoEntry: false })?.dev;
      if (device !== undefined) this.#folders.set(device, folder);
    }
  }

  /** What all its disks have taken, and what the fullest of them has free; of those that can be asked. */
  async room(): Promise<DiskRoom> {
    let used = 0;
    let free = Number.POSITIVE_INFINITY;
    for (const [device, folder] of this.#folders) {
      const room = await this.#disks.room(device, folder);
      if (room === null) continue;
      used += room.used;
      free = Math.min(free, room.free);
    }
    return { used, free };
  }
}
