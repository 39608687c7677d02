/** The fields of a queue's item: lines below its title such as `**BlockedBy**: 001`. */

import type { Heading, Root, RootContent } from 'mdast';
import type { ScopeEntry } from '../../core/plan.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Located, LocatedText, Place } from '../located-text.ts';
import { headingText, parseMarkdown, sourceOf, startOf } from '../markdown.ts';
import { type BlockLine, linesOf } from '../markdown-lines.ts';
import { readScopeLine } from '../scope-lines.ts';

type Field = 'title' | 'status' | 'priority' | 'assignee' | 'blocks' | 'blockedby' | 'files';

const FIELD =
  /^(\*\*|__|)(Title|Status|Priority|Assignee|Blocks|Blocked[ _-]?By|Depends[ _-]?On|Files)(?:\1[ \t]*:|:\1)[ \t]*/i;
/** A field that says what an item waits for, whatever stands around it. */
const ORDER = /^[\s>|*_+-]*(Blocks|Blocked[ _-]?By|Depends[ _-]?On)[\s*_]*[:|]/i;
const REFERENCE = /(?<!\d)\d{3,6}(?!\d)/;
export const NONE = /^(?:none|nothing|nil|n\/?a|[-–—])?\.?$/i;

/** One line may hold several, with a stroke before each but the first. */
export function fieldLinesOf(text: string, node: RootContent): readonly BlockLine[] {
  return linesOf(text, node).flatMap((line) => (isField(line) ? cutAtFields(line) : [line]));
}

export function isField({ text }: BlockLine): boolean {
  return FIELD.test(text);
}

function cutAtFields({ text, offset, bullet }: BlockLine): readonly BlockLine[] {
  const pieces: BlockLine[] = [];
  let from = 0;
  for (const { 0: stroke, index } of text.matchAll(/\s*\|\s*/g)) {
    if (!FIELD.test(text.slice(index + stroke.length))) continue;
    pieces.push({ text: text.slice(from, index), offset: offset + from, bullet: bullet && from === 0 });
    from = index + stroke.length;
  }
  return [...pieces, { text: text.slice(from), offset: offset + from, bullet: bullet && from === 0 }];
}

/** What is written elsewhere counts for nothing, and the item would run too early. */
export function tellMisplaced(source: LocatedText, root: Root, findings: FindingList): void {
  const { text } = source;
  const fields = headerOf(root).flatMap((node) => fieldLinesOf(text, node).filter(isField));
  const read = new Set(fields.map(({ offset }) => source.place(offset).line));
  for (const [index, node] of root.children.entries()) {
    for (const { text: written, offset } of orderLines(text, node, root.children[index + 1])) {
      const name = ORDER.exec(written)?.[1];
      const at = source.place(offset);
      if (name === undefined || read.has(at.line) || !REFERENCE.test(written)) continue;
      findings.warn({
        rule: 'field-misplaced',
        at,
        message: `${name} is read as a field below the title alone, and counts for nothing here`,
        remedy: 'Write it on a line of its own below the title, such as `**BlockedBy**: 001`.',
      });
    }
  }
}

/** A heading as one line with the block below it, in which its references would stand. */
function orderLines(
  text: string,
  node: RootContent,
  below: RootContent | undefined,
): readonly Pick<BlockLine, 'text' | 'offset'>[] {
  const start = startOf(node);
  if (node.type === 'code') return [];
  if (node.type === 'heading') {
    const first = below === undefined || below.type === 'code' ? '' : sourceOf(text, below);
    const isList = /^[\s>*+#[-]*\d{3}/.test(first);
    return [{ text: `${headingText(text, node)}: ${isList ? first : ''}`, offset: start }];
  }
  return [...sourceOf(text, node).matchAll(/[^\r\n]+/g)].map((match) => ({
    text: match[0],
    offset: start + match.index,
  }));
}

/** Where the value of the first such field stands in a text; null when there is none. */
export function fieldLine(
  text: string,
  wanted: 'status',
): { readonly value: string; readonly from: number; readonly to: number } | null {
  for (const line of headerOf(parseMarkdown(text)).flatMap((node) => fieldLinesOf(text, node))) {
    const match = FIELD.exec(line.text);
    if (match === null || fieldOf(match[2] ?? '') !== wanted) continue;
    const value = line.text.slice(match[0].length);
    const from = line.offset + match[0].length;
    return { value, from, to: from + value.length };
  }
  return null;
}

/** Up to the second heading: the fields stand below the title. */
export function headerOf(root: Root): readonly RootContent[] {
  const [, second] = headings(root);
  const first = root.children[0]?.type === 'heading' ? second : headings(root)[0];
  const end = first === undefined ? root.children.length : root.children.indexOf(first);
  return root.children.slice(0, end).filter((node) => node.type === 'paragraph' || node.type === 'list');
}

export function headings(root: Root): readonly Heading[] {
  return root.children.filter((node) => node.type === 'heading');
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** What is said of them twice counts together. */
const LISTS: ReadonlySet<Field> = new Set(['blocks', 'blockedby', 'files']);

interface FieldValue {
  readonly at: Place;
  /** The rest of the field's own line, and the list items below it. */
  readonly lines: readonly BlockLine[];
}

export class FieldReader {
  readonly #source: LocatedText;
  readonly #findings: FindingList;
  readonly #fields = new Map<Field, { at: Place; lines: BlockLine[] }>();
  #open: Field | null = null;

  constructor(source: LocatedText, findings: FindingList) {
    this.#source = source;
    this.#findings = findings;
  }

  read(line: BlockLine): void {
    const match = FIELD.exec(line.text);
    if (match === null) {
      if (line.bullet && this.#open !== null) this.#fields.get(this.#open)?.lines.push(line);
      else this.#open = null;
      return;
    }
    const field = fieldOf(match[2] ?? '');
    const at = this.#source.place(line.offset);
    this.#open = null;
    const length = match[0].length;
    const rest = { text: line.text.slice(length), offset: line.offset + length, bullet: false };
    const before = this.#fields.get(field);
    if (before !== undefined && LISTS.has(field)) {
      before.lines.push(rest);
      this.#open = field;
      return;
    }
    if (before !== undefined) {
      this.#findings.warn({
        rule: 'field-twice',
        at,
        message: `the field ${match[2]} stands here again; the first one counts`,
        remedy: 'Keep one of the two.',
      });
      return;
    }
    this.#fields.set(field, { at, lines: [rest] });
    this.#open = field;
  }

  get(field: Field): FieldValue | undefined {
    return this.#fields.get(field);
  }

  /** Empty for a field that is not there. */
  text(field: Field): string {
    return oneLine(this.#fields.get(field)?.lines[0]?.text ?? '');
  }

  references(field: 'blocks' | 'blockedby'): readonly Located<string>[] {
    const lines = this.#fields.get(field)?.lines ?? [];
    return lines.flatMap((line) => this.#referencesIn(line));
  }

  #referencesIn({ text, offset }: BlockLine): readonly Located<string>[] {
    const found: Located<string>[] = [];
    for (const match of text
      .replace(/\([^)]*\)?/g, (note) => ' '.repeat(note.length))
      .matchAll(/[^\s,;]+/g)) {
      const word = match[0].replace(/^[`*_#]+|[`*_.]+$/g, '');
      if (NONE.test(word) || /^(?:and|&)$/i.test(word)) continue;
      const number = /^(\d{1,6})(?:-[\w-]*)?(?:\.md)?$/.exec(word)?.[1];
      const at = this.#source.place(offset + match.index);
      if (number !== undefined) found.push({ value: number.padStart(3, '0'), at });
      else
        this.#findings.error({
          rule: 'reference-unclear',
          at,
          message: `${quoted(word)} is no reference to an item`,
          remedy: 'Name items by their three-digit numbers, as in `**BlockedBy**: 001, 002`, or write none.',
        });
    }
    return found;
  }

  files(): readonly ScopeEntry[] {
    const lines = this.#fields.get('files')?.lines ?? [];
    const around = { source: this.#source, findings: this.#findings, of: "the item's files" };
    return lines.flatMap((line) => readScopeLine(line, around).entries.map(({ value }) => value));
  }
}

function fieldOf(word: string): Field {
  const name = word.toLowerCase().replace(/[ _-]/g, '');
  if (name === 'dependson') return 'blockedby';
  const known: readonly Field[] = ['title', 'status', 'priority', 'assignee', 'blocks', 'blockedby'];
  return known.find((each) => each === name) ?? 'files';
}
