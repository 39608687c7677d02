/** Clears away what runs of this machine left behind. */

import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { HeldSlots, Leftovers } from '../ports/leftovers.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { Worktrees } from '../ports/worktree.ts';

export interface LeftoversParts {
  readonly worktrees: Worktrees;
  /** Absolute; holds the folders of all runs. */
  readonly folder: string;
  /** Absolute folder of a run, directly in `folder`. */
  readonly runFolder: (run: string) => string;
}

/** Of a run's folder: what agents printed, their sessions, what the commands of checks printed, and looks. */
const LOGS = ['attempts', 'sessions', 'checks', 'radar'];
const REMOVED = '.removed-';

export class LocalLeftovers implements Leftovers {
  readonly #parts: LeftoversParts;

  constructor(parts: LeftoversParts) {
    this.#parts = parts;
  }

  async hasLogs(run: string): Promise<boolean> {
    const there = await Promise.all(this.#logFolders(run).map(isThere));
    return there.includes(true);
  }

  /** Out of the way in one step: nobody may find half of them. What a crash leaves is removed the next time. */
  async removeLogs(run: string): Promise<void> {
    const { folder } = this.#parts;
    try {
      for (const logs of this.#logFolders(run)) {
        if (await isThere(logs)) await rename(logs, join(folder, `${REMOVED}${randomUUID()}`));
      }
      for (const name of await readdir(folder)) {
        if (name.startsWith(REMOVED)) await rm(join(folder, name), { recursive: true, force: true });
      }
    } catch (error) {
      throw outside(error);
    }
  }

  async heldSlots(): Promise<readonly HeldSlots[]> {
    const since = new Map<string, number>();
    for (const { holder, since: at } of await this.#parts.worktrees.held()) {
      since.set(holder.run, Math.max(at, since.get(holder.run) ?? 0));
    }
    return [...since].map(([run, at]) => ({ run, since: at }));
  }

  async giveBackSlots(run: string): Promise<void> {
    const { worktrees } = this.#parts;
    try {
      for (const { slot, holder } of await worktrees.held()) {
        // Where nobody knows any more what an attempt left, it is archived before the slot is used again.
        const how = holder.task === undefined ? 'reuse' : 'keep';
        if (holder.run === run) await worktrees.release(slot, holder, how);
      }
    } catch (error) {
      throw outside(error);
    }
  }

  async removeFreeSlots(): Promise<void> {
    try {
      await this.#parts.worktrees.removeFree();
    } catch (error) {
      throw outside(error);
    }
  }

  #logFolders(run: string): readonly string[] {
    return LOGS.map((name) => join(this.#parts.runFolder(run), name));
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A file system that does not let us is no bug of ours. */
function outside(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  return new OutsideFailure(error.message, { cause: error, mayPass: false });
}
