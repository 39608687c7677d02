/** When something that is drawn again and again is drawn: at once, but not too often, each second, and at a new size. */

import type { Terminal } from './terminal.ts';

export interface RepaintOptions {
  readonly stream: Terminal;
  readonly draw: () => void;
  /** Shortest time between two drawings, in milliseconds. */
  readonly everyMs?: number;
}

/** Eight times a second. */
const EVERY_MS = 125;
/** Elapsed times go on when nothing else happens. */
const TICK_MS = 1000;

/** A terminal that is gone (closed window, broken pipe) ends the drawing and nothing else. */
export class Repaint {
  readonly #stream: Terminal;
  readonly #draw: () => void;
  readonly #everyMs: number;
  readonly #tick: NodeJS.Timeout;
  #pending: NodeJS.Timeout | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #isOpen = true;

  constructor({ stream, draw, everyMs = EVERY_MS }: RepaintOptions) {
    this.#stream = stream;
    this.#draw = draw;
    this.#everyMs = everyMs;
    // Stays for good: an error of the last write may come after the end.
    stream.on('error', () => this.end());
    stream.on('resize', this.now);
    this.#tick = setInterval(this.now, TICK_MS).unref();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Draws now, or as soon as it may again. */
  soon(): void {
    if (!this.#isOpen || this.#pending !== undefined) return;
    const wait = this.#drawnAt + this.#everyMs - performance.now();
    if (wait <= 0) this.now();
    else this.#pending = setTimeout(this.now, wait).unref();
  }

  readonly now = (): void => {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    if (!this.#isOpen) return;
    this.#drawnAt = performance.now();
    this.#draw();
  };

  /** A terminal's stream is synchronous: its errors may be thrown as well as emitted. */
  guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.end();
      if (!isStreamError(error)) throw error;
    }
  }

  end(): void {
    this.#isOpen = false;
    clearTimeout(this.#pending);
    clearInterval(this.#tick);
    this.#stream.off('resize', this.now);
  }
}

/** The terminal's end, and not a mistake of ours: an error of the system, or a stream that is closed already. */
function isStreamError(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return 'errno' in error || String(error.code).startsWith('ERR_STREAM_');
}
