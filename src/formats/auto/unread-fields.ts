/** Where a task of a decomposer's plan names others without a dependency being read: in notes, and in fields of any name. */

import { withoutBeside } from '../no-dependency.ts';

/** `Task 2`, `#2`, `T2`, and in a list of them also `and 2`. */
const NAMED =
  /(?:(?<!\p{L})tasks?[ \t#_-]*|#|(?<![\p{L}\p{N}])T(?=\d))T?(\d{1,6}(?:\.\d{1,6})?)(?![\p{L}\p{N}])|(?:(?<!\p{L})(?:and|plus)[ \t]|[&+,;])[ \t]*(\d{1,6}(?:\.\d{1,6})?)(?=[ \t]*(?:$|[,;:.)&+]|and\b))/giu;
const BEGINS_WITH_TASK = /^(?:tasks?[ \t#_-]*|#|T)T?\d/i;
const NUMBERS = /^(?:\d{1,6}(?:\.\d{1,6})?|and|[\s,;&+])+$/i;
const FIELD = /^[\s*_`]*(\p{L}[^:：]{0,40}?)[\s*_`]*[:：][\s*_`]*(.*)$/u;
/** Of which a number, or a title, can only be a task. */
export const OF_ORDER =
  /block|depend|requi(?:re|site)|need|after|before|wait|follow|predecessor|upstream|enable/i;
/** Who may be run at once is no order. */
const AT_ONCE = /parallel|concurren|simultan|with$/i;
/** No text is read further. */
const MOST_LINES = 1000;

export interface NamedTask {
  readonly number: string;
  /** As it is written. */
  readonly words: string;
}

export function namedTasks(text: string): readonly NamedTask[] {
  return [...withoutBeside(text).matchAll(NAMED)].map(([words, one, other]) => ({
    number: one ?? other ?? '',
    words: words.replace(/^[&+,;][ \t]*/, ''),
  }));
}

/** Of the lines of a task that are of no field which is read. `titled`: numbers by titles in lower case. */
export function tasksInFields(
  text: readonly string[],
  titled: ReadonlyMap<string, string>,
): readonly NamedTask[] {
  const lines = text.flatMap((each) => each.split(/\r\n?|\n/)).slice(0, MOST_LINES);
  return lines.flatMap((line, index) => {
    const [, label = '', behind = ''] = FIELD.exec(line.slice(0, 500)) ?? [];
    // What it says may stand below it.
    const value = (behind === '' ? (lines[index + 1] ?? '').slice(0, 500) : behind).replace(
      /^\[|[\s*_`\]]+$/g,
      '',
    );
    if (label === '' || AT_ONCE.test(label)) return [];
    const tell = (number: string): NamedTask => ({ number, words: `${label}: ${value}` });
    if (BEGINS_WITH_TASK.test(value)) return namedTasks(value).map(({ number }) => tell(number));
    if (!OF_ORDER.test(label)) return [];
    if (NUMBERS.test(value)) return (value.match(/\d+(?:\.\d+)?/g) ?? []).map(tell);
    return value.split(/[,;]/).flatMap((part) => {
      const number = titled.get(part.trim().toLowerCase());
      return number === undefined ? [] : [tell(number)];
    });
  });
}
