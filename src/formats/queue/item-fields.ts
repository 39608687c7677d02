/** The fields of a queue's item: lines below its title such as `**BlockedBy**: 001`. */

import type { Heading, Root, RootContent } from 'mdast';
import type { ScopeEntry } from '../../core/plan.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import { beginsWithPath, goesOn } from '../list-goes-on.ts';
import type { Located, LocatedText, Place } from '../located-text.ts';
import { parseMarkdown, sectionName } from '../markdown.ts';
import { type BlockLine, linesOf } from '../markdown-lines.ts';
import { saysNoDependency } from '../no-dependency.ts';
import { readScopeLine } from '../scope-lines.ts';
import { readScopeList, saysSomething } from '../scope-list.ts';
import { statusNote } from './item-name.ts';

type Field = 'title' | 'status' | 'priority' | 'assignee' | 'blocks' | 'blockedby' | 'files';

const FIELD =
  /^(\*\*|__|)(Title|Status|Priority|Assignee|Blocks|Blocked[ _-]?By|Depends[ _-]?On|Files)(?:\1[ \t]*[:：]|[:：]\1)[ \t]*/i;
/** Before a further field of a line; between words a stroke alone, which no field holds. */
const STROKE = /\|\s*/g;
const BETWEEN =
  /[|,;·•]\s*|(?<=\s)(?=\*\*|__|(?:Blocks|Blocked[ _-]?By|Depends[ _-]?On)[ \t]?[:：][ \t]?#?\d{3})/gi;
const NOTE = /\([^)]*\)?/g;
/** A sign may stand before it. */
export const PRIORITY = /^[^\p{L}\p{N}]*(high|medium|low)(?![\p{L}\p{N}-])/iu;
/** A line begins with one that stands alone, or with others behind it. */
const REFERENCES = /^[`*_#]{0,3}\d{3,6}(?:-[\w-]+)?(?:\.md)?[`*_]{0,3}(?:$|[ \t]*[,;&(]|[ \t]+#?\d{3})/;
/** No reference is longer. */
const LONGEST = 300;
export const NONE = /^(?:none|nothing|nil|n\/?a|[-–—])?\.?$/i;

export const CRITERIA: readonly string[] = [
  'success criteria',
  'acceptance criteria',
  'criteria',
  'checklist',
];
/** Of headings that name a part of an item. */
const SECTIONS: readonly string[] = ['description', 'notes', ...CRITERIA];

/** One line may hold several. */
export function fieldLinesOf(text: string, node: RootContent): readonly BlockLine[] {
  return linesOf(text, node).flatMap((line) => (isField(line) ? cutAtFields(line) : [line]));
}

export function isField({ text }: BlockLine): boolean {
  return FIELD.test(text);
}

function cutAtFields({ text, offset, bullet }: BlockLine): readonly BlockLine[] {
  const pieces: BlockLine[] = [];
  let from = 0;
  for (const { 0: gap, index } of text.matchAll(FIELD.test(text) ? BETWEEN : STROKE)) {
    if (index <= from || !FIELD.test(text.slice(index + gap.length))) continue;
    const piece = text.slice(from, index).trimEnd();
    pieces.push({ text: piece, offset: offset + from, bullet: bullet && from === 0 });
    from = index + gap.length;
  }
  return [...pieces, { text: text.slice(from), offset: offset + from, bullet: bullet && from === 0 }];
}

/** Where the value of the first such field stands in a text; null when there is none. */
export function fieldLine(
  text: string,
  wanted: 'status',
): { readonly value: string; readonly from: number; readonly to: number } | null {
  for (const line of fieldLines(text, parseMarkdown(text))) {
    const match = FIELD.exec(line.text);
    if (match === null || fieldOf(match[2] ?? '') !== wanted) continue;
    const value = line.text.slice(match[0].length);
    const from = line.offset + match[0].length;
    return { value, from, to: from + value.length };
  }
  return null;
}

/** The heading that names the item; undefined for none. */
export function titleHeading(text: string, root: Root): Heading | undefined {
  const [first] = headings(root);
  if (first === undefined || SECTIONS.includes(sectionName(text, first))) return undefined;
  return first.depth === 1 || root.children[0] === first ? first : undefined;
}

/** Up to the next heading behind the title, and without it: the fields stand below the title. */
export function headerOf(text: string, root: Root): readonly RootContent[] {
  const title = titleHeading(text, root);
  const next = headings(root).find((heading) => heading !== title);
  const end = next === undefined ? root.children.length : root.children.indexOf(next);
  return root.children.slice(0, end).filter((node) => node !== title);
}

export function fieldLines(text: string, root: Root): readonly BlockLine[] {
  return headerOf(text, root).flatMap((node) => (mayHoldFields(node) ? fieldLinesOf(text, node) : []));
}

export function mayHoldFields({ type }: RootContent): boolean {
  return type === 'paragraph' || type === 'list';
}

function headings(root: Root): readonly Heading[] {
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
  /** The list that was read last, and the line of it. */
  #open: { readonly field: Field; readonly indent: number; readonly above: BlockLine } | null = null;

  constructor(source: LocatedText, findings: FindingList) {
    this.#source = source;
    this.#findings = findings;
  }

  /** True for words: a line that is none of a field's, or that says more than its field takes. */
  read(line: BlockLine): boolean {
    const match = FIELD.exec(line.text);
    if (match === null) {
      const field = this.#goOn(line);
      return field === null || hasNote(field, line);
    }
    const field = fieldOf(match[2] ?? '');
    const at = this.#source.place(line.offset);
    const length = match[0].length;
    const rest = { text: line.text.slice(length), offset: line.offset + length, bullet: false };
    const before = this.#fields.get(field);
    const indent = line.bullet ? at.column : 0;
    this.#open = LISTS.has(field) ? { field, indent, above: rest } : null;
    if (before === undefined) this.#fields.set(field, { at, lines: [rest] });
    else if (LISTS.has(field)) before.lines.push(rest);
    else
      this.#findings.warn({
        rule: 'field-twice',
        at,
        message: `the field ${match[2]} stands here again; the first one counts`,
        remedy: 'Keep one of the two.',
      });
    return hasNote(field, rest);
  }

  /** A list may stand below its field, or go on in the next line. Null for a line that does not belong to it. */
  #goOn(line: BlockLine): Field | null {
    const open = this.#open;
    this.#open = null;
    if (open === null) return null;
    const { field, indent, above } = open;
    const at = this.#source.place(line.offset);
    const isNext = at.line === this.#source.place(above.offset).line + 1;
    const says = oneLine(above.text);
    const fits = field === 'files' ? beginsWithPath(line.text) : REFERENCES.test(line.text);
    const isRest = isNext && (goesOn(says, line.text) || fits);
    const isOwn = line.bullet ? at.column > indent && (above.bullet || says === '' || isRest) : isRest;
    if (!isOwn) return null;
    this.#fields.get(field)?.lines.push(line);
    this.#open = { field, indent, above: line };
    return field;
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
    const isWhole = /^\s*\([\d\s,;&]+\)\s*$/.test(text);
    const bare = isWhole ? text.replace(/[()]/g, ' ') : text.replace(NOTE, (note) => ' '.repeat(note.length));
    if (saysNoDependency(bare)) return [];
    // Words that stand together are one.
    let from: number | null = null;
    let to = 0;
    const report = (): void => {
      if (from !== null) this.#unclear(text.slice(from, to), offset + from);
      from = null;
    };
    for (const { 0: word, index } of bare.matchAll(/[^\s,;、，]+/g)) {
      // Trimming takes quadratic time over some texts.
      const name = word.length > LONGEST ? word : word.replace(/^[`*_#[]+|[`*_.\]]+$/g, '');
      if (NONE.test(name) || /^(?:and|[&+])$/i.test(name)) continue;
      // `001-003` may be all of three.
      const number = /^(\d{1,6})(?:-(?!\d+$)[\w-]*)?(?:\.md)?$/.exec(name)?.[1];
      if (number === undefined) {
        from ??= index;
        to = index + word.length;
        continue;
      }
      report();
      found.push({ value: number.padStart(3, '0'), at: this.#source.place(offset + index) });
    }
    report();
    return found;
  }

  #unclear(text: string, offset: number): void {
    this.#findings.error({
      rule: 'reference-unclear',
      at: this.#source.place(offset),
      message: `${quoted(text)} is no reference to an item`,
      remedy: 'Name items by their three-digit numbers, as in `**BlockedBy**: 001, 002`, or write none.',
    });
  }

  files(): readonly ScopeEntry[] {
    const lines = this.#fields.get('files')?.lines ?? [];
    const around = { source: this.#source, findings: this.#findings, of: "the item's files" };
    return lines.flatMap((line) => readScopeLine(line, around).entries.map(({ value }) => value));
  }
}

function hasNote(field: Field, { text, bullet }: BlockLine): boolean {
  switch (field) {
    case 'status':
      return statusNote(text) !== '';
    case 'priority':
      return /\p{L}/u.test(text.replace(PRIORITY, ''));
    case 'blocks':
    case 'blockedby':
      return [...text.matchAll(NOTE)].some(([note]) => saysSomething(note)) || isMoreThanNone(text);
    case 'files': {
      const { prose, hasNotes } = readScopeList(text, bullet);
      return hasNotes || prose.length > 0;
    }
    default:
      return false;
  }
}

/** `None - but ask Eve` */
function isMoreThanNone(text: string): boolean {
  return saysNoDependency(text) && /\p{L}(?!\p{L}|\/a)[^\p{L}]+\p{L}/iu.test(text);
}

function fieldOf(word: string): Field {
  const name = word.toLowerCase().replace(/[ _-]/g, '');
  if (name === 'dependson') return 'blockedby';
  const known: readonly Field[] = ['title', 'status', 'priority', 'assignee', 'blocks', 'blockedby'];
  return known.find((each) => each === name) ?? 'files';
}
