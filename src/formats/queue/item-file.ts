/** One file of a queue: its title, its fields, its sections. */

import type { Heading, Root, RootContent } from 'mdast';
import type { ScopeEntry } from '../../core/plan.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Located, LocatedText, Place } from '../located-text.ts';
import {
  headingText,
  itemsOf,
  parseMarkdown,
  type Section,
  sectionsOf,
  sectionText,
  sourceOf,
} from '../markdown.ts';
import { type BlockLine, linesOf } from '../markdown-lines.ts';
import { namedPaths } from '../named-paths.ts';
import { readScopeLine } from '../scope-lines.ts';
import { unfitTask } from '../unfit-text.ts';
import { type ItemName, statusOf } from './item-name.ts';

export interface QueueItem extends ItemName {
  readonly source: LocatedText;
  readonly title: string;
  readonly priority?: number;
  readonly assignee?: string;
  readonly blocks: readonly Located<string>[];
  readonly blockedBy: readonly Located<string>[];
  readonly files: readonly ScopeEntry[];
  /** Paths that the text names. */
  readonly named: readonly ScopeEntry[];
  readonly requirements: readonly string[];
  readonly criteria: readonly string[];
  /** Sections as they are written, empty where there are none. */
  readonly description: string;
  readonly criteriaText: string;
  readonly notes: string;
  /** The last of the notes on one line, as a reason reads. */
  readonly lastNote: string;
}

type Field = 'title' | 'status' | 'priority' | 'assignee' | 'blocks' | 'blockedby' | 'files';

const FIELD =
  /^(\*\*|__|)(Title|Status|Priority|Assignee|Blocks|Blocked[ -]?By|Files)(?:\1[ \t]*:|:\1)[ \t]*/i;
const NONE = /^(?:none|nothing|nil|n\/?a|[-–—])?\.?$/i;
const CRITERIA: readonly string[] = ['success criteria', 'acceptance criteria', 'criteria', 'checklist'];
const PRIORITIES: Readonly<Record<string, number>> = { high: 1, medium: 0, low: -1 };

/** Null when nothing in it can be used; the findings then say why. */
export function readItem(source: LocatedText, name: ItemName, findings: FindingList): QueueItem | null {
  const problem = unfitTask(source);
  if (problem !== null) {
    findings.error({ rule: 'item-unreadable', at: source.start, ...problem });
    return null;
  }
  const { text } = source;
  if (text.trim() === '' && name.status !== 'completed') {
    findings.warn({
      rule: 'item-empty',
      at: source.start,
      message: 'the item is empty: its agent is told no more than the name of the file',
      remedy: 'Write what is to be done, or remove the file.',
    });
  }
  const root = parseMarkdown(text);
  const sections = sectionsOf(text, root);
  const named = (...names: readonly string[]): Section | undefined =>
    sections.find((section) => names.includes(section.name));
  const description = named('description');
  const criteria = named(...CRITERIA);
  const notes = named('notes');
  const fields = new FieldReader(source, findings);
  for (const node of headerOf(root)) for (const line of linesOf(text, node)) fields.read(line);
  checkStatus(name, fields, findings);
  const priority = readPriority(fields, findings);
  const assignee = fields.text('assignee').replace(/^@/, '');
  return {
    ...name,
    source,
    title: fields.text('title') || titleOf(text, root) || name.slug || name.number,
    ...(priority === undefined ? {} : { priority }),
    ...(NONE.test(assignee) ? {} : { assignee }),
    blocks: fields.references('blocks'),
    blockedBy: fields.references('blockedby'),
    files: fields.files(),
    named: namedPaths(text, sections.length === 0 ? root.children : bodyOf(root)),
    requirements: description === undefined ? [] : itemsOf(text, description),
    criteria: criteria === undefined ? [] : itemsOf(text, criteria),
    description: describedBy(text, root, sections),
    criteriaText: criteria === undefined ? '' : sectionText(text, criteria),
    notes: notes === undefined ? '' : sectionText(text, notes),
    lastNote: oneLine((notes === undefined ? [] : itemsOf(text, notes)).at(-1) ?? ''),
  };
}

/** All that is said of it, under whatever heading: what is no field, no criterion and no note. */
function describedBy(text: string, root: Root, sections: readonly Section[]): string {
  const isField = (node: RootContent): boolean => linesOf(text, node).some((line) => FIELD.test(line.text));
  const above = headerOf(root).filter((node) => node.type === 'paragraph' && !isField(node));
  const told = sections.filter(
    ({ name, heading }) => heading.depth === 2 && name !== 'notes' && !CRITERIA.includes(name),
  );
  const parts = told.map((section) => {
    const content = sectionText(text, section);
    const isNamed = section.name !== 'description' && content !== '';
    return isNamed ? `${headingText(text, section.heading)}:\n${content}` : content;
  });
  return [...above.map((node) => sourceOf(text, node)), ...parts].filter((part) => part !== '').join('\n\n');
}

/** Where the value of the first such field stands in a text; null when there is none. */
export function fieldLine(
  text: string,
  wanted: 'status',
): { readonly value: string; readonly from: number; readonly to: number } | null {
  for (const line of headerOf(parseMarkdown(text)).flatMap((node) => linesOf(text, node))) {
    const match = FIELD.exec(line.text);
    if (match === null || fieldOf(match[2] ?? '') !== wanted) continue;
    const value = line.text.slice(match[0].length);
    const from = line.offset + match[0].length;
    return { value, from, to: from + value.length };
  }
  return null;
}

/** Up to the second heading: the fields stand below the title. */
function headerOf(root: Root): readonly RootContent[] {
  const [, second] = headings(root);
  const first = root.children[0]?.type === 'heading' ? second : headings(root)[0];
  const end = first === undefined ? root.children.length : root.children.indexOf(first);
  return root.children.slice(0, end).filter((node) => node.type === 'paragraph' || node.type === 'list');
}

function bodyOf(root: Root): readonly RootContent[] & Root['children'] {
  const header = new Set(headerOf(root));
  return root.children.filter((node) => !header.has(node));
}

function headings(root: Root): readonly Heading[] {
  return root.children.filter((node) => node.type === 'heading');
}

function titleOf(text: string, root: Root): string {
  const [first] = headings(root);
  return first === undefined || first.depth !== 1 ? '' : oneLine(headingText(text, first));
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

interface FieldValue {
  readonly at: Place;
  /** The rest of the field's own line, and the list items below it. */
  readonly lines: readonly BlockLine[];
}

class FieldReader {
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
    if (this.#fields.has(field)) {
      this.#findings.warn({
        rule: 'field-twice',
        at,
        message: `the field ${match[2]} stands here again; the first one counts`,
        remedy: 'Keep one of the two.',
      });
      return;
    }
    const length = match[0].length;
    const rest = { text: line.text.slice(length), offset: line.offset + length, bullet: false };
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
  const name = word.toLowerCase().replace(/[ -]/g, '');
  const known: readonly Field[] = ['title', 'status', 'priority', 'assignee', 'blocks', 'blockedby'];
  return known.find((each) => each === name) ?? 'files';
}

/** The name counts: it is what the rename of a transition changes first. */
function checkStatus({ number, status }: ItemName, fields: FieldReader, findings: FindingList): void {
  const field = fields.get('status');
  if (field === undefined) return;
  const written = statusOf(fields.text('status'));
  if (written === status) return;
  const what =
    written === null ? `says ${quoted(fields.text('status'))}, which is no status` : `says ${written}`;
  findings.warn({
    rule: 'status-mismatch',
    at: field.at,
    message: `the name of ${number} says ${status}, and its body ${what}; the name counts`,
    remedy: `Write ${status} in the body, or rename the file.`,
    tasks: [number],
  });
}

function readPriority(fields: FieldReader, findings: FindingList): number | undefined {
  const field = fields.get('priority');
  const word = fields.text('priority').toLowerCase();
  if (field === undefined || NONE.test(word)) return undefined;
  const priority = Object.hasOwn(PRIORITIES, word) ? PRIORITIES[word] : undefined;
  if (priority === undefined)
    findings.warn({
      rule: 'priority-unclear',
      at: field.at,
      message: `${quoted(word)} is no priority; medium is taken for it`,
      remedy: 'Write high, medium or low.',
    });
  return priority;
}
