/** Small files of our own: read whole, written whole or not at all. */

import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Null when it is not there or cannot be read. */
export function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** What a power cut can leave of a file that was written whole: nothing, or as many zeros. */
export function isBlank(text: string): boolean {
  return /^\0*$/.test(text);
}

export function readBytes(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

/** What the file holds, as far as `read` takes it; null for anything else. */
export function readJson<T>(file: string, read: (value: unknown) => T | null): T | null {
  const text = readText(file);
  if (text === null) return null;
  try {
    return read(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Replaces the file in one step, unless it holds that already: replacing costs a write to the disk. */
export function keepWhole(file: string, text: string): void {
  if (readText(file) !== text) writeWhole(file, text);
}

/** Replaces the file in one step. */
export function writeWhole(file: string, text: string | Uint8Array): void {
  const fresh = `${file}.${randomUUID()}`;
  try {
    writeInto(fresh, text);
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Makes the file with its whole content, or gives false when there is one already. */
export function createWhole(file: string, text: string): boolean {
  const fresh = `${file}.${randomUUID()}`;
  writeInto(fresh, text);
  try {
    linkSync(fresh, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** A new file; its folder is there nearly always. */
function writeInto(file: string, text: string | Uint8Array): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
  }
}

/** Removes a file whose folder may be anything. */
export function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch (error) {
    if (!hasCode(error, 'ENOTDIR')) throw error;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
