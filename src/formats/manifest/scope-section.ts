/** The Scope section of a task file: what the task creates, what it modifies, what it must leave alone. */

import type { List, RootContent } from 'mdast';
import type { Scope, ScopeEntry } from '../../core/plan.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Located, LocatedText, Place } from '../located-text.ts';
import { headingText, type Section, sourceOf, startOf } from '../markdown.ts';
import { expandEntry } from '../scope-entry.ts';
import { type ListPiece, readScopeList } from '../scope-list.ts';

export type ScopeKey = 'create' | 'modify' | 'boundary';

export interface ScopeSection {
  /** Where the section stands, or the file when there is none. */
  readonly at: Place;
  readonly create: readonly Located<ScopeEntry>[];
  readonly modify: readonly Located<ScopeEntry>[];
  readonly boundary: readonly Located<ScopeEntry>[];
  /** Keys that are written, with or without entries behind them. */
  readonly keys: ReadonlySet<ScopeKey>;
  /** False when something behind a key could not be understood. */
  readonly understood: boolean;
}

/** A line of the section; the offset is where it stands in the file. */
interface ScopeLine extends ListPiece {
  readonly bullet: boolean;
}

// The mark that opens an emphasis is the one that closes it, before or behind the colon.
const KEY = /^(\*\*|__|\*|`|)(CREATE|MODIFY|BOUNDARY|BOUNDARIES)(?:\s*\([^)]*\))?(?:\1\s*:|:\1)/i;
const MOST_ENTRIES = 5000;
const DEEPEST_LIST = 8;

export function emptyScope(at: Place): ScopeSection {
  return { at, create: [], modify: [], boundary: [], keys: new Set(), understood: true };
}

export function plainScope(scope: ScopeSection): Scope {
  const plain = (entries: readonly Located<ScopeEntry>[]): readonly ScopeEntry[] =>
    entries.map(({ value }) => value);
  return { create: plain(scope.create), modify: plain(scope.modify), boundary: plain(scope.boundary) };
}

export function readScopeSection(source: LocatedText, section: Section, findings: FindingList): ScopeSection {
  const reader = new ScopeReader(source, findings);
  for (const line of section.nodes.flatMap((node) => linesOf(source.text, node, 0))) reader.read(line);
  return reader.result(source.place(startOf(section.heading)));
}

/** The section's text line by line, without bullets, fences and the marks of headings. */
function linesOf(text: string, node: RootContent, depth: number): readonly ScopeLine[] {
  switch (node.type) {
    case 'paragraph':
      return splitLines(sourceOf(text, node), startOf(node));
    case 'heading':
      return [
        { text: `${headingText(text, node).replace(/:$/, '')}:`, offset: startOf(node), bullet: false },
      ];
    case 'list':
      return depth < DEEPEST_LIST ? listLines(text, node, depth) : [];
    case 'code':
      return splitLines(sourceOf(text, node), startOf(node)).flatMap((line) => {
        const bullet = /^[-*+]\s+/.exec(line.text)?.[0].length ?? 0;
        if (/^(?:```|~~~)/.test(line.text)) return [];
        return [{ text: line.text.slice(bullet), offset: line.offset + bullet, bullet: bullet > 0 }];
      });
    default:
      return [];
  }
}

function listLines(text: string, list: List, depth: number): readonly ScopeLine[] {
  return list.children.flatMap((item) =>
    item.children.flatMap((child, index) => {
      const lines = linesOf(text, child, depth + 1);
      return index === 0
        ? lines.map((line, number) => (number === 0 ? { ...line, bullet: true } : line))
        : lines;
    }),
  );
}

function splitLines(text: string, offset: number): readonly ScopeLine[] {
  const lines: ScopeLine[] = [];
  for (const match of text.matchAll(/[^\r\n]+/g)) {
    const indent = match[0].length - match[0].trimStart().length;
    lines.push({ text: match[0].trim(), offset: offset + match.index + indent, bullet: false });
  }
  return lines;
}

class ScopeReader {
  readonly #source: LocatedText;
  readonly #findings: FindingList;
  readonly #entries: Record<ScopeKey, Located<ScopeEntry>[]> = { create: [], modify: [], boundary: [] };
  readonly #keys = new Set<ScopeKey>();
  #key: ScopeKey | null = null;
  #count = 0;
  #understood = true;

  constructor(source: LocatedText, findings: FindingList) {
    this.#source = source;
    this.#findings = findings;
  }

  read(line: ScopeLine): void {
    const key = KEY.exec(line.text);
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
    return { at, ...this.#entries, keys: this.#keys, understood: this.#understood };
  }

  #readList(line: ScopeLine): void {
    const { entries, prose } = readScopeList(line.text, line.bullet);
    for (const piece of prose) {
      this.#understood = false;
      this.#findings.warn({
        rule: 'scope-text',
        at: this.#source.place(line.offset + piece.offset),
        message: `${quoted(piece.text)} is no path; it is left out of the scope`,
        remedy: 'Put notes in parentheses, and a path with spaces in backticks.',
      });
    }
    for (const piece of entries) this.#readEntry(piece.text, line.offset + piece.offset);
  }

  #readEntry(text: string, offset: number): void {
    const at = this.#source.place(offset);
    const expanded = expandEntry(text);
    if (!expanded.ok) {
      this.#understood = false;
      this.#findings.error({ ...expanded.error, at });
      return;
    }
    this.#count += expanded.value.length;
    if (this.#count > MOST_ENTRIES) {
      this.#understood = false;
      if (this.#findings.isFull('too-many-paths')) return;
      this.#findings.error({
        rule: 'too-many-paths',
        at,
        message: `the scope names more than ${MOST_ENTRIES} paths`,
        remedy: 'Use globs, or name folders with a slash at their end.',
      });
      return;
    }
    if (this.#key !== null) this.#entries[this.#key].push(...expanded.value.map((value) => ({ value, at })));
  }
}

function scopeKey(word: string): ScopeKey {
  const lower = word.toLowerCase();
  if (lower === 'create') return 'create';
  return lower === 'modify' ? 'modify' : 'boundary';
}
