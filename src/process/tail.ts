/**
 * Follows the log of a living job line by line, whenever it is asked to look. Nothing is watched: a look at a log that
 * has not grown costs about a microsecond, and a log that grows all the time no more than one look.
 */

import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';

import { LineSplitter } from './lines.ts';

export interface TailOptions {
  /** The log; it may not be there yet. */
  readonly path: string;
  /** Of a longer line the beginning is given, with CUT_MARK behind it. */
  readonly maxLineBytes: number;
  /** The bound of the log. */
  readonly logBytes: number;
  /** Called for every complete line in turn, and for a last one without an end. Must not throw. */
  readonly onLine: (line: string) => void;
}

const CHUNK_BYTES = 65_536;
/** At the end, for a log that cannot be opened while all files that there may be are open. */
const TRY_AGAIN_MS = 100;
const MOST_TRIES = 100;
/** Nobody keeps a part of it, and nothing is read while lines are given. */
const shared = Buffer.allocUnsafeSlow(CHUNK_BYTES);

/** Begins with the first line, also when the log was written long ago. */
export class Tail {
  readonly #options: TailOptions;
  readonly #splitter: LineSplitter;
  #fd: number | null = null;
  #position = 0;
  #size = 0;
  #grewAt = 0;
  /** A large part that is read in pieces. */
  #catchingUp: Promise<void> | null = null;
  #isClosed = false;
  /** It is there, and others have all files that this process may open. */
  #isShutOut = false;

  constructor(options: TailOptions) {
    this.#options = options;
    this.#splitter = new LineSplitter(options.maxLineBytes);
  }

  /** Gives the lines that have come since the last look; of very many of them the rest comes later by itself. */
  look(): void {
    this.#attempt(() => {
      this.#fd ??= this.#open();
      if (this.#fd === null) return;
      if (this.#catchingUp === null && this.#readPiece()) this.#catchingUp = this.#catchUp();
    });
  }

  /**
   * When the log had last grown at the last look, in milliseconds since the epoch; 0 without a log. Once a log has
   * reached its bound nobody can see it grow any more, and the present time is given: not known to be idle.
   */
  get lastGrowth(): number {
    return this.isFull ? Date.now() : this.#grewAt;
  }

  /** It has reached its bound: the rest of the output is dropped. */
  get isFull(): boolean {
    return this.#size >= this.#options.logBytes;
  }

  /** Nothing more is written: gives all that is left, and closes. Never rejects. */
  async finish(): Promise<void> {
    await this.#catchingUp;
    this.look();
    for (let tries = 0; this.#isShutOut && tries < MOST_TRIES; tries += 1) {
      await sleep(TRY_AGAIN_MS);
      this.look();
    }
    await this.#catchingUp;
    const rest = this.#isClosed ? null : this.#splitter.flush();
    if (rest !== null) this.#options.onLine(rest);
    this.close();
  }

  /** Gives no more lines. */
  close(): void {
    this.#isClosed = true;
    this.#isShutOut = false;
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  /** Others have their turn between two pieces. */
  async #catchUp(): Promise<void> {
    for (let isMore = true; isMore; ) {
      await breathe();
      isMore = false;
      this.#attempt(() => {
        isMore = this.#readPiece();
      });
    }
    this.#catchingUp = null;
  }

  /** To ask a thread for it and to wait would cost a hundred times as much. True when there may be more. */
  #readPiece(): boolean {
    if (this.#fd === null) return false;
    const count = readSync(this.#fd, shared, 0, CHUNK_BYTES, this.#position);
    if (count === 0) return false;
    // Before its lines are given: whoever takes them may ask how old they are.
    const { size, mtimeMs } = fstatSync(this.#fd);
    this.#size = size;
    this.#grewAt = mtimeMs;
    this.#position += count;
    for (const line of this.#splitter.push(shared.subarray(0, count))) {
      if (this.#isClosed) return false;
      this.#options.onLine(line);
    }
    return count === CHUNK_BYTES;
  }

  #open(): number | null {
    try {
      this.#isShutOut = false;
      return open(this.#options.path);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      this.#isShutOut = code === 'EMFILE' || code === 'ENFILE';
      if (this.#isShutOut) return null;
      throw error;
    }
  }

  #attempt(work: () => void): void {
    if (this.#isClosed) return;
    try {
      work();
    } catch {
      // The log was taken away under us, or its disk fails: there is nothing more to be had from it.
      this.close();
    }
  }
}

/** Null when it is not there. Neither a link is followed nor a pipe waited for. */
function open(path: string): number | null {
  if (!existsSync(path)) return null;
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
  try {
    // Else each look that finds something has the file system write down when it was.
    return openSync(path, flags | (constants.O_NOATIME ?? 0));
  } catch {
    // Only the owner may ask for that.
    return openSync(path, flags);
  }
}
