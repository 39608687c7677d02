import { appendFileSync } from 'node:fs';
import type { Refusal } from './refusals.ts';

/** Whoever tries more is guessing, and the first say enough. */
const MOST = 50;

/** Appends to a file, each refusal once. */
export class RefusalLog {
  readonly #file: string;
  readonly #seen = new Set<string>();

  constructor(file: string) {
    this.#file = file;
  }

  add({ target, why }: Refusal): void {
    if (this.#seen.has(target) || this.#seen.size >= MOST) return;
    this.#seen.add(target);
    try {
      appendFileSync(this.#file, `${JSON.stringify({ target, why })}\n`);
    } catch {
      // A full disk: the refusal itself matters more than that it is explained.
    }
  }
}
