/** Words that come in pieces, put together line by line: only a whole line shows what stands in it. */

/** In UTF-16 code units. A longer line is taken as several. */
const LONGEST_LINE = 1024 * 1024;

export class Pieces {
  #rest = '';

  /** The lines that are whole now. */
  add(piece: string): readonly string[] {
    // What is not whole yet is not searched again: a long line may come in very many pieces.
    const [first = '', ...others] = piece.split('\n');
    const lines: string[] = [];
    this.#rest += first;
    for (const other of others) {
      lines.push(this.#rest);
      this.#rest = other;
    }
    if (this.#rest.length >= LONGEST_LINE) lines.push(...this.end());
    return lines;
  }

  /** No other piece belongs to the last line; none for one that is empty. */
  end(): readonly string[] {
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }
}
