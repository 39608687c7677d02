/** What an attempt's folder remembers across a crash: the slot that was prepared, and the outcome. */

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptOutcome } from '../core/attempt.ts';
import { err, ok, type Result } from '../core/result.ts';
import { lacksRoom } from '../ports/outside-failure.ts';
import type { Slot, WorktreeProblem } from '../ports/worktree.ts';

type Marked = Result<void, WorktreeProblem>;

export class Marks {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  slot(): Promise<Slot | null> {
    return this.#read<Slot>('slot.json');
  }

  outcome(): Promise<AttemptOutcome | null> {
    return this.#read<AttemptOutcome>('outcome.json');
  }

  /** Not flushed: files of the slot that are as young would be lost with the machine, too. One that is not known is filled anew. */
  setSlot(slot: Slot): Promise<Marked> {
    return this.#write('slot.json', slot, { flush: false });
  }

  /** On the disk before others can have the slot: a second look there would find none of the work. */
  setOutcome(outcome: AttemptOutcome): Promise<Marked> {
    return this.#write('outcome.json', outcome, { flush: true });
  }

  /** Our own file, written whole or not at all; one that cannot be read counts as absent. */
  async #read<T>(name: string): Promise<T | null> {
    try {
      const value: T = JSON.parse(await readFile(join(this.#folder, name), 'utf8'));
      return value;
    } catch {
      return null;
    }
  }

  async #write(name: string, value: unknown, { flush }: { readonly flush: boolean }): Promise<Marked> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const file = join(this.#folder, name);
      await writeFile(`${file}.tmp`, JSON.stringify(value), { mode: 0o600, flush });
      await rename(`${file}.tmp`, file);
      return ok(undefined);
    } catch (error) {
      return err(problemOf(error));
    }
  }
}

function problemOf(error: unknown): WorktreeProblem {
  const detail = error instanceof Error ? error.message : String(error);
  return { reason: 'unreadable', detail, mayPass: lacksRoom(detail) };
}
