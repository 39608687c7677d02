/** Draws a block at the end of a terminal again and again, with lines that stay above it. */

import { createLogUpdate } from 'log-update';
import { Repaint } from './repaint.ts';
import { sizeOf, type Terminal, type TerminalSize } from './terminal.ts';

export interface LiveOptions {
  readonly stream: Terminal;
  /** The block as it is now, for a terminal of that size. */
  readonly render: (size: TerminalSize) => readonly string[];
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
  readonly #update: ReturnType<typeof createLogUpdate>;
  readonly #repaint: Repaint;

  constructor({ stream, render, everyMs }: LiveOptions) {
    this.#stream = stream;
    this.#render = render;
    this.#update = createLogUpdate(stream, { showCursor: true, defaultWidth: 80, defaultHeight: 24 });
    const draw = (): void => this.#draw();
    this.#repaint = new Repaint({ stream, draw, ...(everyMs === undefined ? {} : { everyMs }) });
    this.#repaint.now();
  }

  changed(): void {
    this.#repaint.soon();
  }

  note(line: string): void {
    if (!this.#repaint.isOpen) return;
    this.#repaint.guarded(() => this.#update.persist(line));
    this.#repaint.now();
  }

  close(): void {
    this.#repaint.now();
    if (this.#repaint.isOpen) this.#repaint.guarded(() => this.#update.done());
    this.#repaint.end();
  }

  #draw(): void {
    const text = this.#render(sizeOf(this.#stream)).join('\n');
    this.#repaint.guarded(() => this.#update(text));
  }
}
