/** Whether files have changed, as each thread looks at its part of them. */

import { isAscii } from 'node:buffer';
import { lstatSync } from 'node:fs';

import { type RawPath, splitNul } from '../base/output.ts';

/** From one byte up to another. */
interface Part {
  readonly from: number;
  readonly to: number;
}

export type LookOrder =
  | {
      readonly is: 'files';
      readonly slot: string;
      /** Absolute, with a NUL after each. All threads have the same. */
      readonly paths: Uint8Array;
      /** One number for all threads: the first part that nobody has taken. */
      readonly next: Int32Array;
    }
  /** The slot's files are forgotten with it. */
  | { readonly is: 'look'; readonly slot: string; readonly sinceMs: number };

export interface LookAnswer {
  readonly areUnchanged: boolean;
}

/** A hundred files or so: a thread that has to wait for its processor leaves the others no more than that to wait for. */
const PART_BYTES = 8_192;

type Files = Pick<Extract<LookOrder, { is: 'files' }>, 'paths' | 'next'>;

/** One of equal parts, cut behind a path. */
export function partOf(paths: Uint8Array, index: number, parts: number): Part {
  const cut = (before: number): number =>
    before === 0 ? 0 : paths.indexOf(0, Math.max(0, Math.floor((paths.length * before) / parts) - 1)) + 1;
  return { from: cut(index), to: cut(index + 1) };
}

export class RestLook {
  readonly #bySlot = new Map<string, Files>();

  /** Only a look has an answer. */
  take(order: LookOrder): LookAnswer | null {
    const { slot } = order;
    if (order.is === 'files') {
      this.#bySlot.set(slot, order);
      return null;
    }
    const files = this.#bySlot.get(slot);
    this.#bySlot.delete(slot);
    return { areUnchanged: files !== undefined && areUnchanged(files, order.sinceMs) };
  }
}

/** Of the parts that no other thread takes. */
function areUnchanged({ paths, next }: Files, sinceMs: number): boolean {
  const parts = Math.ceil(paths.length / PART_BYTES);
  for (let index = Atomics.add(next, 0, 1); index < parts; index = Atomics.add(next, 0, 1)) {
    const { from, to } = partOf(paths, index, parts);
    const part = Buffer.from(paths.buffer, paths.byteOffset + from, to - from);
    if (pathsOf(part).every((path) => isUnchanged(path, sinceMs))) continue;
    // The others need not go on.
    Atomics.store(next, 0, parts);
    return false;
  }
  return true;
}

/** Paths may be no UTF-8. Most are plain, and made much faster. */
function pathsOf(part: Buffer): readonly (string | RawPath)[] {
  if (part.length === 0) return [];
  return isAscii(part) ? part.toString('latin1', 0, part.length - 1).split('\0') : splitNul(part);
}

/** What is gone, or cannot be looked at, has changed. */
function isUnchanged(path: string | RawPath, sinceMs: number): boolean {
  try {
    return lstatSync(path).ctimeMs <= sinceMs;
  } catch {
    return false;
  }
}
