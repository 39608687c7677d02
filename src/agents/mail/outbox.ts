/**
 * What an agent leaves for others, one JSON file each. The folder is the agent's, alone and as long as it lives: names,
 * sizes, kinds and numbers of what lies there are whatever it makes of them. Nothing is moved or removed, so that whoever
 * takes the agent over after a crash finds the same.
 */

import { createHash } from 'node:crypto';
import { constants, opendirSync } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutboxFile } from '../../core/message.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { Absence, changedAt } from './folder-changes.ts';
import { readLetter } from './outbox-letter.ts';

/** Bytes. */
const LARGEST_LETTER = 32_768;
/** Of one attempt, those that are none among them. */
export const MOST_LETTERS = 100;
/** Of a look; the rest is not seen. */
const MOST_ENTRIES = 1000;
/** What is not whole yet is given so long, in milliseconds. */
const WRITTEN_AFTER_MS = 2000;
/** A name that ends otherwise is not finished, or none of ours. */
const NAME = /^[A-Za-z0-9_][\w.-]{0,99}\.json$/;

/** Looks at a folder that seems unchanged before its files are looked at all the same: a file written anew is none of its changes. */
const QUIET_LOOKS = 5;

export interface OutboxParts {
  /** Absolute. */
  readonly folder: string;
  /** Takes out what must not be kept. */
  readonly redact: (text: string) => string;
  readonly take: (file: OutboxFile) => void;
}

export class Outbox {
  readonly #parts: OutboxParts;
  /** Name → how the file looked when it was read. */
  readonly #seen = new Map<string, string>();
  readonly #keys = new Set<string>();
  #looking: Promise<void> | null = null;
  #changedAt = 0;
  #quietLooks = 0;
  #hasUnfinished = false;
  readonly #letters = new Absence();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** One look at a time. At the last one, when its agent is gone, nothing is given time any more. */
  async look(isLast = false, at = changedAt(this.#parts.folder)): Promise<void> {
    if (isLast) await this.#looking;
    // Most looks end here.
    if (at === null || (!isLast && this.#letters.holds(at))) return;
    this.#looking ??= this.#look(isLast, at)
      .catch(() => undefined)
      .finally(() => {
        this.#looking = null;
      });
    await this.#looking;
  }

  async #look(isLast: boolean, at: number): Promise<void> {
    if (!isLast && !this.#isWorthALook(at)) return;
    const { take } = this.#parts;
    this.#hasUnfinished = false;
    const names = this.#names();
    this.#letters.note(names.length === 0, at);
    for (const name of names) {
      if (this.#keys.size >= MOST_LETTERS) return;
      const file = await this.#read(name, isLast);
      if (file === null || this.#keys.has(file.key)) continue;
      this.#keys.add(file.key);
      take(file);
      if (this.#keys.size === MOST_LETTERS) take(full());
    }
  }

  #isWorthALook(at: number): boolean {
    const isQuiet = at === this.#changedAt && !this.#hasUnfinished;
    this.#quietLooks = isQuiet ? this.#quietLooks + 1 : 0;
    this.#changedAt = at;
    return this.#quietLooks % QUIET_LOOKS === 0;
  }

  /** In order, as they were meant to be read. */
  #names(): readonly string[] {
    const names: string[] = [];
    const folder = opendirSync(this.#parts.folder);
    try {
      for (let entries = 0; entries < MOST_ENTRIES; entries += 1) {
        const entry = folder.readSync();
        if (entry === null) break;
        if (NAME.test(entry.name)) names.push(entry.name);
      }
    } finally {
      folder.closeSync();
    }
    return names.sort();
  }

  /** Null: as it was, or not finished. */
  async #read(name: string, isLast: boolean): Promise<OutboxFile | null> {
    const path = join(this.#parts.folder, name);
    const { mtimeMs, size, ino } = await lstat(path);
    const look = `${mtimeMs} ${size} ${ino}`;
    if (this.#seen.get(name) === look) return null;
    const text = await readSmall(path);
    const letter = text.ok ? readLetter(this.#parts.redact(text.value)) : text;
    if (!letter.ok && !isLast && Date.now() - mtimeMs < WRITTEN_AFTER_MS) {
      this.#hasUnfinished = true;
      return null;
    }
    this.#seen.set(name, look);
    const key = keyOf(name, text.ok ? text.value : look);
    return letter.ok ? { key, file: name, letter: letter.value } : { key, file: name, problem: letter.error };
  }
}

/** Neither a link is followed nor a pipe waited for. */
async function readSmall(path: string): Promise<Result<string, string>> {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  let file: FileHandle;
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return err('it is no plain file that can be read');
  }
  try {
    if (!(await file.stat()).isFile()) return err('it is no plain file');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LARGEST_LETTER + 1));
    if (bytesRead > LARGEST_LETTER) return err(`it is larger than ${LARGEST_LETTER} bytes`);
    return ok(buffer.toString('utf8', 0, bytesRead));
  } catch {
    return err('it cannot be read');
  } finally {
    await file.close();
  }
}

function full(): OutboxFile {
  const problem = `an attempt may leave ${MOST_LETTERS} files; what comes now is not read`;
  return { key: 'full', file: 'the outbox', problem };
}

function keyOf(name: string, text: string): string {
  return createHash('sha256').update(`${name}\0${text}`).digest('hex').slice(0, 16);
}
