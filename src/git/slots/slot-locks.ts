/** The locks of a pool: each is held by one caller at a time, over all processes. */

import { join } from 'node:path';

import { type LockOptions, withLock } from '../../process/lock.ts';
import type { SlotPlace } from './slot-place.ts';

export class SlotLocks {
  readonly #folder: string;

  constructor(poolFolder: string) {
    this.#folder = poolFolder;
  }

  /** Nobody else reads or changes who has which slot meanwhile. */
  owners<T>(work: () => T): Promise<T> {
    return this.#locked('owners.lock', work);
  }

  /** Nobody else gives kept slots back meanwhile. */
  trimming<T>(work: () => Promise<T>): Promise<T> {
    return this.#locked('trim.lock', work);
  }

  /** Nobody else cleans the slot or fills it meanwhile. Throws when that has to be waited for longer than may be. */
  filling<T>({ name }: SlotPlace, work: () => Promise<T>, options?: LockOptions): Promise<T> {
    return this.#locked(`${name}.lock`, work, options);
  }

  async #locked<T>(file: string, work: () => T | Promise<T>, options?: LockOptions): Promise<T> {
    const done = await withLock(join(this.#folder, file), work, options);
    if (done.ok) return done.value;
    throw new Error(
      done.error.reason === 'unusable' ? done.error.detail : 'the lock on the pool is held for too long',
    );
  }
}
