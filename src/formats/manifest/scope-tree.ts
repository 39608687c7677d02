/** Lists within lists of a scope: what stands below a folder lies in it. */

import type { ScopeEntry } from '../../core/plan.ts';
import type { Located } from '../located-text.ts';
import type { BlockLine } from '../markdown-lines.ts';

interface Above {
  readonly depth: number;
  /** The only entry of its line, where that is a folder. */
  readonly folder: Located<ScopeEntry> | null;
}

export class ScopeTree {
  #above: Above[] = [];

  /** Behind a key nothing stands below anything. */
  begin(): void {
    this.#above = [];
  }

  /** Null for a line that stands below none. */
  above({ bullet, depth = 0 }: BlockLine): Above | null {
    if (!bullet) return null;
    this.#above = this.#above.filter((each) => each.depth < depth);
    return this.#above.at(-1) ?? null;
  }

  /** What its line names, as it is once the folder above is known. */
  add({ bullet, depth = 0 }: BlockLine, entries: readonly Located<ScopeEntry>[]): void {
    if (!bullet) return;
    const [first, second] = entries;
    const isFolder = second === undefined && first?.value.pattern.endsWith('/') === true;
    this.#above.push({ depth, folder: isFolder ? first : null });
  }
}

/** An entry that says the whole way itself stays as it is. */
export function within(folder: string, { value, at }: Located<ScopeEntry>): Located<ScopeEntry> {
  const isWhole = value.pattern.startsWith(folder);
  return { at, value: isWhole ? value : { ...value, pattern: `${folder}${value.pattern}` } };
}
