/** The promises that an agent prints: `<promise>TASK_DONE: task-001</promise>`. */

import { clipEnd } from '../../core/clip.ts';
import { printable, printableLine } from '../../core/printable.ts';
import { namesOfTask, namesTask } from './task-name.ts';

/** In characters. */
const LONGEST_STRAY = 200;

export const PROMISE_WORDS = [
  'TASK_DONE',
  'READY_FOR_QA',
  'TASK_FAILED',
  'TASK_QUESTION',
  'TASK_APPROVED',
  'TASK_REJECTED',
  'QA_BLOCKED',
  'TASK_ANSWER',
  'NO_ANSWER',
] as const;

export type PromiseWord = (typeof PROMISE_WORDS)[number];

export interface Promised {
  readonly word: PromiseWord;
  /** What stands behind the task's id: a reason, a finding. May be empty. */
  readonly detail: string;
}

const ALTERNATIVES = PROMISE_WORDS.join('|');
const WHOLE = new RegExp(`<promise>\\s*(${ALTERNATIVES})\\s*:((?:(?!<promise>)[\\s\\S])*?)</promise>`, 'g');
const OPEN = new RegExp(`<promise>\\s*(?:${ALTERNATIVES})\\s*:(?:(?!</?promise>)[\\s\\S])*$`);

export function mayHoldPromise(text: string): boolean {
  return text.includes('<promise>');
}

/** True when the text ends inside a promise, whose end may follow on a later line. */
export function endsInsidePromise(text: string): boolean {
  return OPEN.test(text);
}

/** The promises about this task; those about others are left out. */
export function promisesIn(text: string, task: string): readonly Promised[] {
  const found: Promised[] = [];
  for (const [, word, content] of text.matchAll(WHOLE)) {
    const known = PROMISE_WORDS.find((candidate) => candidate === word);
    const detail = detailBehindId(content ?? '', task);
    if (known !== undefined && detail !== null) found.push({ word: known, detail });
  }
  return found;
}

export function withoutPromises(text: string): string {
  return text.replace(WHOLE, ' ');
}

/** The last promise that names no such task, as it was printed: `TASK_DONE: Task one`; null for none. */
export function strayPromiseIn(text: string, task: string): string | null {
  const strays = [...text.matchAll(WHOLE)].filter(
    ([, , content]) => detailBehindId(content ?? '', task) === null,
  );
  const [, word, content] = strays.at(-1) ?? [];
  return word === undefined ? null : clipEnd(printableLine(`${word}: ${content ?? ''}`), LONGEST_STRAY);
}

/** Quotes and marks of Markdown that agents put around an id. */
const OPENING = /^["'`*\u2018\u201c]+/;
const CLOSING = /^["'`*\u2019\u201d]+/;

/** Null when the content names another task. */
function detailBehindId(printed: string, task: string): string | null {
  const content = printable(printed).trim();
  const bare = content.replace(OPENING, '');
  const rest = restBehindId(bare, task);
  if (rest === null) return null;
  return detailFrom(bare === content ? rest : rest.replace(CLOSING, ''));
}

/** Ids may hold spaces, so the task's own names are tried first. */
function restBehindId(content: string, task: string): string | null {
  const name = namesOfTask(task).find(
    (candidate) => content.toLowerCase().startsWith(candidate) && endsName(content, candidate.length),
  );
  if (name !== undefined) return content.slice(name.length);
  const first = /^[\w.-]*\w/.exec(content)?.[0] ?? '';
  return namesTask(first, task) ? content.slice(first.length) : null;
}

// `1.1` does not name `1.1.2`, and `task-001` does not name `task-001x`, but a full stop or a dash may follow an id.
function endsName(content: string, length: number): boolean {
  return !/^[\w]|^[.-]\w/.test(content.slice(length));
}

function detailFrom(rest: string): string {
  return rest.replace(/^[ \t]*[:;,.–—-]?/, '').trim();
}
