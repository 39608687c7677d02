/**
 * Keeps the items of a queue true to a run. A transition is one rename, then the status line in the body. A crash
 * between the two leaves a name that is right and a body that is behind; the next look mends it. There are never two
 * files of one item, so no text can be lost between them.
 */

import { lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { TaskId } from '../core/plan.ts';
import { printableLine } from '../core/printable.ts';
import type { RunState } from '../core/run-state.ts';
import type { TaskRecord } from '../core/task-state.ts';
import { withNote, withStatus } from '../formats/queue/edit-item.ts';
import { type ItemName, itemFileName, parseItemName } from '../formats/queue/item-name.ts';
import { errorOf } from '../views/task-facts.ts';
import { type FamilyWords, familyWords } from '../views/task-words.ts';
import { readText } from './read-folder.ts';
import { errorCode } from './system-error.ts';
import { writeProblem } from './write-text.ts';

interface Wanted {
  readonly status: NonNullable<FamilyWords['queue']>;
  /** For the notes; absent when there is nothing to say. */
  readonly note?: string;
}

/** An item is a page; a longer file is nobody's to rewrite. */
const MOST_BYTES = 2_000_000;
const TEMPORARY = /^\.\d{3,6}-.*\.md\.cox\.tmp$/;
const LONGEST_REASON = 500;
/** How often a file that changes while it is read is read again. */
const TRIES = 5;

export class QueueItems {
  readonly #folder: string;
  /** What was brought about, so that a look costs nothing where nothing has changed. */
  readonly #done = new Map<TaskId, string>();

  /** Absolute path of the queue. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async bring(state: RunState): Promise<readonly string[]> {
    const open: (readonly [TaskId, Wanted])[] = [];
    for (const record of state.tasks.values()) {
      const wanted = wantedOf(state, record);
      if (wanted !== null && this.#done.get(record.id) !== JSON.stringify(wanted))
        open.push([record.id, wanted]);
    }
    if (open.length === 0) return [];
    const problems: string[] = [];
    const items = await this.#items();
    if (typeof items === 'string') return [items];
    for (const [id, wanted] of open) {
      const problem = await this.#bringItem(id, items.get(id) ?? [], wanted);
      if (problem === null) this.#done.set(id, JSON.stringify(wanted));
      else problems.push(problem);
    }
    return problems;
  }

  async #items(): Promise<ReadonlyMap<TaskId, readonly ItemName[]> | string> {
    try {
      const items = new Map<TaskId, ItemName[]>();
      for (const name of await readdir(this.#folder)) {
        // Of a process that was killed while it wrote.
        if (TEMPORARY.test(name)) await rm(join(this.#folder, name), { force: true });
        const item = parseItemName(name);
        if (item !== null) items.set(item.number, [...(items.get(item.number) ?? []), item]);
      }
      return items;
    } catch (error) {
      return `the queue ${this.#folder} cannot be read: ${errorCode(error)}`;
    }
  }

  async #bringItem(id: TaskId, found: readonly ItemName[], wanted: Wanted): Promise<string | null> {
    const [item, other] = found;
    const left = `what became of it stays in the log: cox status`;
    if (item === undefined) return `item ${id} is not in the queue any more; ${left}`;
    if (other !== undefined) return `there are two files of item ${id}; keep one of them, and ${left}`;
    const from = join(this.#folder, itemFileName(item));
    const to = join(this.#folder, itemFileName({ ...item, status: wanted.status }));
    try {
      const stats = await lstat(from);
      if (!stats.isFile()) return `${from} is no plain file and is left alone; ${left}`;
      if (from !== to) await rename(from, to);
      return await editText(to, stats.mode, (text) => {
        const noted = wanted.note === undefined ? text : withNote(text, wanted.note);
        return withStatus(noted, wanted.status);
      });
    } catch (error) {
      return writeProblem(to, error).message;
    }
  }
}

function wantedOf(state: RunState, record: TaskRecord): Wanted | null {
  const status = familyWords(state, record).queue;
  if (status === null) return null;
  if (status !== 'blocked') return { status };
  const reason = printableLine(errorOf(record.state) ?? 'it was cancelled').slice(0, LONGEST_REASON);
  return { status, note: `Blocked in run ${state.run}, attempt ${record.attempts.length}: ${reason}` };
}

/**
 * Replaces the text by what `edit` makes of it, whole or not at all. Somebody may write to the file meanwhile: just
 * before the new text takes its place it is read once more, and what has changed is edited instead. Null when done.
 */
async function editText(path: string, mode: number, edit: (text: string) => string): Promise<string | null> {
  const temporary = join(path, '..', `.${basename(path)}.cox.tmp`);
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const before = await readText(path, MOST_BYTES);
    if (!before.ok) return `${path} cannot be read: ${before.error}; its status line is left as it is`;
    const after = edit(before.value);
    if (after === before.value) return null;
    await writeDurably(temporary, mode, after);
    const now = await readText(path, MOST_BYTES);
    if (now.ok && now.value === before.value) {
      await rename(temporary, path);
      return null;
    }
    await rm(temporary, { force: true });
  }
  return `${path} is being written by somebody else; its status line is left as it is`;
}

async function writeDurably(path: string, mode: number, text: string): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, 'wx', mode & 0o777);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
