/** Reading an attempt's log as it grows, and making it fit to be shown. */

import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { type LogLine, type LogReader, PLAIN_LINES } from '../core/log-line.ts';
import { printable } from '../core/printable.ts';

const CHUNK = 64 * 1024;

/** Gives each part of a file once. A file that does not exist yet is empty so far. */
export class GrowingFile {
  readonly #path: string;
  #handle: FileHandle | null = null;
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Everything that is there now and was not given yet; the value is the number of bytes. */
  async readMore(take: (bytes: Uint8Array) => Promise<void>): Promise<number> {
    this.#handle ??= await open(this.#path).catch(absent);
    if (this.#handle === null) return 0;
    const from = this.#offset;
    for (;;) {
      const buffer = new Uint8Array(CHUNK);
      const { bytesRead } = await this.#handle.read(buffer, 0, CHUNK, this.#offset);
      if (bytesRead === 0) return this.#offset - from;
      this.#offset += bytesRead;
      await take(buffer.subarray(0, bytesRead));
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
  }
}

export interface LineOptions {
  /** A line as it goes out, without its end. */
  readonly show: (line: LogLine) => string;
  readonly reader?: LogReader;
  /** Control characters stay; `show` must see to them. */
  readonly verbatim?: boolean;
}

/** Bytes into whole lines that cannot act on a terminal. */
export class ReadableLines {
  readonly #decoder = new StringDecoder('utf8');
  readonly #show: (line: LogLine) => string;
  readonly #reader: LogReader;
  readonly #verbatim: boolean;
  #rest = '';

  constructor({ show, reader = PLAIN_LINES, verbatim = false }: LineOptions) {
    this.#show = show;
    this.#reader = reader;
    this.#verbatim = verbatim;
  }

  /** The lines that are complete now, each with its end. */
  add(bytes: Uint8Array): string {
    const text = this.#rest + this.#decoder.write(bytes);
    // A line without an end must not fill the memory.
    const end = text.length > 16 * CHUNK ? text.length : text.lastIndexOf('\n') + 1;
    this.#rest = text.slice(end);
    return this.#lines(text.slice(0, end));
  }

  /** What is left when the log has ended. */
  end(): string {
    const text = this.#rest + this.#decoder.end();
    this.#rest = '';
    return this.#lines(text) + this.#shown(this.#reader.end());
  }

  #lines(text: string): string {
    if (text === '') return '';
    const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
    return this.#shown(lines.flatMap((line) => this.#reader.read(line)));
  }

  #shown(lines: readonly LogLine[]): string {
    return lines
      .flatMap((line) => (this.#verbatim ? [line] : cleaned(line)))
      .map((line) => `${this.#show(line)}\n`)
      .join('');
  }
}

/** The carriage return of a line's end is no line's end of its own. */
function cleaned({ kind, text }: LogLine): readonly LogLine[] {
  return printable(text.replace(/\r+$/, ''))
    .split('\n')
    .map((part) => ({ kind, text: part }));
}

function absent(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return null;
  throw error;
}
