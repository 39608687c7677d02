/** Draws a block at the end of a terminal again and again, with lines that stay above it. */

import { createLogUpdate } from 'log-update';

/** The part of a terminal's stream that is needed. */
export type Terminal = NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };

export interface LiveOptions {
  readonly stream: Terminal;
  /** The block as it is now, for a terminal of that size. */
  readonly render: (size: { readonly width: number; readonly height: number }) => readonly string[];
  /** Shortest time between two drawings, in milliseconds. */
  readonly everyMs?: number;
}

export interface Live {
  /** Something has changed: draws now, or as soon as it may again. */
  changed(): void;
  /** Writes a line that stays above the block. */
  note(line: string): void;
  /** Draws the last state, which stays. Nothing is drawn afterwards. */
  close(): void;
}

/** Eight times a second. */
const EVERY_MS = 125;
/** Elapsed times go on when nothing else happens. */
const TICK_MS = 1000;

/**
 * A terminal that is gone (closed window, broken pipe) ends the drawing and nothing else. The cursor is never hidden,
 * so that it is there whatever becomes of this process.
 */
export function startLive(options: LiveOptions): Live {
  return new LiveBlock(options);
}

class LiveBlock implements Live {
  readonly #stream: Terminal;
  readonly #render: LiveOptions['render'];
  readonly #everyMs: number;
  readonly #update: ReturnType<typeof createLogUpdate>;
  readonly #tick: NodeJS.Timeout;
  #pending: NodeJS.Timeout | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #open = true;

  constructor({ stream, render, everyMs = EVERY_MS }: LiveOptions) {
    this.#stream = stream;
    this.#render = render;
    this.#everyMs = everyMs;
    this.#update = createLogUpdate(stream, { showCursor: true, defaultWidth: 80, defaultHeight: 24 });
    // Stays for good: an error of the last write may come after the end.
    stream.on('error', () => this.#end());
    stream.on('resize', this.#draw);
    this.#tick = setInterval(this.#draw, TICK_MS).unref();
    this.#draw();
  }

  changed(): void {
    if (!this.#open || this.#pending !== undefined) return;
    const wait = this.#drawnAt + this.#everyMs - performance.now();
    if (wait <= 0) this.#draw();
    else this.#pending = setTimeout(this.#draw, wait).unref();
  }

  note(line: string): void {
    if (!this.#open) return;
    this.#guarded(() => this.#update.persist(line));
    this.#draw();
  }

  close(): void {
    this.#draw();
    if (this.#open) this.#guarded(() => this.#update.done());
    this.#end();
  }

  readonly #draw = (): void => {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    if (!this.#open) return;
    this.#drawnAt = performance.now();
    const size = { width: this.#stream.columns ?? 80, height: this.#stream.rows ?? 24 };
    const text = this.#render(size).join('\n');
    this.#guarded(() => this.#update(text));
  };

  /** A terminal's stream is synchronous: its errors may be thrown as well as emitted. */
  #guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#end();
      if (!isStreamError(error)) throw error;
    }
  }

  #end(): void {
    this.#open = false;
    clearTimeout(this.#pending);
    clearInterval(this.#tick);
    this.#stream.off('resize', this.#draw);
  }
}

/** The terminal's end, and not a mistake of ours: an error of the system, or a stream that is closed already. */
function isStreamError(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return 'errno' in error || String(error.code).startsWith('ERR_STREAM_');
}
