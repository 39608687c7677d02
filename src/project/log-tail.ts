/** The end of a text that comes in pieces and may be larger than memory. */
export class LogTail {
  /** Code units that were let go from the front. */
  dropped = 0;
  readonly #most: number;
  #chunks: string[] = [];
  #size = 0;

  /** Keeps about `most` code units, and never more than twice that while it grows. */
  constructor(most: number) {
    this.#most = most;
  }

  add(chunk: string): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size > 2 * this.#most) this.#shrink();
  }

  /** The last whole lines; when one line alone is longer than the bound, its end. */
  text(): string {
    this.#shrink();
    return this.#chunks.join('');
  }

  #shrink(): void {
    if (this.#size <= this.#most) return;
    const all = this.#chunks.join('');
    const from = all.length - this.#most;
    // A piece of a line, or half an escape sequence, is of no use; but a line without an end is kept.
    const newline = all.indexOf('\n', from - 1);
    const kept = all.slice(newline === -1 || newline === all.length - 1 ? from : newline + 1);
    this.dropped += all.length - kept.length;
    this.#chunks = [kept];
    this.#size = kept.length;
  }
}
