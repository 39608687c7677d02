/** The marks that say how far a task, or a group, has come. */

/** What a box and the sign behind a task say together. */
export type Progress = 'open' | 'done' | 'moved';

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
/** The first sign of any kind. */
const ANY_SIGN = /✅|✔️?|☑️?|⚠️?|⏭️?|❌|✖️?|⏳|🔄|🚧|⏸️?|🚫|🛑/u;

/** The text before the first sign that has something before it, and that sign; signs at the very beginning count too. */
export function splitMark(text: string): { readonly text: string; readonly mark: Mark | null } {
  const trimmed = text.trim();
  const leading = markAt(trimmed, 0);
  if (leading !== null) {
    const rest = trimmed.replace(ANY_SIGN, '').trim();
    const later = splitMark(rest);
    return { text: later.text, mark: later.mark ?? { sign: leading.sign, text: '' } };
  }
  const at = trimmed.search(ANY_SIGN);
  if (at < 0) return { text: trimmed, mark: null };
  return { text: trimmed.slice(0, at).trim(), mark: markAt(trimmed, at) };
}

function markAt(text: string, at: number): Mark | null {
  const rest = text.slice(at);
  for (const [pattern, sign] of SIGNS) {
    const found = pattern.exec(rest)?.[0];
    if (found !== undefined)
      return {
        sign,
        text: rest
          .slice(found.length)
          .replace(/^\ufe0f/, '')
          .trim(),
      };
  }
  return null;
}

/** The group that a task was moved to; null when the mark names none. */
export function movedTo({ text }: Mark): number | null {
  const number = /\bgroup\s+(\d{1,6})\b/i.exec(text)?.[1];
  return number === undefined ? null : Number(number);
}

/** `checked`: null without a box. A time behind the sign of a warning says that the work was done all the same. */
export function progressOf(checked: boolean | null, mark: Mark | null): Progress {
  if (mark?.sign === 'moved') return 'moved';
  if (checked !== null) return checked ? 'done' : 'open';
  if (mark?.sign === 'done') return 'done';
  return mark?.sign === 'warnings' && /^\d/.test(mark.text) ? 'done' : 'open';
}

/** What a column `Status` says. */
export function isDoneWord(text: string): boolean {
  return /^(?:✅|✔️?|☑️?|\[x\]|(?:✅\s*)?(?:done|completed?|merged|finished)\b)/iu.test(text.trim());
}
