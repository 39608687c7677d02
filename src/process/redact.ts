/** Keeps secrets out of what is kept and shown of a process's output: values it was given, and what looks like tokens. */

import { open } from 'node:fs/promises';
import {
  isKeyLine,
  LONGEST_SHAPE,
  opensPrivateKey,
  type Place,
  privateKeysIn,
  tokensIn,
} from './token-shapes.ts';

/** Names of variables that hold secrets, as far as a name can tell. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASS(?:WORD|WD|PHRASE)?|CREDENTIAL|AUTH|COOKIE|PRIVATE|SIGNATURE/i;
/** Beginnings of well-known kinds of tokens: whatever the variable is called. */
const SECRET_VALUE = /^(?:sk-|gh[opsur]_|github_pat_|glpat-|xox[abprs]-|AKIA|ya29\.|eyJ|AIza|npm_)/;
/** The password of an address such as `http://user:password@proxy:3128`. */
const IN_ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s:]*:([^/@\s]+)@/i;
/** Shorter values would be found where they mean nothing. */
const SHORTEST = 8;
const CHUNK_BYTES = 1024 * 1024;
/** Before a place of a file, as much as says whether a token begins there. */
const LEAD_BYTES = 128;

/** Those of the variables' values that are secrets. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): string[] {
  const secrets = Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || value.length < SHORTEST) return [];
    const inAddress = IN_ADDRESS.exec(value)?.[1];
    if (inAddress !== undefined && inAddress.length >= SHORTEST) return [inAddress];
    return SECRET_NAME.test(name) || SECRET_VALUE.test(value) ? linesOf(value) : [];
  });
  return byLength(secrets);
}

/** A private key has lines, and is printed in lines. */
function linesOf(value: string): string[] {
  return value.split(/\r?\n/).filter((line) => line.length >= SHORTEST);
}

/** A longer one first: it may hold a shorter one. */
function byLength(secrets: readonly string[]): string[] {
  return [...new Set(secrets)].sort((left, right) => right.length - left.length);
}

/** As it is, and as it stands in the strings of JSON: agents print events, in which what a tool prints may be JSON. */
function waysToWrite(secret: string): readonly string[] {
  const once = inJson(secret);
  return [secret, once, inJson(once), inAscii(once)];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function inAscii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Text and bytes without secrets: each is replaced by as many stars as it has bytes. Made once for each stream. */
export class Redactor {
  readonly #secrets: readonly string[];
  /** In the bytes of UTF-8, each a code unit. */
  readonly #needles: readonly string[];
  /** Lines that may still belong to a private key. */
  #keyLines = 0;

  constructor(secrets: readonly string[]) {
    this.#secrets = byLength(secrets.flatMap(waysToWrite));
    this.#needles = this.#secrets.map((secret) => Buffer.from(secret).toString('latin1'));
  }

  text(text: string): string {
    const rest = this.#secrets.reduce(
      (left, secret) => left.replaceAll(secret, '*'.repeat(Buffer.byteLength(secret))),
      text,
    );
    return starred(rest, ordered([...tokensIn(rest), ...privateKeysIn(rest)]));
  }

  /** The next line of a stream, in which a private key may have begun. */
  line(line: string): string {
    if (this.#keyLines > 0 && isKeyLine(line)) {
      this.#keyLines = line.includes('-----END') ? 0 : this.#keyLines - 1;
      return '*'.repeat(line.length);
    }
    const clean = this.text(line);
    this.#keyLines = opensPrivateKey(clean) ? MOST_KEY_LINES : 0;
    return clean;
  }

  /** Where in these bytes secrets stand, each byte a code unit of the text. */
  find(bytes: string): readonly Place[] {
    const values = this.#needles.flatMap((needle) => placesOf(needle, bytes));
    return ordered([...values, ...tokensIn(bytes), ...privateKeysIn(bytes)]);
  }

  /** How far one secret may reach. */
  get longest(): number {
    return Math.max(LONGEST_SHAPE, ...this.#needles.map(({ length }) => length));
  }
}

const MOST_KEY_LINES = 200;

function placesOf(needle: string, bytes: string): Place[] {
  const found: Place[] = [];
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1))
    found.push({ at, length: needle.length });
  return found;
}

/** Lines stay lines. */
function starred(text: string, places: readonly Place[]): string {
  let from = 0;
  let clean = '';
  for (const { at, length } of places) {
    clean += text.slice(from, at) + text.slice(at, at + length).replace(/[^\r\n]/g, '*');
    from = at + length;
  }
  return clean + text.slice(from);
}

/**
 * Bytes of a stream as they come, without secrets. What stands behind the last line's end waits, for a secret may be
 * cut in two there.
 */
export class RedactedBytes {
  readonly #redactor: Redactor;
  #rest: Buffer = Buffer.alloc(0);

  constructor(secrets: readonly string[]) {
    this.#redactor = new Redactor(secrets);
  }

  add(bytes: Uint8Array): Buffer {
    const all = Buffer.concat([this.#rest, bytes]);
    // A line without an end must not fill the memory.
    const end = all.length > CHUNK_BYTES ? all.length : all.lastIndexOf('\n') + 1;
    this.#rest = all.subarray(end);
    return this.#clean(all.subarray(0, end));
  }

  end(): Buffer {
    const rest = this.#clean(this.#rest);
    this.#rest = Buffer.alloc(0);
    return rest;
  }

  #clean(bytes: Buffer): Buffer {
    const text = bytes.toString('latin1');
    const lines = starred(text, this.#redactor.find(text)).split('\n');
    return Buffer.from(lines.map((line) => this.#redactor.line(line)).join('\n'), 'latin1');
  }
}

/** By their beginnings, and those that meet as one. */
function ordered(places: readonly Place[]): readonly Place[] {
  const together: Place[] = [];
  for (const place of [...places].sort((a, b) => a.at - b.at)) {
    const last = together.at(-1);
    const end = last === undefined ? 0 : last.at + last.length;
    if (last === undefined || place.at > end) together.push(place);
    else together.splice(-1, 1, { at: last.at, length: Math.max(end, place.at + place.length) - last.at });
  }
  return together;
}

/** Overwrites each secret in the file with stars; its length stays. A file that is not there holds none. */
export async function redactFile(path: string, secrets: readonly string[]): Promise<void> {
  const redactor = new Redactor(secrets);
  const file = await open(path, 'r+').catch(() => null);
  if (file === null) return;
  try {
    // One that begins in this window is whole in it, unless it is longer than any may be.
    const buffer = Buffer.alloc(LEAD_BYTES + CHUNK_BYTES + redactor.longest);
    for (let position = 0; ; position += CHUNK_BYTES) {
      const lead = Math.min(LEAD_BYTES, position);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position - lead);
      if (bytesRead <= lead) return;
      const window = buffer.toString('latin1', 0, bytesRead);
      for (const { at, length } of redactor.find(window)) {
        if (at >= lead + CHUNK_BYTES) continue;
        const stars = window.slice(at, at + length).replace(/[^\r\n]/g, '*');
        await file.write(Buffer.from(stars, 'latin1'), 0, length, position - lead + at);
      }
    }
  } finally {
    await file.close();
  }
}
