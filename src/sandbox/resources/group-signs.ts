/** Whether the kernel has counted anything anew in a job's control groups; mostly nothing has happened. */

import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

import { SIGNS } from './cgroup-counts.ts';

const shared = Buffer.allocUnsafeSlow(4096);

/** Files stay open, for to read one again is one call then instead of five. */
export class GroupSigns {
  /** Descriptor → what was read of it last. */
  readonly #files = new Map<number, string>();

  /** Throws when what is there cannot be opened. */
  constructor(groups: readonly string[]) {
    try {
      for (const path of groups.flatMap((group) => SIGNS.map((name) => join(group, name))))
        if (existsSync(path)) this.#files.set(openSync(path, 'r'), '');
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Since the last time that this was asked; true the first time, and when a group was removed. */
  haveChanged(): boolean {
    let changed = false;
    for (const [file, before] of this.#files) {
      const text = textOf(file);
      if (text === before) continue;
      changed = true;
      if (text !== null) this.#files.set(file, text);
      else this.#close(file);
    }
    return changed;
  }

  close(): void {
    for (const file of this.#files.keys()) this.#close(file);
  }

  #close(file: number): void {
    this.#files.delete(file);
    closeSync(file);
  }
}

/** Null when the group was removed. */
function textOf(file: number): string | null {
  try {
    return shared.toString('latin1', 0, readSync(file, shared, 0, shared.length, 0));
  } catch {
    return null;
  }
}
