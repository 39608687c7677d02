/** The Scope section of a task file: what the task creates, what it modifies, what it must leave alone. */

import type { RootContent } from 'mdast';
import type { Scope, ScopeEntry } from '../../core/plan.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Located, LocatedText, Place } from '../located-text.ts';
import { isComment, type Section, sectionText, sourceOf, startOf } from '../markdown.ts';
import { type BlockLine, linesOf } from '../markdown-lines.ts';
import { readScopeLine } from '../scope-lines.ts';
import { saysSomething } from '../scope-list.ts';
import { isPaths, keyWithoutColon, readLabel } from './scope-label.ts';
import { ScopeTree, within } from './scope-tree.ts';

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
  /** As it is written, where it says more than keys and paths; empty otherwise. */
  readonly text: string;
}

// The mark that opens an emphasis is the one that closes it, before or behind the colon, and before or behind a note.
const KEY =
  /^(\*\*|__|\*|`|)(CREATE|MODIFY|BOUNDARY|BOUNDARIES)(?:\s*\([^)]*\))?(?:\1(?:\s*\([^)]*\))?\s*:|:\1)/i;
/** Alone on its line, emphasis makes a key, too. */
const STRONG_KEY = /^(\*\*|__)(CREATE|MODIFY|BOUNDARY|BOUNDARIES)(?:\s*\([^)]*\))?\1(?:\s*\([^)]*\))?$/i;
/** A further key on the line of another one. */
const NEXT_KEY = /[,;]?\s(?=(?:CREATE|MODIFY|BOUNDARY):)/;
const MOST_ENTRIES = 5000;

export function emptyScope(at: Place): ScopeSection {
  return {
    at,
    create: [],
    modify: [],
    boundary: [],
    keys: new Set(),
    refused: new Set(),
    understood: true,
    text: '',
  };
}

export function plainScope(scope: ScopeSection): Scope {
  const plain = (entries: readonly Located<ScopeEntry>[]): readonly ScopeEntry[] =>
    entries.map(({ value }) => value);
  return { create: plain(scope.create), modify: plain(scope.modify), boundary: plain(scope.boundary) };
}

/** Of a file with several such sections all count. */
export function readScopeSections(
  source: LocatedText,
  [first, ...others]: readonly [Section, ...Section[]],
  findings: FindingList,
): ScopeSection {
  const reader = new ScopeReader(source, findings);
  const said = [first, ...others].filter((section) => reader.read(section.nodes));
  const text = said.map((section) => sectionText(source.text, section)).join('\n\n');
  return { ...reader.result(source.place(startOf(first.heading))), text };
}

/** What stands before a colon, is no key, and has nothing else on its line. */
interface OpenLabel {
  readonly name: string;
  readonly at: Place;
}

class ScopeReader {
  readonly #source: LocatedText;
  readonly #findings: FindingList;
  readonly #entries: Record<ScopeKey, Located<ScopeEntry>[]> = { create: [], modify: [], boundary: [] };
  readonly #keys = new Set<ScopeKey>();
  readonly #refused = new Set<ScopeKey>();
  readonly #tree = new ScopeTree();
  /** Folders that stand for what is named below them. */
  readonly #opened = new Set<Located<ScopeEntry>>();
  #key: ScopeKey | null = null;
  /** Below which no path may stand. */
  #label: OpenLabel | 'any' | null = null;
  #count = 0;
  #understood = true;
  #saysMore = false;

  constructor(source: LocatedText, findings: FindingList) {
    this.#source = source;
    this.#findings = findings;
  }

  /** True when there is more in them than keys and paths. */
  read(nodes: readonly RootContent[]): boolean {
    this.#key = null;
    this.#label = null;
    const html = nodes.filter((node) => node.type === 'html' && !isComment(this.#source.text, node));
    this.#saysMore = html.length > 0;
    for (const node of html) this.#tellHtml(node);
    const lines = nodes.flatMap((node) => linesOf(this.#source.text, node));
    for (const line of lines.flatMap(splitKeys)) this.#readLine(line);
    return this.#saysMore;
  }

  result(at: Place): Omit<ScopeSection, 'text'> {
    const [keys, refused, understood] = [this.#keys, this.#refused, this.#understood];
    return { at, ...this.#entries, keys, refused, understood };
  }

  /** Up to the next empty line all is HTML. */
  #tellHtml(node: RootContent): void {
    for (const { 0: line, index } of sourceOf(this.#source.text, node).matchAll(/[^\r\n]+/g)) {
      const text = line.replace(/<[^<>]*>/g, '').replace(/^\s*(?:[-*+]\s+)?/, '');
      if (!KEY.test(text)) continue;
      this.#understood = false;
      this.#findings.warn({
        rule: 'scope-text',
        at: this.#source.place(startOf(node) + index),
        message: `${quoted(text.trim())} stands in HTML, and is left out of the scope`,
        remedy: 'Put an empty line between it and the HTML.',
      });
    }
  }

  #readLine(line: BlockLine): void {
    const key = KEY.exec(line.text) ?? STRONG_KEY.exec(line.text);
    const bare = key === null ? keyWithoutColon(line.text) : null;
    if (key !== null) {
      this.#key = scopeKey(key[2] ?? '');
      this.#keys.add(this.#key);
      this.#tree.begin();
      if (saysSomething(/\(.*?\)/.exec(key[0])?.[0] ?? '')) this.#saysMore = true;
      const length = key[0].length;
      this.#readList({ text: line.text.slice(length), offset: line.offset + length, bullet: false });
    } else if (bare !== null) {
      this.#complain(
        this.#source.place(line.offset),
        `there is no colon behind ${quoted(bare)}`,
        `Write \`${bare.toUpperCase()}:\`, and the paths behind it.`,
      );
    } else if (!this.#readLabel(line)) {
      if (this.#key === null) this.#readLoose(line);
      else this.#readList(line);
    }
  }

  /** False for a line that is none. */
  #readLabel(line: BlockLine): boolean {
    const label = readLabel(line.text);
    if (label === null) return false;
    this.#saysMore = true;
    const at = this.#source.place(line.offset);
    if (label.isRemark) {
      if (label.rest === '') [this.#key, this.#label] = [null, 'any'];
      return true;
    }
    this.#key = null;
    this.#label = label.rest === '' ? { name: label.name, at } : 'any';
    if (label.hasPaths) this.#noKey({ name: label.name, at });
    else if (label.rest !== '')
      this.#findings.warn({
        rule: 'scope-key-unknown',
        at,
        message: `${quoted(label.name)} is no key of a scope; the agent is told what stands there, and nothing is held to it`,
        remedy: 'Put words into a section of their own, and the name of a file in backticks.',
      });
    return true;
  }

  #noKey({ name, at }: OpenLabel): void {
    this.#complain(
      at,
      `${quoted(name)} is no key of a scope, and paths stand behind it`,
      'Write CREATE, MODIFY (also for what is removed) or BOUNDARY; put the name of a file in backticks, and notes in parentheses.',
    );
  }

  /** A line behind no key. */
  #readLoose(line: BlockLine): void {
    this.#saysMore = true;
    if (this.#label === 'any' || !isPaths(line.text)) return;
    if (this.#label !== null) {
      this.#noKey(this.#label);
      this.#label = 'any';
      return;
    }
    this.#understood = false;
    this.#findings.warn({
      rule: 'scope-text',
      at: this.#source.place(line.offset),
      message: `${quoted(line.text)} stands behind no key; it is left out of the scope`,
      remedy: 'Write CREATE, MODIFY or BOUNDARY and a colon before it.',
    });
  }

  #complain(at: Place, message: string, remedy: string): void {
    this.#understood = false;
    // What is missing in the scope may be what stands here.
    for (const key of ['create', 'modify', 'boundary'] as const) this.#refused.add(key);
    this.#findings.error({ rule: 'scope-key-unknown', at, message, remedy });
  }

  #readList(line: BlockLine): void {
    const around = { source: this.#source, findings: this.#findings, of: 'the scope' };
    const { entries, hasProse, hasNotes, isRefused } = readScopeLine(line, around);
    if (hasProse || hasNotes) this.#saysMore = true;
    if (hasProse || isRefused) this.#understood = false;
    if (isRefused && this.#key !== null) this.#refused.add(this.#key);
    const above = this.#tree.above(line);
    if (above !== null && above.folder === null && !isPaths(line.text)) {
      if (entries.length > 0) this.#noPath(line);
      return;
    }
    const folder = above?.folder ?? null;
    if (folder !== null && entries.length > 0) this.#leaveOut(folder);
    const placed = folder === null ? entries : entries.map((entry) => within(folder.value.pattern, entry));
    this.#tree.add(line, placed);
    for (const entry of placed) this.#take(entry);
  }

  /** A folder whose contents are named stands for these alone. */
  #leaveOut(folder: Located<ScopeEntry>): void {
    if (this.#opened.has(folder)) return;
    this.#opened.add(folder);
    for (const entries of Object.values(this.#entries)) {
      const at = entries.indexOf(folder);
      if (at >= 0) entries.splice(at, 1);
    }
  }

  /** A note below a path. */
  #noPath({ text, offset }: BlockLine): void {
    this.#understood = false;
    this.#saysMore = true;
    this.#findings.warn({
      rule: 'scope-text',
      at: this.#source.place(offset),
      message: `${quoted(text)} stands below a path, and is none; it is left out of the scope`,
      remedy: 'Put notes in parentheses, and paths into a list of their own.',
    });
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

/** The whole line may stand in backticks, and several keys in one line. */
function splitKeys(line: BlockLine): readonly BlockLine[] {
  const ticked = /^`([^`]*)`$/.exec(line.text)?.[1];
  let rest =
    ticked !== undefined && KEY.test(ticked) ? { ...line, text: ticked, offset: line.offset + 1 } : line;
  const lines: BlockLine[] = [];
  for (
    let next = NEXT_KEY.exec(rest.text);
    next !== null && KEY.test(rest.text);
    next = NEXT_KEY.exec(rest.text)
  ) {
    lines.push({ ...rest, text: rest.text.slice(0, next.index) });
    const from = next.index + next[0].length;
    rest = { text: rest.text.slice(from), offset: rest.offset + from, bullet: rest.bullet };
  }
  return [...lines, rest];
}

function scopeKey(word: string): ScopeKey {
  const lower = word.toLowerCase();
  if (lower === 'create') return 'create';
  return lower === 'modify' ? 'modify' : 'boundary';
}
