/** A file's text with its places. */

/** `line` and `column` are 1-based, the column in UTF-16 code units; `file` is relative to the plan's folder. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Located<T> {
  readonly value: T;
  readonly at: Place;
}

export class LocatedText {
  readonly file: string;
  /** Without the byte order mark, if there was one. */
  readonly text: string;
  readonly #lineStarts: readonly number[];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text.startsWith('\ufeff') ? text.slice(1) : text;
    this.#lineStarts = [0, ...[...this.text.matchAll(/\r\n?|\n/g)].map((end) => end.index + end[0].length)];
  }

  get start(): Place {
    return { file: this.file, line: 1, column: 1 };
  }

  get lines(): number {
    return this.#lineStarts.length;
  }

  /** An offset outside the text is taken for its nearest end. */
  place(offset: number): Place {
    const within = Math.min(Math.max(offset, 0), this.text.length);
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= within) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: within - (this.#lineStarts[low] ?? 0) + 1 };
  }
}
