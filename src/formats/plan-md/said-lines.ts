/** What lines below a task say that is read: fields, several in one line or going on in the next, and `Depends on 1.1`. */

import { goesOn } from '../list-goes-on.ts';
import type { LocatedText } from '../located-text.ts';
import { readField } from './fields.ts';
import { isTaskName, keyOf, taskNamesIn } from './keys.ts';

/** Where another field may begin in the same line. */
const BETWEEN = /\s{0,9}[|·•;,]\s+(?=(?:\*\*|__|[*_`])?(\p{L}[\p{L} _/-]{0,40})(?:\*\*|__|[*_`])?\s*:)/gu;
const DEPENDS =
  /^[^\p{L}\p{N}]{0,6}(?:depend(?:s|ing|ent)? (?:up)?on|dependenc(?:y|ies)|blocked by|waits? for|(?:starts? |runs? )?after|requires?|needs?)[*_`]{0,2}\s*(?:[-–—→=>]+\s*)?(\S.*)$/iu;

/** Names of tasks, and nothing else that they could be: neither `3 days` nor `v1.2`. */
export function sureNames(text: string): readonly string[] | null {
  const names = taskNamesIn(text);
  const areSure = names.every((name) => isTaskName(name) && /[.\p{L}]/u.test(name) && !/^v\.?\d/i.test(name));
  return names.length > 0 && (areSure || (/^tasks?\b/i.test(text) && names.every(isTaskName))) ? names : null;
}

/** The tasks of `Depends on 1.1`, without a colon; null for what says anything else. */
export function dependsWithoutColon(line: string): readonly string[] | null {
  const value = DEPENDS.exec(line.trim())?.[1];
  return value === undefined ? null : sureNames(value);
}

/** It says something that is read. */
function isSaid(source: LocatedText, line: string): boolean {
  const field = readField(source, line, 0);
  const key = field === null ? undefined : keyOf(field.key);
  return (key !== undefined && key !== 'id') || dependsWithoutColon(line) !== null;
}

/** Where, behind its first line, a text begins to say such things; its end if it does not. */
export function saidFrom(source: LocatedText, text: string): number {
  for (const { index } of text.matchAll(/[\r\n]+(?=[^\r\n])/g)) {
    const line = /[^\r\n]+/.exec(text.slice(index))?.[0] ?? '';
    if (isSaid(source, line.trim())) return index;
  }
  return text.length;
}

/** Line by line, a list of names that goes on in the next one in one piece, several fields of one line apart. */
export function saidLines(text: string): readonly string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r\n?|\n/)) {
    const above = lines.at(-1);
    const isRest = above !== undefined && goesOn(above, line);
    if (above !== undefined && isAfter(above) && (isRest || sureNames(line.trim()) !== null))
      lines.splice(-1, 1, `${above}${isRest ? '' : ','} ${line.trim()}`);
    else lines.push(line);
  }
  return lines.flatMap(apart);
}

function isAfter(line: string): boolean {
  return /^\W*(?:depend|dep\b|deps\b|after|blocked by|waits? for|requires?|needs?|prereq)/i.test(line);
}

function apart(line: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { 0: bar, 1: key = '', index } of line.matchAll(BETWEEN)) {
    // Behind a comma it may be a word of the text.
    if (keyOf(key) === undefined && !/[|·•]/.test(bar)) continue;
    parts.push(line.slice(from, index));
    from = index + bar.length;
  }
  return [...parts, line.slice(from)];
}
