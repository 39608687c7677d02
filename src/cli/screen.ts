/** The whole of a terminal, drawn again and again; what was there before comes back when it is left. */

import {
  beginSynchronizedOutput,
  cursorHide,
  cursorShow,
  cursorTo,
  endSynchronizedOutput,
  enterAlternativeScreen,
  eraseLine,
  eraseScreen,
  exitAlternativeScreen,
} from 'ansi-escapes';
import { Repaint } from './repaint.ts';
import { sizeOf, type Terminal, type TerminalSize } from './terminal.ts';

/** A terminal may think a character wider than we do: then the end of the line is lost, and not the lines below. */
const WITHOUT_WRAP = '\u001b[?7l';
const WITH_WRAP = '\u001b[?7h';

export interface ScreenRequest {
  readonly stream: Terminal;
  /** No more lines than there are rows, none wider than the columns. */
  readonly render: (size: TerminalSize) => readonly string[];
  /** Has a function called when the process ends, and gives one that takes that back. */
  readonly atExit: (handler: () => void) => () => void;
}

export class Screen {
  readonly #stream: Terminal;
  readonly #render: ScreenRequest['render'];
  readonly #repaint: Repaint;
  readonly #forget: () => void;
  #shown: readonly string[] = [];
  #size: TerminalSize = { width: 0, height: 0 };
  #isLeft = false;

  constructor({ stream, render, atExit }: ScreenRequest) {
    this.#stream = stream;
    this.#render = render;
    this.#repaint = new Repaint({ stream, draw: () => this.#draw() });
    // Whatever ends the process, its user gets the terminal back as it was.
    this.#forget = atExit(() => this.leave());
    this.#write(enterAlternativeScreen + cursorHide + WITHOUT_WRAP);
    this.#repaint.now();
  }

  changed(): void {
    this.#repaint.soon();
  }

  leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#forget();
    this.#write(WITH_WRAP + cursorShow + exitAlternativeScreen);
    this.#repaint.end();
  }

  #draw(): void {
    const size = sizeOf(this.#stream);
    const isNew = size.width !== this.#size.width || size.height !== this.#size.height;
    const before = isNew ? [] : this.#shown;
    const lines = this.#render(size);
    this.#size = size;
    this.#shown = lines;
    const changes = lines.map((line, row) =>
      // Erased before it is written: behind its last column, erasing would take that column too.
      line === before[row] ? '' : cursorTo(0, row) + eraseLine + line,
    );
    const gone = before.slice(lines.length).map((_, index) => cursorTo(0, lines.length + index) + eraseLine);
    const all = (isNew ? eraseScreen : '') + changes.join('') + gone.join('');
    if (all !== '') this.#write(beginSynchronizedOutput + all + endSynchronizedOutput);
  }

  #write(text: string): void {
    if (this.#repaint.isOpen) this.#repaint.guarded(() => this.#stream.write(text));
  }
}
