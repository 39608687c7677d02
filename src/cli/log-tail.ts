/** Reading an attempt's log as it grows, and making it fit to be shown. */

import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
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

/** What a line of an agent's output says, for people: none, one or more lines, not cleaned yet. */
export type LineReader = (line: string) => readonly string[];

export interface LineOptions {
  /** A line as it goes out, without its end. */
  readonly show: (line: string) => string;
  readonly read?: LineReader;
  /** Control characters stay; `show` must see to them. */
  readonly verbatim?: boolean;
}

/** Bytes into whole lines that cannot act on a terminal. */
export class ReadableLines {
  readonly #decoder = new StringDecoder('utf8');
  readonly #show: (line: string) => string;
  readonly #read: LineReader;
  readonly #verbatim: boolean;
  #rest = '';

  constructor({ show, read = (line) => [line], verbatim = false }: LineOptions) {
    this.#show = show;
    this.#read = read;
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
    return this.#lines(text);
  }

  #lines(text: string): string {
    if (text === '') return '';
    const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n').flatMap(this.#read);
    if (lines.length === 0) return '';
    const shown = this.#verbatim ? lines : printable(lines.join('\n')).split('\n');
    return shown.map((line) => `${this.#show(line)}\n`).join('');
  }
}

function absent(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return null;
  throw error;
}
