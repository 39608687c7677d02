/** Follows the log of a living job line by line. */

import { type FSWatcher, fstatSync, readSync, statSync, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

import { LineSplitter } from './lines.ts';

export interface TailOptions {
  /** The log; it may not be there yet. */
  readonly path: string;
  /** Settles when nothing more will be written. What is there by then is still read. */
  readonly ended: Promise<unknown>;
  /** Of a longer line the beginning is given, with CUT_MARK behind it. */
  readonly maxLineBytes: number;
  /** The bound of the log; see `lastGrowth`. */
  readonly logBytes: number;
  /** Called for every complete line in turn, and for a last one without an end. Must not throw. */
  readonly onLine: (line: string) => void;
}

export interface Tail {
  /** Resolves after the last line, or after `close`; never rejects. */
  readonly done: Promise<void>;
  /**
   * When the log last grew, milliseconds since the epoch; the time this tail began when there is no log. Once a
   * log has reached its bound nobody can see it grow any more, and the present time is given: not known to be idle.
   */
  lastGrowth(): number;
  /** Reads no more. */
  close(): void;
}

/** The watch tells at once; this is for systems and file systems that do not. */
const POLL_MS = 1_000;
const MISSING_POLL_MS = 50;
/** Writes that come close together are read together. */
const GATHER_MS = 10;
const CHUNK_BYTES = 65_536;
/** For what is read in one go; nobody keeps a part of it. */
const shared = Buffer.allocUnsafeSlow(CHUNK_BYTES);

/** Begins with the first line, also when the log was written long ago. */
export function followLines(options: TailOptions): Tail {
  const begun = Date.now();
  const waiting = new Waiting();
  void options.ended.then(
    () => waiting.finish(),
    () => waiting.finish(),
  );
  return {
    done: follow(options, waiting).finally(() => waiting.close()),
    lastGrowth: () => lastGrowth(options, begun),
    close: () => waiting.close(),
  };
}

async function follow(options: TailOptions, waiting: Waiting): Promise<void> {
  const file = await openWhenThere(options.path, waiting);
  if (file === null) return;
  const splitter = new LineSplitter(options.maxLineBytes);
  try {
    waiting.watch(options.path);
    let position = 0;
    while (!waiting.closed) {
      // Asked before the reading: what was written until the end is read once more after it.
      const last = waiting.finished;
      position = await readOn(file, { position, splitter, options, waiting });
      if (last) break;
      await waiting.next(POLL_MS);
    }
    const rest = waiting.closed ? null : splitter.flush();
    if (rest !== null) options.onLine(rest);
  } catch {
    // The log was taken away under us, or its disk fails: there is nothing more to be had from it.
  } finally {
    await file.close();
  }
}

async function openWhenThere(path: string, waiting: Waiting): Promise<FileHandle | null> {
  while (!waiting.closed) {
    const last = waiting.finished;
    try {
      return await open(path, 'r');
    } catch {
      if (last) return null;
      await waiting.next(MISSING_POLL_MS);
    }
  }
  return null;
}

interface Reading {
  readonly position: number;
  readonly splitter: LineSplitter;
  readonly options: TailOptions;
  readonly waiting: Waiting;
}

/** Reads to the present end of the file, and gives where that is. */
async function readOn(file: FileHandle, reading: Reading): Promise<number> {
  let { position } = reading;
  // Looked at first, so that an idle log costs nothing more.
  const size = fstatSync(file.fd).size;
  if (size <= position) return position;
  // A little is read at once: to ask a thread for it and to wait would cost a hundred times as much.
  if (size - position <= CHUNK_BYTES) {
    const bytesRead = readSync(file.fd, shared, 0, size - position, position);
    give(shared.subarray(0, bytesRead), reading);
    return position + bytesRead;
  }
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  while (!reading.waiting.closed) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    give(buffer.subarray(0, bytesRead), reading);
  }
  return position;
}

function give(bytes: Buffer, { splitter, waiting, options }: Reading): void {
  for (const line of splitter.push(bytes)) {
    if (waiting.closed) break;
    options.onLine(line);
  }
}

function lastGrowth(options: TailOptions, begun: number): number {
  try {
    const { size, mtimeMs } = statSync(options.path);
    return size >= options.logBytes ? Date.now() : mtimeMs;
  } catch {
    return begun;
  }
}

/** Sleeps until the file changes, the job ends, the tail is closed, or a while has passed. */
class Waiting {
  #changed = false;
  #wake: (() => void) | undefined;
  #watcher: FSWatcher | undefined;
  finished = false;
  closed = false;

  watch(path: string): void {
    if (this.closed) return;
    try {
      this.#watcher = watch(path, () => this.#change());
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // No watches left on this system: the poll does it.
    }
  }

  finish(): void {
    this.finished = true;
    this.#change();
  }

  close(): void {
    this.closed = true;
    this.#watcher?.close();
    this.#change();
  }

  async next(limitMs: number): Promise<void> {
    if (!this.#changed) await this.#sleep(limitMs, true);
    if (this.#changed && !this.finished && !this.closed) await this.#sleep(GATHER_MS, false);
    this.#changed = false;
  }

  #sleep(ms: number, untilChange: boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        if (!untilChange && !this.finished && !this.closed) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #change(): void {
    this.#changed = true;
    this.#wake?.();
  }
}
