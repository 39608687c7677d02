/** What the keys of fields, of pieces in parentheses and of columns mean: one list for all places that have them. */

import { saysNoDependency } from '../no-dependency.ts';

export type Key =
  | 'id'
  | 'agent'
  | 'instance'
  | 'reviewer'
  | 'time'
  | 'after'
  | 'needs'
  | 'branch'
  | 'worktree'
  | 'group'
  | 'status'
  | 'verifies';

const KEYS: readonly (readonly [RegExp, Key])[] = [
  [/^(?:task )?id$|^task (?:#|no\.?|number)$|^#$/, 'id'],
  [/^(?:agent )?instance$/, 'instance'],
  [/^(?:assigned )?agents?(?: (?:role|type|name))?$|^assigned(?: to)?$|^assignees?$|^owners?$/, 'agent'],
  [/^(?:review|reviewed by|reviewers?)$/, 'reviewer'],
  [/^est(?:\.|imates?|imated)?(?: (?:time|effort|hours|duration))?$|^(?:effort|duration|time)$/, 'time'],
  [
    /^depend(?:s|ing|ent|encies|ency)?(?: ?(?:up)?on)?$|^deps?$|^(?:(?:starts?|runs?) )?after$|^blocked ?by$|^waits? for$/,
    'after',
  ],
  [/^(?:needs|requires?|prerequisites?|pre requisites?|prereqs?)$/, 'needs'],
  [/^branch(?: name)?$/, 'branch'],
  [/^work ?tree(?: path)?$/, 'worktree'],
  [/^(?:parallel )?group$/, 'group'],
  [/^(?:status|state)$/, 'status'],
  [/^(?:verif(?:y|ies) only|only verif(?:y|ies)|verification only)$/, 'verifies'],
];

/** Undefined for a key that is not read. `Needs` and its like are dependencies only if they name tasks or groups. */
export function keyOf(name: string): Key | undefined {
  const plain = name
    .toLowerCase()
    .replace(/[*`]|\s*\([^()]*\)\s*$/g, '')
    .replace(/[\s_-]+/g, ' ')
    .trim();
  return KEYS.find(([pattern]) => pattern.test(plain))?.[1];
}

/** It names who does something. */
export function isWho(key: Key | undefined): boolean {
  return key === 'agent' || key === 'instance';
}

const NOBODY = /^(?:none|nobody|nothing|no one|n\/?a|tbd|tba|unassigned|any|-|–|—)?$/i;
const UNDECIDED = /^tb[ad]$/i;

/** A word, or a stroke, that stands for nobody and nothing; empty text too. */
export function isNothing(text: string): boolean {
  return NOBODY.test(text.trim());
}

/** Of what a task waits for: somebody has yet to say it. */
export function isUndecided(name: string): boolean {
  return UNDECIDED.test(name);
}

/** The names of a list such as `T2, T3`, `Ada & Bob`, without what stands in parentheses, and without words for none. */
export function namesIn(text: string, isNone = isNothing): readonly string[] {
  // Long blanks would be looked at from each of their places.
  const plain = text.replace(/\s+/g, ' ');
  return withoutParentheses(plain.replace(/^\s*\(([^()]*)\)\s*$/, '$1'))
    .split(/\s*(?:[,;&+]|<br\s*\/?>)\s*(?:and\s+)?|\s+and\s+/i)
    .map((name) => name.replace(/[`*]/g, '').trim())
    .filter((name) => !isNone(name));
}

/** It says more than names: what stands in parentheses behind one, or behind the word for none. */
export function hasRemark(text: string): boolean {
  const plain = text.replace(/^\s*\(([^()]*)\)\s*$/, '$1');
  return (
    /\([^()]*[\p{L}\d]/u.test(plain) ||
    /^\s*(?:none|nothing|nobody|n\/?a|no dependenc(?:y|ies))\b[\s.,;:–—-]*[\p{L}\d]/iu.test(plain)
  );
}

function withoutParentheses(text: string): string {
  let rest = text;
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(/\s*\([^()]*\)/g, '');
  }
  return rest;
}

const LONGEST_RANGE = 100;
const RANGE = /^((?:\p{L}*\d+\.)*\p{L}*)(\d{1,6})\s*(?:[-–—…]|\.{2,3}|\bto\b|\bthrough\b)\s*(\S+)$/iu;

/** `1.1-1.3` and `T1 to T3` name three each; any other text is one name. */
export function spelledOut(name: string): readonly string[] {
  const [, prefix = '', from = '', last = ''] = RANGE.exec(name) ?? [];
  const to = last.startsWith(prefix) ? last.slice(prefix.length) : last;
  if (from === '' || !/^\d{1,6}$/.test(to)) return [name];
  const count = Number(to) - Number(from) + 1;
  if (count < 2 || count > LONGEST_RANGE) return [name];
  return Array.from({ length: count }, (_, index) => `${prefix}${Number(from) + index}`);
}

/** `T2, T3`, `Task 1.1 and 1.2 (the model)`, `1.1-1.3`, `Group 1 complete`; the word for none gives none. */
export function taskNamesIn(written: string): readonly string[] {
  const text = written.replace(/\s+/g, ' ');
  if (saysNoDependency(text)) return [];
  const isNone = (name: string): boolean => isNothing(name) && !isUndecided(name);
  return namesIn(text.replace(/(?<=\d)\s*\/\s*(?=\p{L}*\d)/gu, ', '), isNone)
    .map((name) => (name.length > LONGEST_NAME ? name : bareName(name)))
    .filter((name) => !isNone(name))
    .flatMap(spelledOut);
}

const LONGEST_NAME = 300;

function bareName(written: string): string {
  return written
    .replace(/[[\]]/g, '')
    .replace(/^\s*after\s+(?=\S*\d)/i, '')
    .replace(/^\s*tasks?\s+#?/i, '')
    .replace(/\s+(?:(?:is|are|must be|has|have|been)\s+)*(?:complete[d]?|done|finished|merged)\.?\s*$/i, '')
    .replace(/\s*(?:✅|✔️?|☑️?|✓)$/u, '')
    .replace(/(?<=\d)\.$/, '')
    .trim();
}

/** As ids are written, in a place that names other things as well: `1.1` and `AUTH-1`, and neither `Node 22` nor `OAuth2`. */
export function isTaskName(name: string): boolean {
  return /^(?:(?:parallel )?group \S+|(?:task[-_ ]?|\p{L}\.?|\p{L}+[-_])?\d[\d.]*[a-z]?)$/iu.test(name);
}

/** `Builder-1, Builder-2`, `@Ada & Bob`, `Builder-1/Builder-2`; none for a word that means nobody. */
export function agentNamesIn(text: string): readonly string[] {
  return namesIn(text.replace(/(?<=[-_]\d{1,6})\s*\/\s*(?=\p{L})/gu, ', '))
    .map((name) => name.replaceAll('@', '').trim().slice(0, 100))
    .filter((name) => !isNothing(name));
}
