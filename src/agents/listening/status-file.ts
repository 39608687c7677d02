/**
 * How far an agent is, and what it does, in a file that any program can write: `{"progress_percent": 45, "current_step":
 * "…"}`. The folder is the agent's: what lies there is whatever it makes of it.
 */

import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AgentEvent, AttemptPaths } from '../driver.ts';
import { numberIn, readObject, textIn } from '../lines/json-line.ts';
import { Absence, changedAt } from '../mail/folder-changes.ts';

/** Bytes; a longer one is not read. */
const LARGEST = 16_384;

type Progress = Extract<AgentEvent, { type: 'progress' }>;

/** Beside the messages; they have other endings. */
export function statusPath({ outbox }: Pick<AttemptPaths, 'outbox'>): string {
  return join(outbox, 'agent.status');
}

export interface StatusFileParts {
  /** Absolute. */
  readonly path: string;
  /** Takes out what must not be kept. */
  readonly redact: (text: string) => string;
  readonly take: (progress: Progress) => void;
}

export class StatusFile {
  readonly #parts: StatusFileParts;
  readonly #absence = new Absence();
  #seen = '';

  constructor(parts: StatusFileParts) {
    this.#parts = parts;
  }

  /** Most agents have none. */
  look(at = changedAt(dirname(this.#parts.path))): void {
    const { path, redact, take } = this.#parts;
    if (at === null || this.#absence.holds(at)) return;
    const look = lookOf(path);
    this.#absence.note(look === null, at);
    const text = this.#isNew(look) ? readPlain(path) : null;
    const progress = text === null ? null : parseStatus(redact(text));
    if (progress !== null) take(progress);
  }

  #isNew(look: string | null): boolean {
    if (look === null || look === this.#seen) return false;
    this.#seen = look;
    return true;
  }
}

/** Null where there is nothing; empty where nobody can tell, because the agent has shut the folder. */
function lookOf(path: string): string | null {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat === undefined ? null : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
  } catch {
    return '';
  }
}

/** Null for what says nothing of the kind; a half-written file is one, too. */
export function parseStatus(text: string): Progress | null {
  const fields = readObject(text.trim());
  if (fields === null) return null;
  const [percent, step] = [numberIn(fields, 'progress_percent'), textIn(fields, 'current_step')];
  if (percent === undefined && step === undefined) return null;
  return {
    type: 'progress',
    ...(percent === undefined ? {} : { percent }),
    ...(step === undefined ? {} : { step }),
  };
}

/** Neither a link is followed nor a pipe waited for. Null where there is no plain, small file. */
function readPlain(path: string): string | null {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  let file: number;
  try {
    file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    if (!fstatSync(file).isFile()) return null;
    const bytes = Buffer.alloc(LARGEST + 1);
    const length = readSync(file, bytes);
    return length > LARGEST ? null : bytes.toString('utf8', 0, length);
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}
