/** Finds the tasks of a decomposer's plan in its syntax tree: as headings, as items of lists, or as bold lines. */

import type { Root, RootContent } from 'mdast';
import type { LocatedText, Place } from '../located-text.ts';
import { headingText, startOf } from '../markdown.ts';
import { type BlockLine, linesOf } from '../markdown-lines.ts';

export type FieldName = 'depends' | 'files' | 'done' | 'complexity' | 'agent' | 'type';

export interface Field {
  readonly at: Place;
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
  /** Every other line of it. */
  readonly text: readonly string[];
}

interface OpenTask extends FoundTask {
  /** Of the heading that it is; infinite for any other line. */
  readonly depth: number;
  readonly fields: Map<FieldName, Field & { readonly lines: BlockLine[] }>;
  readonly text: string[];
  field: FieldName | null;
}

const TASK =
  /^(?:\[([ xX])\][ \t]+)?(?:[^\p{L}\p{N}\s]{1,4}[ \t]+)?Task[ \t]+#?(\d{1,6}(?:\.\d{1,6})?)[ \t]*:[ \t]*(.*)$/iu;
const FIELD =
  /^(Depends[ -]?on|Dependencies|Files?|Done[ -]?when|Complexity|Agent|(?:Work[ _-]?)?Type)[ \t]*:[ \t]*/i;

/** True when the text has a task with one of its fields below it: what no other family's plan has. */
export function looksLikeTasks(text: string): boolean {
  const mark = String.raw`^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(?:\[[ xX]\][ \t]+)?\**`;
  const task = new RegExp(`${mark}Task[ \\t]+#?\\d{1,6}[ \\t]*\\**:`, 'im');
  const field = new RegExp(`${mark}(?:Depends[ -]?on|Done[ -]?when|Complexity)\\**[ \\t]*:`, 'im');
  return task.test(text) && field.test(text);
}

/** In the order of the text. Of a number that stands there twice, as in a list of contents, those with fields. */
export function findTasks(source: LocatedText, root: Root): readonly FoundTask[] {
  const finder = new TaskFinder(source);
  for (const node of root.children) finder.read(node);
  const withFields = new Set(
    finder.tasks.filter(({ fields }) => fields.size > 0).map(({ number }) => number),
  );
  const seen = new Set<string>();
  return finder.tasks.filter(({ number, fields }) => {
    if (fields.size > 0) return true;
    const isFirst = !withFields.has(number) && !seen.has(number);
    seen.add(number);
    return isFirst;
  });
}

class TaskFinder {
  readonly tasks: OpenTask[] = [];
  readonly #source: LocatedText;
  #open: OpenTask | null = null;

  constructor(source: LocatedText) {
    this.#source = source;
  }

  read(node: RootContent): void {
    const { text } = this.#source;
    if (node.type === 'heading') {
      const line = { text: headingText(text, node), offset: startOf(node), bullet: false };
      if (this.#begins(line, node.depth)) return;
      // A heading of its own rank or above ends a task; one below it is a part of it.
      if (this.#open !== null && node.depth <= this.#open.depth) this.#open = null;
      return;
    }
    if (node.type === 'code') {
      this.#open?.text.push(text.slice(startOf(node), node.position?.end.offset));
      return;
    }
    for (const line of linesOf(text, node)) {
      if (!this.#begins(line, Number.POSITIVE_INFINITY)) this.#continue(line);
    }
  }

  #begins(line: BlockLine, depth: number): boolean {
    const match = TASK.exec(plain(line.text));
    if (match === null) return false;
    this.#open = {
      number: match[2] ?? '',
      name: (match[3] ?? '').trim(),
      at: this.#source.place(line.offset),
      ticked: match[1] !== undefined && match[1] !== ' ',
      fields: new Map(),
      text: [],
      depth,
      field: null,
    };
    this.tasks.push(this.#open);
    return true;
  }

  #continue(line: BlockLine): void {
    const task = this.#open;
    if (task === null) return;
    const { rest, name } = fieldOf(line);
    if (name !== null && !task.fields.has(name)) {
      task.fields.set(name, { at: this.#source.place(line.offset), lines: rest.text === '' ? [] : [rest] });
      // What stands below a field belongs to it where the field's own line says nothing.
      task.field = rest.text === '' ? name : null;
    } else if (task.field !== null && line.bullet) {
      task.fields.get(task.field)?.lines.push(line);
    } else {
      task.field = null;
      task.text.push(line.text);
    }
  }
}

/** Bold marks say nothing here. The text gets shorter only at its beginning, so that places behind it stay right. */
function fieldOf(line: BlockLine): { readonly name: FieldName | null; readonly rest: BlockLine } {
  const unmarked = line.text.replace(/^\*\*([^*]+?)(?:\*\*[ \t]*:|:[ \t]*\*\*)/, '$1:');
  const match = FIELD.exec(unmarked);
  if (match === null) return { name: null, rest: line };
  const text = unmarked.slice(match[0].length);
  return {
    name: nameOf(match[1] ?? ''),
    rest: { text, offset: line.offset + line.text.length - text.length, bullet: false },
  };
}

function nameOf(word: string): FieldName {
  const lower = word.toLowerCase();
  if (lower.startsWith('dep')) return 'depends';
  if (lower.startsWith('file')) return 'files';
  if (lower.startsWith('done')) return 'done';
  if (lower === 'complexity' || lower === 'agent') return lower;
  return 'type';
}

function plain(text: string): string {
  return text.replaceAll('**', '');
}
