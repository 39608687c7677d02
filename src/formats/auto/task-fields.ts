/** The fields of a decomposer's task: which line begins one, and which goes on with it. */

import { beginsWithPath, goesOn } from '../list-goes-on.ts';
import type { Place } from '../located-text.ts';
import type { BlockLine } from '../markdown-lines.ts';

export type FieldName = 'depends' | 'files' | 'done' | 'complexity' | 'agent' | 'type';

export interface Field {
  readonly at: Place;
  /** As it is written, in lower case: `files to create`. */
  readonly word: string;
  /** The rest of the field's own line, and the list items below it. */
  readonly lines: readonly BlockLine[];
}

export interface NamedField {
  readonly name: FieldName;
  readonly word: string;
  readonly at: Place;
}

const FIELD =
  /^(Depends[ -]?on|Dependencies|Files?(?:[ \t]+to[ \t]+[a-z]+(?:[ \t]+(?:or|and)[ \t]+[a-z]+)?)?|Done[ -]?when|Complexity|Agent|(?:Work[ _-]?)?Type)[ \t]*[:：][ \t]*/i;
/** What has several words for one list: `Files to create` and `Files to change`. */
export const LISTS: readonly FieldName[] = ['depends', 'files', 'done'];

/** Bold marks say nothing here. The text gets shorter only at its beginning, so that places behind it stay right. */
export function fieldOf(line: BlockLine): {
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

/** The last line of what a field says, with which the next one may go on. */
export interface LastLine {
  readonly name: FieldName;
  readonly text: string;
  /** In the file. */
  readonly line: number;
  /** Where it begins, or the item of a list that it is of. */
  readonly column: number;
  readonly isItem: boolean;
  /** Where the field begins, if it is an item: further in, items are below it. Null for a field that is none. */
  readonly fieldColumn: number | null;
}

const REFERENCE = /^(?:and[ \t]+)?(?:tasks?[ \t#-]*|#)?T?\d/i;

/** Of a line that is no field: whether it goes on with what one says. `isTask`: it could be a task of its own. */
export function belongsTo(
  last: LastLine,
  { text, bullet }: BlockLine,
  { at, isTask }: { readonly at: Place; readonly isTask: boolean },
): boolean {
  const { name, isItem, column, fieldColumn } = last;
  if (!LISTS.includes(name) || (isTask && name !== 'depends')) return false;
  const fits = name === 'done' || (name === 'depends' ? REFERENCE.test(text) : beginsWithPath(text));
  if (bullet) return fits && fieldColumn !== null && at.column > fieldColumn;
  if (at.line !== last.line + 1) return false;
  if (name !== 'done' && goesOn(last.text, text)) return true;
  return !isTask && fits && at.column >= column && (isItem || last.text === '');
}

/** A line that belongs to a field. */
export function addLine(lines: BlockLine[], line: BlockLine, name: FieldName): void {
  const above = lines.at(-1);
  // A criterion is a sentence.
  if (name === 'done' && !line.bullet && above !== undefined)
    lines.splice(-1, 1, { ...above, text: `${above.text} ${line.text}` });
  else lines.push(line);
}

export function plain(text: string): string {
  return text.replaceAll('**', '');
}
