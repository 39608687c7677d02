/** Keeps secrets that a process was given out of what is kept of its output. */

import { open } from 'node:fs/promises';

/** Names of variables that hold secrets, as far as a name can tell. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASS(?:WORD|WD|PHRASE)?|CREDENTIAL|AUTH|COOKIE|PRIVATE|SIGNATURE/i;
/** Beginnings of well-known kinds of tokens: whatever the variable is called. */
const SECRET_VALUE = /^(?:sk-|gh[opsur]_|github_pat_|glpat-|xox[abprs]-|AKIA|ya29\.|eyJ|AIza|npm_)/;
/** The password of an address such as `http://user:password@proxy:3128`. */
const IN_ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s:]*:([^/@\s]+)@/i;
/** Shorter values would be found where they mean nothing. */
const SHORTEST = 8;
const CHUNK_BYTES = 1024 * 1024;
const STAR = '*'.charCodeAt(0);

/** Those of the variables' values that are secrets. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): string[] {
  const secrets = Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || value.length < SHORTEST) return [];
    const inAddress = IN_ADDRESS.exec(value)?.[1];
    if (inAddress !== undefined && inAddress.length >= SHORTEST) return [inAddress];
    return SECRET_NAME.test(name) || SECRET_VALUE.test(value) ? linesOf(value) : [];
  });
  // A longer one first: it may hold a shorter one.
  return [...new Set(secrets)].sort((left, right) => right.length - left.length);
}

/** A private key has lines, and is printed in lines. */
function linesOf(value: string): string[] {
  return value.split(/\r?\n/).filter((line) => line.length >= SHORTEST);
}

/** The text with each secret replaced by as many stars as it has bytes. */
export function redactText(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (rest, secret) => rest.replaceAll(secret, '*'.repeat(Buffer.byteLength(secret))),
    text,
  );
}

/** Overwrites each secret in the file with stars; its length stays. A file that is not there holds none. */
export async function redactFile(path: string, secrets: readonly string[]): Promise<void> {
  if (secrets.length === 0) return;
  const needles = secrets.map((secret) => Buffer.from(secret));
  // Two chunks share so much that a secret on their border is whole in one of them.
  const overlap = Math.max(...needles.map(({ length }) => length)) - 1;
  const file = await open(path, 'r+').catch(() => null);
  if (file === null) return;
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES + overlap);
    for (let position = 0; ; position += CHUNK_BYTES) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return;
      const chunk = buffer.subarray(0, bytesRead);
      for (const [at, length] of findAll(chunk, needles)) {
        await file.write(Buffer.alloc(length, STAR), 0, length, position + at);
      }
    }
  } finally {
    await file.close();
  }
}

function findAll(chunk: Buffer, needles: readonly Buffer[]): [at: number, length: number][] {
  const found: [number, number][] = [];
  for (const needle of needles) {
    for (let at = chunk.indexOf(needle); at !== -1; at = chunk.indexOf(needle, at + 1))
      found.push([at, needle.length]);
  }
  return found;
}
