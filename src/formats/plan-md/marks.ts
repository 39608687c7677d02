/** The marks that say how far a task, or a group, has come. */

import { estimateSeconds } from '../estimate.ts';

export interface Mark {
  readonly sign: 'done' | 'warnings' | 'moved' | 'other';
  /** Behind the sign. */
  readonly text: string;
}

const SIGNS: readonly (readonly [RegExp, Mark['sign']])[] = [
  [/^(?:✅|✔️?|☑️?)/u, 'done'],
  [/^⚠️?/u, 'warnings'],
  [/^⏭️?/u, 'moved'],
  [/^(?:❌|✖️?|⏳|🔄|🚧|⏸️?|🚫|🛑)/u, 'other'],
];
const ANY_SIGN = /✅|✔️?|☑️?|⚠️?|⏭️?|❌|✖️?|⏳|🔄|🚧|⏸️?|🚫|🛑/gu;

/**
 * The text, and the signs before and behind it. A sign within the text is a word of it: behind a mark stands nothing, or
 * what a mark says. `isWhole` knows a text behind which nothing but marks can stand.
 */
export function splitMarks(
  text: string,
  isWhole: (before: string) => boolean = () => false,
): { readonly text: string; readonly marks: readonly Mark[] } {
  let rest = text.trim();
  const leading: Mark[] = [];
  for (let mark = markAt(rest); mark !== null; mark = markAt(rest)) {
    leading.push({ sign: mark.sign, text: '' });
    rest = rest.slice(rest.length - mark.text.length);
  }
  const at = [...rest.matchAll(ANY_SIGN)].map(({ index }) => index);
  const found = at.map((from, index) => markAt(rest.slice(from, at[index + 1]).trim()));
  const lastText = found.findLastIndex((mark) => mark !== null && !isMarkText(mark.text));
  const whole = lastText < 0 ? 0 : at.findIndex((from) => isWhole(rest.slice(0, from).trim()));
  const first = whole < 0 ? lastText + 1 : Math.min(whole, lastText + 1);
  const marks = found.slice(first).flatMap((mark) => mark ?? []);
  return { text: rest.slice(0, at[first]).trim(), marks: [...leading, ...marks] };
}

const STATE =
  /^(?:completed?|done|finished|merged|failed|blocked|cancell?ed|in[ -]progress|on hold|pending)\b/i;
const WARNINGS = /\s*\([^()]*\bwarnings?\b[^()]*\)$/i;

/** `1h 32min`, `41min (warnings)`, `COMPLETED`, `Done (7min)`, `Moved to Group 3`, or nothing. */
function isMarkText(text: string): boolean {
  if (/^moved\b/i.test(text)) return true;
  const rest = text
    .replace(WARNINGS, '')
    .replace(STATE, '')
    .replace(/^[\s,:–—-]*(?:(?:in|after|on)\s)?\s*/i, '')
    .replace(/^\(([^()]*)\)$/, '$1')
    .trim();
  return rest === '' || estimateSeconds(rest) !== null || /^\d{4}-\d{2}-\d{2}\b[\d:T Z]*$/.test(rest);
}

/** What stands behind signs and is more than a mark says: `⚠️ tell the team before`. */
export function remarksOf(marks: readonly Mark[]): readonly string[] {
  return marks.flatMap(({ text }) => (isMarkText(text) ? [] : [text]));
}

/** Null for a text that does not begin with a sign. */
function markAt(text: string): Mark | null {
  for (const [pattern, sign] of SIGNS) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined)
      return {
        sign,
        text: text
          .slice(found.length)
          .replace(/^\ufe0f/, '')
          .trim(),
      };
  }
  return null;
}

/** The number or letter of the group that a task was moved to: null for none that is named, undefined for a task that was not moved. */
export function movedTo(marks: readonly Mark[]): string | null | undefined {
  const moved = marks.findLast(({ sign }) => sign === 'moved');
  if (moved === undefined) return undefined;
  return /\bgroup\s+#?(\d{1,6}[a-z]?|[a-z])\b/i.exec(moved.text)?.[1]?.toLowerCase() ?? null;
}

/**
 * `checked`: null without a box. A time behind the sign of a warning says that the work was done all the same; a box is
 * ticked also of what was moved. A last sign that says that it failed, or goes on, counts against a ticked box.
 */
export function isDone(checked: boolean | null, marks: readonly Mark[]): boolean {
  const last = marks.at(-1);
  if (checked === false || last?.sign === 'other') return false;
  const moved = marks.some(({ sign }) => sign === 'moved');
  if (checked === true && !moved) return true;
  return last?.sign === 'done' || (last?.sign === 'warnings' && /^\d/.test(last.text));
}

/** What a column `Status` says. */
export function isDoneWord(text: string): boolean {
  return /^(?:✅|✔️?|☑️?|\[x\]|(?:✅\s*)?(?:done|completed?|merged|finished)\b(?!\s*\?))/iu.test(text.trim());
}

/** The same, of a task that is not to be done any more. */
export function isDroppedWord(text: string): boolean {
  return /^(?:🚫\s*)?(?:cancell?ed|dropped|removed|won['’]t do)\b/iu.test(text.trim());
}
