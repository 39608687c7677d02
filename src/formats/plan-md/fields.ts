/** Lines such as `**Dependencies**: Group 1 complete`, in whatever way they are written. */

import type { Paragraph } from 'mdast';
import { goesOn } from '../list-goes-on.ts';
import type { Located, LocatedText } from '../located-text.ts';
import { sourceOf, startOf } from '../markdown.ts';
import { isPlainDependency, readGroupDependencies } from './group-dependencies.ts';
import { keyOf } from './keys.ts';

export interface Field {
  /** In lower case. */
  readonly key: string;
  /** With the place of its first character. */
  readonly value: Located<string>;
  /** Of the character behind the value. */
  readonly end: number;
}

/** Signs before it, as in `🔗 **Depends on**:`, say nothing. */
const FIELD =
  /^([ \t]*(?:[^\p{L}\p{N}\s*_`~>|#(){}[\]:-]{1,4}[ \t]+)?(\*\*|__|[*_`])?[ \t]*)(\p{L}[\p{L} _/-]{0,40}?)(?:[ \t]*\([^()]{0,40}\))?[ \t]*(?:\2)?(?:[ \t]*\([^()]{0,40}\))?[ \t]*[:：][ \t]*(?:\*\*|__|(?<!\2[ \t]*[:：][ \t]*)\2)?[ \t]*/u;
/** Several fields may stand in one line. */
const BETWEEN =
  /[ \t]{0,9}[|·•,;][ \t]+(?=(\*\*|__|[*_`])?(\p{L}[\p{L} _/-]{0,40})(?:\*\*|__|[*_`])?[ \t]*:)|(?<=[\p{L}\p{N}.)])[ \t]+(?=(\*\*)(\p{L}[\p{L} _/-]{0,40})(?:\*\*[ \t]*:|:\*\*))/gu;

/** Behind a comma it may be a word of the text: `the API answers, status: blocked users get 403`. */
function beginsField([bar, sign, key = '', bold = sign, other = key]: RegExpExecArray): boolean {
  if (/[|·•]/.test(bar)) return true;
  const kind = keyOf(other);
  return bold === undefined ? kind === 'after' : kind !== undefined;
}

/** Null for a line that is none. */
export function readField(source: LocatedText, line: string, offset: number): Field | null {
  const found = FIELD.exec(line.slice(0, 300));
  if (found === null) return null;
  const value = line.slice(found[0].length).trimEnd();
  const at = offset + found[0].length;
  return {
    key: (found[3] ?? '').toLowerCase(),
    value: { value, at: source.place(at) },
    end: at + value.length,
  };
}

/** Of a paragraph, line by line; null where a line is no field, and does not go on with what one waits for. */
export function fieldsOf(source: LocatedText, paragraph: Paragraph): readonly (Field | null)[] {
  const start = startOf(paragraph);
  const text = sourceOf(source.text, paragraph);
  const fields: (Field | null)[] = [];
  for (const { index, 0: line } of text.matchAll(/[^\r\n]+/g)) {
    let from = 0;
    for (const match of line.matchAll(BETWEEN)) {
      if (!beginsField(match)) continue;
      const { index: to, 0: bar } = match;
      const before = readField(source, line.slice(from, to), start + index + from);
      // A sentence has no fields: `It shows the **Status**: done`.
      if (before === null && !/[|·•]/.test(bar)) continue;
      fields.push(before);
      from = to + bar.length;
    }
    const field = readField(source, line.slice(from), start + index + from);
    const last = field === null ? longer(source, fields.at(-1), line, start + index) : null;
    if (last === null) fields.push(field);
    else fields.splice(-1, 1, last);
  }
  return fields;
}

/** `Dependencies:` with what it says in the next line, or `Group 1,` there; null for a line that is another thing. */
function longer(
  source: LocatedText,
  above: Field | null | undefined,
  line: string,
  offset: number,
): Field | null {
  if (above == null || keyOf(above.key) !== 'after') return null;
  const { value } = above.value;
  const isRest = value === '' || goesOn(value, line);
  if (!isRest && !namesMore(line)) return null;
  const at = value === '' ? source.place(offset + line.search(/\S|$/)) : above.value.at;
  return {
    ...above,
    value: { value: `${value}${isRest ? '' : ','} ${line.trim()}`.trim(), at },
    end: offset + line.trimEnd().length,
  };
}

/** A line of its own that names groups or tasks, and says nothing else. */
function namesMore(line: string): boolean {
  const { groups, tasks } = readGroupDependencies(line);
  return groups.length + tasks.length > 0 && isPlainDependency(line);
}
