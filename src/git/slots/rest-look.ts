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
  | (Part & {
      readonly is: 'files';
      readonly slot: string;
      /** Absolute, with a NUL after each. */
      readonly paths: Uint8Array;
    })
  /** The slot's files are forgotten with it. */
  | { readonly is: 'look'; readonly slot: string; readonly sinceMs: number };

export interface LookAnswer {
  readonly areUnchanged: boolean;
}

/** One of equal parts, cut behind a path. */
export function partOf(paths: Uint8Array, index: number, parts: number): Part {
  const cut = (before: number): number =>
    before === 0 ? 0 : paths.indexOf(0, Math.max(0, Math.floor((paths.length * before) / parts) - 1)) + 1;
  return { from: cut(index), to: cut(index + 1) };
}

export class RestLook {
  readonly #bySlot = new Map<string, Buffer>();

  /** Only a look has an answer. */
  take(order: LookOrder): LookAnswer | null {
    const { slot } = order;
    if (order.is === 'files') {
      // The bytes are all threads' own; paths made of them would take several times the memory.
      const { buffer, byteOffset } = order.paths;
      this.#bySlot.set(slot, Buffer.from(buffer, byteOffset + order.from, order.to - order.from));
      return null;
    }
    const part = this.#bySlot.get(slot);
    this.#bySlot.delete(slot);
    return {
      areUnchanged: part !== undefined && pathsOf(part).every((path) => isUnchanged(path, order.sinceMs)),
    };
  }
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
