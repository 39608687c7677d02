/** One look at a folder tells all who wait for files in it whether any can have come. The folder is the agent's. */

import { lstatSync } from 'node:fs';

/** Two changes of a folder may have one time when they come within so many milliseconds, by its file system. */
const GRAIN_MS = 2000;

/** In milliseconds since the epoch. Null where there is no such folder, or something else in its place. */
export function changedAt(folder: string): number | null {
  try {
    // To ask a thread for it and to wait costs a hundred times as much.
    const found = lstatSync(folder, { throwIfNoEntry: false });
    return found?.isDirectory() === true ? found.mtimeMs : null;
  } catch {
    return null;
  }
}

/** What was not in a folder is not in it until the folder is changed. */
export class Absence {
  #at: number | null = null;

  /** `at` is when the folder was last changed, as found before somebody looked into it. */
  note(isAbsent: boolean, at: number, now = Date.now()): void {
    this.#at = isAbsent && now - at > GRAIN_MS ? at : null;
  }

  holds(at: number): boolean {
    return at === this.#at;
  }
}
