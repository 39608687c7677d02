/** Splits bytes into lines whose length is bounded, whatever the bytes are. */

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Stands at the end of a line that was longer than the bound. */
export const CUT_MARK = ' …[cut]';

/** Lines are UTF-8; bytes that are not become U+FFFD. The line's end, LF or CR LF, is not part of it. */
export class LineSplitter {
  readonly #maxBytes: number;
  /** The beginning of a line whose end has not come yet; copies, for a reader fills its buffer again. */
  #parts: Buffer[] = [];
  #size = 0;
  #overlong = false;

  /** Of a line at most `maxBytes` bytes are kept; the rest is thrown away as it comes. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that these bytes complete. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      lines.push(this.#complete(chunk.subarray(start, end)));
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The last line, when it has no end; else null. */
  flush(): string | null {
    return this.#size === 0 && !this.#overlong ? null : this.#complete(Buffer.alloc(0));
  }

  #keep(rest: Buffer): void {
    const room = this.#maxBytes - this.#size;
    if (rest.length > room) this.#overlong = true;
    const kept = rest.subarray(0, room);
    if (kept.length === 0) return;
    this.#parts.push(Buffer.from(kept));
    this.#size += kept.length;
  }

  #complete(tail: Buffer): string {
    if (this.#size === 0 && tail.length <= this.#maxBytes && !this.#overlong) return textOf(tail);
    this.#keep(tail);
    const bytes = Buffer.concat(this.#parts, this.#size);
    const line = this.#overlong
      ? `${bytes.toString('utf8', 0, wholeCharacters(bytes))}${CUT_MARK}`
      : textOf(bytes);
    this.#parts = [];
    this.#size = 0;
    this.#overlong = false;
    return line;
  }
}

function textOf(line: Buffer): string {
  const end = line.length > 0 && line[line.length - 1] === RETURN ? line.length - 1 : line.length;
  return line.toString('utf8', 0, end);
}

/** Where the last whole character ends: a cut may have gone through one. */
function wholeCharacters(bytes: Buffer): number {
  // A character has at most three continuation bytes, 10xxxxxx, behind its first one.
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
