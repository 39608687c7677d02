/** Finds the tasks of a decomposer's plan in its syntax tree: as headings, as items of lists, or as bold lines. */

import type { Heading, Root, RootContent } from 'mdast';
import type { LocatedText, Place } from '../located-text.ts';
import { headingText, isComment, sourceOf, startOf } from '../markdown.ts';
import { type BlockLine, linesOf } from '../markdown-lines.ts';

export type FieldName = 'depends' | 'files' | 'done' | 'complexity' | 'agent' | 'type';

export interface Field {
  readonly at: Place;
  /** As it is written, in lower case: `files to create`. */
  readonly word: string;
  /** The rest of the field's own line, and the list items below it. */
  readonly lines: readonly BlockLine[];
}

export interface FoundTask {
  /** As it is written: `3`, `2.1`. */
  readonly number: string;
  readonly name: string;
  readonly at: Place;
  /** Its check box is ticked. */
  readonly ticked: boolean;
  readonly fields: ReadonlyMap<FieldName, Field>;
  /** Fields that it has already, by the same word. */
  readonly repeated: readonly NamedField[];
  /** Every other line of it. */
  readonly text: readonly string[];
}

export interface NamedField {
  readonly name: FieldName;
  readonly word: string;
  readonly at: Place;
}

/** Fields that stand below no task. */
export interface Stray {
  /** Of the heading or item above them; of the first of them, where there is none. */
  readonly at: Place;
  /** What stands there; empty without one. */
  readonly title: string;
  readonly fields: readonly NamedField[];
}

/** A task whose fields cannot be read: a row of a table, or what is quoted. */
export interface UnreadTask {
  readonly number: string;
  readonly at: Place;
  readonly isRow: boolean;
}

export interface FoundTasks {
  readonly tasks: readonly FoundTask[];
  readonly strays: readonly Stray[];
  /** Of tasks that stand nowhere else. */
  readonly unread: readonly UnreadTask[];
}

interface OpenTask extends FoundTask {
  /** Of the heading that it is. */
  readonly depth: number;
  readonly fields: Map<FieldName, Field & { readonly lines: BlockLine[] }>;
  readonly repeated: NamedField[];
  readonly text: string[];
  field: FieldName | null;
  /** The field is a heading: all that stands below it is of it. */
  isSection: boolean;
}

type OpenStray = Stray & { readonly fields: NamedField[] };

/** `Task 3: name`, `Task T3 (later): name`; without a colon, `Task 3 - name`, `Task 3. name`, which sentences have, too. */
const TASK =
  /^(?:\[([ xX])\][ \t]+)?(?:[^\p{L}\p{N}\s|>]{1,4}[ \t]+)?Task[ \t]+#?T?(\d{1,6}(?:\.\d{1,6})?)[ \t]*(?:\([^()]*\)[ \t]*)?(?:([:：])|\.(?=[ \t])|(?<=[ \t])-(?=[ \t])|[–—])[ \t]*(?:\[([ xX])\][ \t]+)?(.*)$/iu;
/** The first cell of a table's row, and a line of a quote. */
const CELL = /^\|[ \t]*([^|]*?)[ \t]*\|/;
const QUOTED = /^>[> \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+)?(.*)$/;
const FIELD =
  /^(Depends[ -]?on|Dependencies|Files?(?:[ \t]+to[ \t]+[a-z]+(?:[ \t]+(?:or|and)[ \t]+[a-z]+)?)?|Done[ -]?when|Complexity|Agent|(?:Work[ _-]?)?Type)[ \t]*[:：][ \t]*/i;

const NO_HEADING = Number.POSITIVE_INFINITY;
/** What has several words for one list: `Files to create` and `Files to change`. */
const LISTS: readonly FieldName[] = ['depends', 'files', 'done'];

/** True when the text has a task with one of its fields below it: what no other family's plan has. */
export function looksLikeTasks(text: string): boolean {
  const mark = String.raw`^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(?:\[[ xX]\][ \t]+)?\**`;
  const number = String.raw`Task[ \t]+#?T?\d{1,6}(?:\.\d{1,6})?[ \t]*(?:\([^()\r\n]*\)[ \t]*)?\**`;
  const task = new RegExp(`${mark}${number}(?:[:：]|\\.[ \\t]|(?<=[ \\t])-[ \\t]|[–—])`, 'im');
  const field = new RegExp(`${mark}(?:Depends[ -]?on|Done[ -]?when|Complexity)\\**[ \\t]*[:：]`, 'im');
  // Elsewhere than in a list it is what a group comes after.
  const listed = /^[ \t]*[-*+][ \t]+\**Dependencies\**[ \t]*[:：]/im;
  return task.test(text) && (field.test(text) || listed.test(text));
}

/** In the order of the text. Of a number that stands there twice, as in a list of contents, those with fields. */
export function findTasks(source: LocatedText, root: Root): FoundTasks {
  const finder = new TaskFinder(source);
  for (const node of root.children) finder.read(node);
  const withFields = new Set(
    finder.tasks.filter(({ fields }) => fields.size > 0).map(({ number }) => number),
  );
  const seen = new Set<string>();
  const tasks = finder.tasks.filter(({ number, fields }) => {
    if (fields.size > 0) return true;
    const isFirst = !withFields.has(number) && !seen.has(number);
    seen.add(number);
    return isFirst;
  });
  const known = new Set(tasks.map(({ number }) => number));
  return {
    tasks,
    strays: finder.strays.filter(({ fields }) => fields.length > 0),
    unread: finder.unread.filter(({ number }) => !known.has(number)),
  };
}

class TaskFinder {
  readonly tasks: OpenTask[] = [];
  readonly strays: OpenStray[] = [];
  readonly unread: UnreadTask[] = [];
  readonly #source: LocatedText;
  #open: OpenTask | null = null;

  constructor(source: LocatedText) {
    this.#source = source;
  }

  read(node: RootContent): void {
    const { text } = this.#source;
    if (node.type === 'heading') {
      this.#readHeading(node);
      return;
    }
    if (node.type === 'code' || (node.type === 'html' && !isComment(text, node))) {
      this.#open?.text.push(sourceOf(text, node));
      return;
    }
    const lines = linesOf(text, node);
    for (const [index, line] of lines.entries()) {
      this.#noteUnread(line);
      const next = lines[index + 1];
      const hasFields = next !== undefined && fieldOf(next).field !== null;
      if (this.#isBelowField(line)) this.#continue(line);
      else if (!this.#begins(line, { depth: NO_HEADING, isMarked: hasFields })) {
        if (hasFields && this.#isBesideTask(line, next)) this.#leaveTask(line);
        else this.#continue(line);
      }
    }
  }

  #readHeading(heading: Heading): void {
    const line = { text: headingText(this.#source.text, heading), offset: startOf(heading), bullet: false };
    if (this.#begins(line, { depth: heading.depth, isMarked: true })) return;
    // A heading of its own rank or above ends a task; one below it is a part of it.
    if (this.#open === null || heading.depth <= this.#open.depth) this.#leaveTask(line);
    else this.#continueBelow(this.#open, heading);
  }

  #begins(
    line: BlockLine,
    { depth, isMarked }: { readonly depth: number; readonly isMarked: boolean },
  ): boolean {
    const match = TASK.exec(plain(line.text));
    if (match === null) return false;
    const [, before, number = '', colon, behind, name = ''] = match;
    if (colon === undefined && !isMarked && before === undefined && !line.text.startsWith('**')) return false;
    this.#open = {
      number,
      name: name.trim(),
      at: this.#source.place(line.offset),
      ticked: [before, behind].some((box) => box !== undefined && box !== ' '),
      fields: new Map(),
      repeated: [],
      text: [],
      depth,
      field: null,
      isSection: false,
    };
    this.tasks.push(this.#open);
    return true;
  }

  #noteUnread({ text, offset }: BlockLine): void {
    const cell = CELL.exec(text)?.[1];
    const words = cell ?? QUOTED.exec(text)?.[1];
    const [, , number] = words === undefined ? [] : (TASK.exec(plain(words)) ?? []);
    if (number !== undefined)
      this.unread.push({ number, at: this.#source.place(offset), isRow: cell !== undefined });
  }

  /** It is an item of the list below a field, as in `Depends on:` with `- Task 1: its name` below. */
  #isBelowField({ bullet, offset }: BlockLine): boolean {
    if (this.#open?.isSection === true) return true;
    const field = this.#open?.field;
    const at = field && this.#open?.fields.get(field)?.at;
    return bullet && at != null && this.#source.place(offset).column > at.column;
  }

  /** An item that has fields below it, in the list in which the open task is an item. */
  #isBesideTask(line: BlockLine, next: BlockLine): boolean {
    if (!line.bullet || fieldOf(line).field !== null) return false;
    const column = ({ offset }: BlockLine): number => this.#source.place(offset).column;
    if (column(next) <= column(line)) return false;
    return this.#open === null || (this.#open.depth === NO_HEADING && column(line) <= this.#open.at.column);
  }

  #leaveTask({ text, offset }: BlockLine): void {
    this.#open = null;
    this.strays.push({ at: this.#source.place(offset), title: plain(text).trim(), fields: [] });
  }

  /** A field may be a heading, too, as in `#### Done when`. */
  #continueBelow(task: OpenTask, heading: Heading): void {
    task.field = null;
    task.isSection = false;
    const text = headingText(this.#source.text, heading);
    const offset = startOf(heading.children[0] ?? heading);
    this.#continue({ text: /[:：]/.test(text) ? text : `${text}:`, offset, bullet: false });
    task.isSection = task.field !== null;
  }

  #continue(line: BlockLine): void {
    const { field } = fieldOf(line);
    const at = this.#source.place(line.offset);
    const task = this.#open;
    if (task === null) {
      if (field === null) return;
      if (this.strays.length === 0) this.strays.push({ at, title: '', fields: [] });
      this.strays.at(-1)?.fields.push({ ...field, at });
      return;
    }
    if (field !== null) this.#take({ ...field, at }, line, task);
    else if (task.field !== null && (line.bullet || task.isSection)) {
      task.fields.get(task.field)?.lines.push(line);
    } else {
      task.field = null;
      task.text.push(line.text);
    }
  }

  #take(found: NamedField, line: BlockLine, task: OpenTask): void {
    const { name, word, at } = found;
    const { rest } = fieldOf(line);
    const lines = rest.text === '' ? [] : [rest];
    const known = task.fields.get(name);
    if (known === undefined) task.fields.set(name, { at, word, lines });
    else if (known.word !== word && LISTS.includes(name)) known.lines.push(...lines);
    else {
      task.repeated.push(found);
      task.text.push(line.text);
    }
    // What stands below a field belongs to it where the field's own line says nothing.
    task.field = rest.text === '' ? name : null;
    task.isSection = false;
  }
}

/** Bold marks say nothing here. The text gets shorter only at its beginning, so that places behind it stay right. */
function fieldOf(line: BlockLine): {
  readonly field: { readonly name: FieldName; readonly word: string } | null;
  readonly rest: BlockLine;
} {
  const unmarked = line.text.replace(/^\*\*([^*]+?)(?:\*\*[ \t]*[:：]|[:：][ \t]*\*\*)/, '$1:');
  const match = FIELD.exec(unmarked);
  if (match === null) return { field: null, rest: line };
  const text = unmarked.slice(match[0].length);
  const word = (match[1] ?? '').toLowerCase();
  return {
    field: { name: nameOf(word), word },
    rest: { text, offset: line.offset + line.text.length - text.length, bullet: false },
  };
}

/** Of a word in lower case. */
function nameOf(word: string): FieldName {
  if (word.startsWith('dep')) return 'depends';
  if (word.startsWith('file')) return 'files';
  if (word.startsWith('done')) return 'done';
  if (word === 'complexity' || word === 'agent') return word;
  return 'type';
}

function plain(text: string): string {
  return text.replaceAll('**', '');
}
