/** The marks that say how far a task, or a group, has come. */

import { estimateSeconds } from '../estimate.ts';
import { type Standing, type Stands, standsBy, standsInText } from './standing.ts';

export interface Mark {
  /** What is said in words alone has the sign for it. */
  readonly sign: 'done' | 'warnings' | 'moved' | 'begun' | 'held' | 'other';
  /** Behind the sign. */
  readonly text: string;
}

const SIGNS: readonly (readonly [RegExp, Mark['sign']])[] = [
  [/^(?:✅|✔️?|✓|☑️?)/u, 'done'],
  [/^⚠️?/u, 'warnings'],
  [/^⏭️?/u, 'moved'],
  [/^(?:🔄|🚧)/u, 'begun'],
  [/^(?:⏸️?|🚫|🛑|⛔|🔒)/u, 'held'],
  // Of what has failed, or whose turn has not come.
  [/^(?:❌|✖️?|⏳)/u, 'other'],
];
const ANY_SIGN = /✅|✔️?|✓|☑️?|⚠️?|⏭️?|❌|✖️?|⏳|🔄|🚧|⏸️?|🚫|🛑|⛔|🔒/gu;

const MOST_SIGNS = 20;

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
  // Of very many the first ones alone are looked at: each look reads the whole text before it.
  const whole =
    lastText < 0 ? 0 : at.slice(0, MOST_SIGNS).findIndex((from) => isWhole(rest.slice(0, from).trim()));
  const first = whole < 0 ? lastText + 1 : Math.min(whole, lastText + 1);
  const marks = found.slice(first).flatMap((mark) => mark ?? []);
  return { text: rest.slice(0, at[first]).trim(), marks: [...leading, ...marks] };
}

const STATE =
  /^(?:completed?|done|finished|merged|failed|blocked|cancell?ed|in[ -]progress|on hold|pending)\b/i;
const WARNINGS = /\s*\([^()]*\bwarnings?\b[^()]*\)$/i;

/** `1h 32min`, `Done (7min)`, `Blocked: legal`, or nothing. */
function isMarkText(text: string): boolean {
  return isPlain(text) || standsInText(text) !== null;
}

/** It says no more than a mark does: `1h 32min`, `41min (warnings)`, `COMPLETED`, `Done (7min)`, `Moved to Group 3`. */
function isPlain(text: string): boolean {
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
  return marks.flatMap(({ text }) => (isPlain(text) ? [] : [text]));
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
  // `⏭️ Skipped`
  if (moved === undefined || standsBy(moved.text) !== null) return undefined;
  return /\bgroup\s+#?(\d{1,6}[a-z]?|[a-z])\b/i.exec(moved.text)?.[1]?.toLowerCase() ?? null;
}

/**
 * `checked`: null without a box. A time behind the sign of a warning says that the work was done all the same; a box is
 * ticked also of what was moved. A last sign that says that it failed, or goes on, counts against a ticked box.
 */
export function isDone(checked: boolean | null, marks: readonly Mark[]): boolean {
  const last = marks.at(-1);
  if (checked === false || isAgainst(last)) return false;
  const moved = marks.some(({ sign }) => sign === 'moved');
  if (checked === true && !moved) return true;
  if (last?.sign === 'done') return !IN_PART.test(last.text);
  return last?.sign === 'warnings' && /^\d/.test(last.text);
}

/** A sign that says that it is not done. */
export function isAgainst(mark: Mark | undefined): boolean {
  return mark?.sign === 'other' || mark?.sign === 'begun' || mark?.sign === 'held';
}

/** How what is not done stands, by the last of its marks that says so. */
export function standingOf(marks: readonly Mark[]): Stands {
  const last = marks.findLast((mark) => isAgainst(mark) || standsBy(mark.text) !== null);
  const said = last === undefined ? null : standsBy(last.text);
  if (said !== null) return said;
  const is: Standing = last?.sign === 'begun' || last?.sign === 'held' ? last.sign : 'open';
  const reason = last?.text ?? '';
  return { is, words: reason, reason, mayWait: is === 'held' };
}

/** What words say, as if they were a sign: `In progress`, of a field, a column, or behind a task. */
export function marksOf(words: string): readonly Mark[] {
  if (isDoneWord(words)) return [{ sign: 'done', text: '' }];
  const mark = markAt(words.trim());
  const stands = standsBy(bareWords(words));
  if (stands !== null)
    return stands.is === 'open'
      ? []
      : [{ sign: stands.is === 'dropped' ? 'other' : stands.is, text: stands.words }];
  return mark !== null && isAgainst(mark) ? [mark] : [];
}

/** Without the signs before it, whatever they are. */
function bareWords(text: string): string {
  return text.replace(/^[^\p{L}\p{N}]+/u, '');
}

/** Words for a state that is not done, and more. */
export function hasReason(words: string): boolean {
  return (standsBy(bareWords(words))?.reason ?? '') !== '';
}

/** Words for a state that say neither that it is done nor how it stands. */
export function isUnclearState(words: string): boolean {
  if (marksOf(words).length > 0 || /^(?:⬜|☐|🔲|⚪|◻️?)*$/u.test(words.trim())) return false;
  const stands = standsBy(bareWords(words));
  // `Pending → Done`
  return stands === null || (stands.is === 'open' && isDoneWord(bareWords(stands.reason)));
}

/** Beside that it is done: `Done (reverted)`, `Completed ❌`; who did it, where and when is no more than that. */
export function saysMoreThanDone(words: string): boolean {
  if (!isDoneWord(words)) return false;
  if (/[❌✖⏳🔄🚧🚫🛑⛔]/u.test(words)) return true;
  const bare = bareWords(words.replace(ANY_SIGN, ' ')).trim();
  const behind = /^\p{L}+(.*)$/su.exec(bare)?.[1] ?? '';
  return (
    /\p{L}{2}/u.test(behind) &&
    !isPlain(bare) &&
    !/^[\s,:(–—-]*(?:by|in|on|at|via|see|pr|merged)\b/i.test(behind)
  );
}

/** `Complete except tests`, `Done, not merged`; behind a sign also `partially`, `80 %`. */
const IN_PART =
  /^\P{L}*(?:done|completed?|merged|finished)\b(?:(?:\P{L}+\p{L}+){0,2}?\P{L}+(?:except|besides|apart from|not|unmerged|untested|partial(?:ly)?|in part)\b|\P{L}+(?:nearly|almost)\P{L}*$)|^\P{L}*(?:partial(?:ly)?|in part|half|nearly|almost|not (?:yet|done|merged|finished|completed?))\b|^[^\p{L}\d]*\d{1,2} ?%/iu;

/** What is said behind a sign for done that is not all of it, and by no word for how it stands. */
export function doneInPart(marks: readonly Mark[]): string | undefined {
  const last = marks.at(-1);
  return last?.sign === 'done' && IN_PART.test(last.text) && standsBy(last.text) === null
    ? last.text
    : undefined;
}

/** What a column `Status` says. */
export function isDoneWord(text: string): boolean {
  return (
    !IN_PART.test(text) &&
    /^(?:✅|✔️?|✓|☑️?|\[x\]|(?:[🟢🟩🎉]\s*)?(?:done|completed?|merged|finished)\b(?!\s*\?))/iu.test(text.trim())
  );
}
