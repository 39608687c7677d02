/** Finds the tasks of a decomposer's plan in its syntax tree: as headings, as items of lists, or as bold lines. */

import type { Heading, Root, RootContent } from 'mdast';
import type { LocatedText, Place } from '../located-text.ts';
import { headingText, isComment, sourceOf, startOf } from '../markdown.ts';
import { asWritten, type BlockLine, linesOf } from '../markdown-lines.ts';
import type { FoundTask, FoundTasks, OuterHeading, Stray, UnreadTask } from './found-task.ts';
import { type Piece, proseOf } from './prose.ts';
import {
  addLine,
  belongsTo,
  type Field,
  type FieldName,
  fieldOf,
  type LastLine,
  LISTS,
  type NamedField,
  numberOfOther,
  plain,
} from './task-fields.ts';
import { idOf } from './task-id.ts';

interface OpenTask extends FoundTask {
  /** Of the heading that it is. */
  readonly depth: number;
  readonly fields: Map<FieldName, Field & { readonly lines: BlockLine[] }>;
  readonly repeated: NamedField[];
  readonly text: string[];
  field: FieldName | null;
  /** The field is a heading: all that stands below it is of it. */
  isSection: boolean;
  last: LastLine | null;
}

type OpenStray = Stray & { readonly fields: NamedField[] };

/** `Task 3: name`, `Task T3 (later): name`; without a colon, `Task 3 - name`, `Task 3. name`, which sentences have, too. */
const TASK =
  /^(?:\[([ xX])\][ \t]+)?(?:([^\p{L}\p{N}\s|>]{1,4}|\[[^\s\]]\])[ \t]+)?Task[ \t]+#?T?(\d{1,6}(?:\.\d{1,6})?)[ \t]*(?:\([^()]*\)[ \t]*)?(?:([:：])|\.(?=[ \t])|(?<=[ \t])-(?=[ \t])|[–—])[ \t]*(?:\[([ xX])\][ \t]+)?(.*)$/iu;
/** The first cell of a table's row, and a line of a quote. */
const CELL = /^\|[ \t]*([^|]*?)[ \t]*\|/;
const QUOTED = /^>[> \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+)?(.*)$/;

const NO_HEADING = Number.POSITIVE_INFINITY;

/** True when the text has a task with one of its fields below it: what no other family's plan has. */
export function looksLikeTasks(text: string): boolean {
  const mark = String.raw`^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(?:\[[ xX]\][ \t]+)?(?:[^\p{L}\p{N}\s*_|>]{1,4}[ \t]+)?[*_\x60]{0,2}`;
  const number = String.raw`Task[ \t]+#?T?\d{1,6}(?:\.\d{1,6})?[ \t]*(?:\([^()\r\n]*\)[ \t]*)?\**`;
  const task = new RegExp(`${mark}${number}(?:[:：]|\\.[ \\t]|(?<=[ \\t])-[ \\t]|[–—])`, 'imu');
  const field = new RegExp(
    `${mark}(?:Depends?[ _-]?(?:up)?on|Done[ _-]?when|Complexity)[*_\\x60]{0,2}[ \\t]*[:：]`,
    'imu',
  );
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
  const known = new Set(tasks.map(({ number }) => idOf(number)));
  return {
    tasks,
    strays: finder.strays.filter(({ fields }) => fields.length > 0),
    unread: finder.unread.filter(({ number }) => !known.has(idOf(number))),
    prose: proseOf(finder.pieces, new Set(tasks)),
  };
}

class TaskFinder {
  readonly tasks: OpenTask[] = [];
  readonly strays: OpenStray[] = [];
  readonly unread: UnreadTask[] = [];
  readonly pieces: Piece[] = [];
  readonly #source: LocatedText;
  #open: OpenTask | null = null;
  #below: readonly OuterHeading[] = [];
  #hasTitle = false;

  constructor(source: LocatedText) {
    this.#source = source;
  }

  read(node: RootContent): void {
    const { text } = this.#source;
    if (node.type === 'heading') {
      this.#readHeading(node);
      return;
    }
    if (node.type === 'thematicBreak' || isComment(text, node)) return;
    if (node.type === 'code' || node.type === 'html' || node.type === 'yaml') {
      if (this.#open === null) this.pieces.push({ is: 'text', text: sourceOf(text, node) });
      else this.#open.text.push(sourceOf(text, node));
      return;
    }
    const lines = linesOf(text, node, { withHtml: true });
    const outside = lines.filter((line, index) => {
      this.#readLine(line, lines[index + 1]);
      return this.#open === null;
    });
    if (this.#open === null && outside.length === lines.length)
      this.pieces.push({ is: 'text', text: sourceOf(text, node) });
    else if (outside.length > 0)
      this.pieces.push({ is: 'text', text: outside.map((line) => asWritten(text, line)).join('\n') });
  }

  #readLine(line: BlockLine, next: BlockLine | undefined): void {
    this.#noteUnread(line);
    const hasFields = next !== undefined && fieldOf(next).field !== null;
    if (this.#isBelowField(line) || this.#goesOn(line)) this.#continue(line);
    else if (!this.#begins(line, { depth: NO_HEADING, isMarked: hasFields })) {
      if (hasFields && this.#isBesideTask(line, next)) this.#leaveTask(line);
      else {
        if (this.#isInListOfTasks(line)) this.#noteOther(line, 'item');
        this.#continue(line);
      }
    }
  }

  #readHeading(heading: Heading): void {
    const line = { text: headingText(this.#source.text, heading), offset: startOf(heading), bullet: false };
    if (this.#begins(line, { depth: heading.depth, isMarked: true })) return;
    // A heading of its own rank or above ends a task; one below it is a part of it.
    if (this.#open !== null && heading.depth > this.#open.depth) {
      this.#continueBelow(this.#open, heading);
      return;
    }
    this.#leaveTask(line);
    this.#stepBelow(heading.depth, line);
    this.pieces.push({ is: 'heading', depth: heading.depth, text: sourceOf(this.#source.text, heading) });
  }

  /** The first heading of the first rank is the plan's title. */
  #stepBelow(depth: number, { text, offset }: BlockLine): void {
    const outer = this.#below.filter((each) => each.depth < depth);
    const own = { title: plain(text).trim(), depth, at: this.#source.place(offset) };
    this.#below = depth === 1 && !this.#hasTitle ? outer : [...outer, own];
    this.#hasTitle ||= depth === 1;
  }

  /** `Task 1.2` that stands below `Task 1`. */
  #isWithin(above: OpenTask | null, number: string, { at, depth }: Pick<OpenTask, 'at' | 'depth'>): boolean {
    if (above === null || !number.startsWith(`${above.number}.`)) return false;
    if (depth !== NO_HEADING || above.depth !== NO_HEADING) return depth > above.depth;
    return at.column > above.at.column;
  }

  #begins(
    line: BlockLine,
    { depth, isMarked }: { readonly depth: number; readonly isMarked: boolean },
  ): boolean {
    const match = TASK.exec(plain(line.text));
    if (match === null) return false;
    const [, before, sign = '', number = '', colon, behind, name = ''] = match;
    if (colon === undefined && !isMarked && before === undefined && !line.text.startsWith('**')) return false;
    const at = this.#source.place(line.offset);
    const above = this.#isWithin(this.#open, number, { at, depth }) ? this.#open : null;
    this.#open = {
      number,
      name: name.trim(),
      at,
      below: this.#below.filter((each) => each.depth < depth),
      ...(above === null ? {} : { within: above.number }),
      ticked: [before, behind].some((box) => box !== undefined && box !== ' '),
      sign,
      fields: new Map(),
      repeated: [],
      text: [],
      depth,
      field: null,
      isSection: false,
      last: null,
    };
    this.tasks.push(this.#open);
    this.pieces.push({ is: 'task', task: this.#open, text: asWritten(this.#source.text, line) });
    return true;
  }

  #noteUnread({ text, offset }: BlockLine): void {
    const cell = CELL.exec(text)?.[1];
    const words = cell ?? QUOTED.exec(text)?.[1];
    const [, , , number] = words === undefined ? [] : (TASK.exec(plain(words)) ?? []);
    if (number !== undefined)
      this.unread.push({ number, at: this.#source.place(offset), is: cell === undefined ? 'quote' : 'row' });
  }

  /** It is an item of the list below a field, as in `Depends on:` with `- Task 1: its name` below. */
  #isBelowField({ bullet, offset }: BlockLine): boolean {
    if (this.#open?.isSection === true) return true;
    const field = this.#open?.field;
    const at = field && this.#open?.fields.get(field)?.at;
    return bullet && at != null && this.#source.place(offset).column > at.column;
  }

  /** It is the rest of what a field says, as `Task 2` below `Depends on: Task 1,`. */
  #goesOn(line: BlockLine): boolean {
    const last = this.#open?.last ?? null;
    if (last === null || fieldOf(line).field !== null) return false;
    const at = this.#source.place(line.offset);
    return belongsTo(last, line, { at, isTask: TASK.test(plain(line.text)) });
  }

  /** An item that has fields below it, in the list in which the open task is an item. */
  #isBesideTask(line: BlockLine, next: BlockLine): boolean {
    if (!line.bullet || fieldOf(line).field !== null) return false;
    const column = ({ offset }: BlockLine): number => this.#source.place(offset).column;
    if (column(next) <= column(line)) return false;
    return this.#open === null || this.#isInListOfTasks(line);
  }

  #isInListOfTasks({ bullet, offset }: BlockLine): boolean {
    const task = this.#open;
    if (!bullet || task === null || task.depth !== NO_HEADING) return false;
    return this.#source.place(offset).column <= task.at.column;
  }

  /** A heading, or an item beside tasks, that begins as one does, with nothing that makes it one. */
  #noteOther({ text, offset }: BlockLine, is: 'other' | 'item'): void {
    const number = numberOfOther(plain(text));
    if (number !== null) this.unread.push({ number, at: this.#source.place(offset), is });
  }

  #leaveTask(line: BlockLine): void {
    this.#noteOther(line, 'other');
    this.#open = null;
    this.strays.push({ at: this.#source.place(line.offset), title: plain(line.text).trim(), fields: [] });
  }

  /** A field may be a heading, too, as in `#### Done when`. */
  #continueBelow(task: OpenTask, heading: Heading): void {
    task.field = null;
    task.last = null;
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
    const { last } = task;
    if (field !== null) this.#take({ ...field, at }, line, task);
    else if (last !== null && this.#goesOn(line)) {
      addLine(task.fields.get(last.name)?.lines ?? [], line, last.name);
      task.last = { ...last, text: line.text, line: at.line, ...(line.bullet ? itemAt(at) : {}) };
    } else if (task.field !== null && (line.bullet || task.isSection)) {
      task.fields.get(task.field)?.lines.push(line);
      task.last = { ...at, name: task.field, text: line.text, isItem: line.bullet, fieldColumn: null };
    } else {
      task.field = null;
      task.last = null;
      task.text.push(line.code ?? line.text);
    }
  }

  #take(found: NamedField, line: BlockLine, task: OpenTask): void {
    const { name, word, at } = found;
    const { rest } = fieldOf(line);
    const lines = rest.text === '' ? [] : [rest];
    const known = task.fields.get(name);
    const fieldColumn = line.bullet ? at.column : null;
    task.last = { ...at, name, text: rest.text, isItem: line.bullet, fieldColumn };
    if (known === undefined) task.fields.set(name, { at, word, lines });
    else if (known.word !== word && LISTS.includes(name)) known.lines.push(...lines);
    else {
      task.repeated.push(found);
      task.text.push(line.text);
      task.last = null;
    }
    // What stands below a field belongs to it where the field's own line says nothing.
    task.field = rest.text === '' ? name : null;
    task.isSection = false;
  }
}

function itemAt({ column }: Place): Pick<LastLine, 'column' | 'isItem'> {
  return { column, isItem: true };
}
