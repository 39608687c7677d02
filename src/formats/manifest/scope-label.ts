/** What stands before a colon in a scope and is none of its keys: `DELETE: old.py`, `### Out of scope`. */

import { readScopeList } from '../scope-list.ts';

export interface ScopeLabel {
  readonly name: string;
  /** What stands behind it on its line. */
  readonly rest: string;
  /** Only paths stand behind it. */
  readonly hasPaths: boolean;
  /** Whoever writes it means nothing that a scope could hold. */
  readonly isRemark: boolean;
}

/** In emphasis or not. In backticks it would be a path with a note. */
const LABEL =
  /^(\*\*|__|\*|)([A-Za-z][\w '&+/-]{0,60}?)(?:\s*\([^)]*\))?(?:\1(?:\s*\([^)]*\))?\s*:|:\1)(?=\s|$)/;
const STRONG_LABEL = /^(\*\*)([A-Za-z][\w '-]{0,60})\1$/;
const SEVERAL_KEYS = /\b(?:CREATE|MODIFY|BOUNDARY)\b/;
const CAPITALS = /^[A-Z][A-Z0-9_' &+/-]+$/;
const REMARK =
  /^(?:nb|notes?|remarks?|important|warning|caution|hints?|tips?|why|reasons?|rationale|reads?|see|see also|context)$/i;
const KEY_WITHOUT_COLON = /^(\*\*|__|\*|)(CREATE|MODIFY|BOUNDARY|BOUNDARIES)\1\s+(?=\S)/i;

/** Null for a line that begins with a path, or with words that are no label. */
export function readLabel(text: string): ScopeLabel | null {
  const found = LABEL.exec(text) ?? STRONG_LABEL.exec(text);
  const name = found?.[2] ?? '';
  // A path with a colon behind it, as in `src/: its files`.
  if (found === null || (isPathLike(name) && !SEVERAL_KEYS.test(name))) return null;
  const rest = text.slice(found[0].length).trim();
  const label = { name, rest, hasPaths: isPaths(rest), isRemark: REMARK.test(name) };
  const isOne = rest === '' || found[1] !== '' || CAPITALS.test(name) || label.hasPaths || label.isRemark;
  return isOne ? label : null;
}

/** The key of a line such as `CREATE src/a.ts`; null for any other. */
export function keyWithoutColon(text: string): string | null {
  const found = KEY_WITHOUT_COLON.exec(text);
  return found !== null && isPaths(text.slice(found[0].length)) ? (found[2] ?? null) : null;
}

/** Whether the text is a list of what can hardly be anything but paths. */
export function isPaths(text: string): boolean {
  const { entries, prose } = readScopeList(text, false);
  return entries.length > 0 && prose.length === 0 && entries.every((entry) => isPathLike(entry.text));
}

function isPathLike(text: string): boolean {
  return /[/*]|\.[A-Za-z]/.test(text);
}
