/** The Scope section of a task file: what the task creates, what it modifies, what it must leave alone. */

import type { Scope, ScopeEntry } from '../../core/plan.ts';
import type { FindingList } from '../finding-list.ts';
import type { Located, LocatedText, Place } from '../located-text.ts';
import { type Section, startOf } from '../markdown.ts';
import { type BlockLine, linesOf } from '../markdown-lines.ts';
import { readScopeLine } from '../scope-lines.ts';

export type ScopeKey = 'create' | 'modify' | 'boundary';

export interface ScopeSection {
  /** Where the section stands, or the file when there is none. */
  readonly at: Place;
  readonly create: readonly Located<ScopeEntry>[];
  readonly modify: readonly Located<ScopeEntry>[];
  readonly boundary: readonly Located<ScopeEntry>[];
  /** Keys that are written, with or without entries behind them. */
  readonly keys: ReadonlySet<ScopeKey>;
  /** Keys behind which a path was refused: its own finding says why. */
  readonly refused: ReadonlySet<ScopeKey>;
  /** False when something behind a key could not be understood. */
  readonly understood: boolean;
}

// The mark that opens an emphasis is the one that closes it, before or behind the colon, and before or behind a note.
const KEY =
  /^(\*\*|__|\*|`|)(CREATE|MODIFY|BOUNDARY|BOUNDARIES)(?:\s*\([^)]*\))?(?:\1(?:\s*\([^)]*\))?\s*:|:\1)/i;
/** Alone on its line, emphasis makes a key, too. */
const STRONG_KEY = /^(\*\*|__)(CREATE|MODIFY|BOUNDARY|BOUNDARIES)(?:\s*\([^)]*\))?\1(?:\s*\([^)]*\))?$/i;
const MOST_ENTRIES = 5000;

export function emptyScope(at: Place): ScopeSection {
  return { at, create: [], modify: [], boundary: [], keys: new Set(), refused: new Set(), understood: true };
}

export function plainScope(scope: ScopeSection): Scope {
  const plain = (entries: readonly Located<ScopeEntry>[]): readonly ScopeEntry[] =>
    entries.map(({ value }) => value);
  return { create: plain(scope.create), modify: plain(scope.modify), boundary: plain(scope.boundary) };
}

export function readScopeSection(source: LocatedText, section: Section, findings: FindingList): ScopeSection {
  const reader = new ScopeReader(source, findings);
  for (const line of section.nodes.flatMap((node) => linesOf(source.text, node))) reader.read(line);
  return reader.result(source.place(startOf(section.heading)));
}

class ScopeReader {
  readonly #source: LocatedText;
  readonly #findings: FindingList;
  readonly #entries: Record<ScopeKey, Located<ScopeEntry>[]> = { create: [], modify: [], boundary: [] };
  readonly #keys = new Set<ScopeKey>();
  readonly #refused = new Set<ScopeKey>();
  #key: ScopeKey | null = null;
  #count = 0;
  #understood = true;

  constructor(source: LocatedText, findings: FindingList) {
    this.#source = source;
    this.#findings = findings;
  }

  read(line: BlockLine): void {
    const key = KEY.exec(line.text) ?? STRONG_KEY.exec(line.text);
    if (key !== null) {
      this.#key = scopeKey(key[2] ?? '');
      this.#keys.add(this.#key);
      const length = key[0].length;
      this.#readList({ text: line.text.slice(length), offset: line.offset + length, bullet: false });
    } else if (this.#key !== null) {
      this.#readList(line);
    }
  }

  result(at: Place): ScopeSection {
    const [keys, refused, understood] = [this.#keys, this.#refused, this.#understood];
    return { at, ...this.#entries, keys, refused, understood };
  }

  #readList(line: BlockLine): void {
    const around = { source: this.#source, findings: this.#findings, of: 'the scope' };
    const { entries, hasProse, isRefused } = readScopeLine(line, around);
    if (hasProse || isRefused) this.#understood = false;
    if (isRefused && this.#key !== null) this.#refused.add(this.#key);
    for (const entry of entries) this.#take(entry);
  }

  #take(entry: Located<ScopeEntry>): void {
    if (this.#key === null) return;
    this.#count += 1;
    if (this.#count <= MOST_ENTRIES) {
      this.#entries[this.#key].push(entry);
      return;
    }
    this.#understood = false;
    this.#refused.add(this.#key);
    if (this.#findings.isFull('too-many-paths')) return;
    this.#findings.error({
      rule: 'too-many-paths',
      at: entry.at,
      message: `the scope names more than ${MOST_ENTRIES} paths`,
      remedy: 'Use globs, or name folders with a slash at their end.',
    });
  }
}

function scopeKey(word: string): ScopeKey {
  const lower = word.toLowerCase();
  if (lower === 'create') return 'create';
  return lower === 'modify' ? 'modify' : 'boundary';
}
