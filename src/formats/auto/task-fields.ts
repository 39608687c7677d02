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

const NOTE = String.raw`(?:[ \t]*\([^()]{1,40}\))?`;
const FILES = String.raw`Files?(?:\(s\))?(?:[ \t]+to[ \t]+[a-z]+(?:[ \t]+(?:or|and)[ \t]+[a-z]+)?|[ \t]+(?:affected|changed|created|involved|modified|touched))?|(?:affected|changed|modified|new)[ \t]+files?`;
const FIELD = new RegExp(
  String.raw`^((?:Depends?[ _-]?(?:up)?on|Dependenc(?:ies|y)|Depends|Deps?|${FILES}|Done[ _-]?when|Complexity|Agent|(?:Work[ _-]?)?Type)${NOTE})[ \t]*[:：][ \t]*`,
  'i',
);
const TASK_NAME = String.raw`\[?(?:tasks?[ \t#_-]*|#)T?\d`;
/** Words that dependencies have only where a task is named behind them. */
const NEEDS = new RegExp(
  String.raw`^(Blocked[ _-]?by|Prerequisites?|Requires?|Needs?|(?:Starts?[ ])?After|Waits?[ ]for)[ \t]*[:：][ \t]*(?=${TASK_NAME})`,
  'i',
);
/** Without a colon: nothing but tasks behind it. */
const BARE =
  /^(Depends?[ ](?:up)?on)[*_`]{0,2}[ \t]{0,9}(?:[-–—→=>]{1,3}[ \t]{0,9})?(?=(?:[,;&[\]#\t –-]|\.(?!\d)|and\b|to\b|tasks?(?=[ \t#_-]*\d)|T?\d{1,6}(?:\.\d{1,6})?(?![\p{L}\d]))*$)(?=\D{0,60}(?:task|#|T)\D{0,60}\d)/iu;
/** A box, and a sign, before a field. */
const BEFORE = /^(?:\[[ xX]\][ \t]+)?(?:[^\p{L}\p{N}\s*_`|>#[\](){}]{1,4}[ \t]+)?/u;
const MARKED = /^(\*\*|__|[*_`])((?:(?!\1).)+?)(?:\1((?:[ \t]*\([^()]{1,40}\))?)[ \t]*[:：]|[:：][ \t]*\1)/;

/** What has several words for one list: `Files to create` and `Files to change`. */
export const LISTS: readonly FieldName[] = ['depends', 'files', 'done'];

/** Bold marks say nothing here. The text gets shorter only at its beginning, so that places behind it stay right. */
export function fieldOf(line: BlockLine): {
  readonly field: { readonly name: FieldName; readonly word: string } | null;
  readonly rest: BlockLine;
} {
  const plainText = line.text.replace(BEFORE, '');
  const unmarked = plainText.replace(MARKED, '$2$3:');
  const bare = plainText.replace(/^[*_`]+/, '');
  const match = FIELD.exec(unmarked) ?? NEEDS.exec(unmarked) ?? BARE.exec(bare);
  if (match === null) return { field: null, rest: line };
  const text = (match.input === bare ? bare : unmarked).slice(match[0].length);
  const word = (match[1] ?? '').toLowerCase();
  return {
    field: { name: nameOf(word), word },
    rest: { text, offset: line.offset + line.text.length - text.length, bullet: false },
  };
}

/** Of a word in lower case. */
function nameOf(word: string): FieldName {
  if (/^file|files?$/.test(word)) return 'files';
  if (word.startsWith('done')) return 'done';
  if (word.startsWith('complexity')) return 'complexity';
  if (word.startsWith('agent')) return 'agent';
  return /type\b/.test(word) ? 'type' : 'depends';
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

/** `Task 2 name`, `Task 2) name`, `TASK-2: name`, `T2: name`, `Task 2a: name`. */
const OTHER =
  /^(?:\[[ xX]\][ \t]+)?(?:[^\p{L}\p{N}\s|>]{1,4}[ \t]+)?[`*_]{0,3}(?:Task[ \t#_-]{1,3}T?|T(?=\d{1,6}\s*[:：]))(\d{1,6}(?:\.\d{1,6}){0,3}[a-z]?)(?![\p{L}\p{N}])/iu;

/** As it is written, of a line that only looks like a task; null for any other. */
export function numberOfOther(line: string): string | null {
  return OTHER.exec(line)?.[1] ?? null;
}
