/** The marks that say how far a task, or a group, has come. */

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

/** The text before the signs, and the signs; those at the very beginning stand before the text instead. */
export function splitMarks(text: string): { readonly text: string; readonly marks: readonly Mark[] } {
  let rest = text.trim();
  const leading: Mark[] = [];
  for (let mark = markAt(rest); mark !== null; mark = markAt(rest)) {
    leading.push({ sign: mark.sign, text: '' });
    rest = rest.slice(rest.length - mark.text.length);
  }
  const at = [...rest.matchAll(ANY_SIGN)].map(({ index }) => index);
  const marks = at.flatMap((from, index) => markAt(rest.slice(from, at[index + 1]).trim()) ?? []);
  return { text: rest.slice(0, at[0]).trim(), marks: [...leading, ...marks] };
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

/** The group that a task was moved to: null for none that is named, undefined for a task that was not moved. */
export function movedTo(marks: readonly Mark[]): number | null | undefined {
  const moved = marks.findLast(({ sign }) => sign === 'moved');
  if (moved === undefined) return undefined;
  const number = /\bgroup\s+(\d{1,6})\b/i.exec(moved.text)?.[1];
  return number === undefined ? null : Number(number);
}

/**
 * `checked`: null without a box. A time behind the sign of a warning says that the work was done all the same; a box is
 * ticked also of what was moved.
 */
export function isDone(checked: boolean | null, marks: readonly Mark[]): boolean {
  if (checked === false) return false;
  const last = marks.at(-1);
  const moved = marks.some(({ sign }) => sign === 'moved');
  if (checked === true && !moved) return true;
  return last?.sign === 'done' || (last?.sign === 'warnings' && /^\d/.test(last.text));
}

/** What a column `Status` says. */
export function isDoneWord(text: string): boolean {
  return /^(?:✅|✔️?|☑️?|\[x\]|(?:✅\s*)?(?:done|completed?|merged|finished)\b)/iu.test(text.trim());
}
