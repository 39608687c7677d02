/** Output of a process, up to a bound. */
export class Collected {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes that were kept. */
  get size(): number {
    return this.#size;
  }

  /** False once something had to be left out. */
  add(chunk: Buffer): boolean {
    const room = this.#limit - this.#size;
    const kept = chunk.length <= room ? chunk : chunk.subarray(0, room);
    if (kept.length > 0) this.#chunks.push(kept);
    this.#size += kept.length;
    return kept === chunk;
  }

  bytes(): Buffer {
    const only = this.#chunks[0];
    return only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks, this.#size);
  }
}
