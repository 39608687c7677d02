/** Texts that are not parsed as Markdown: the parser takes quadratic time over many blocks, and over deep lists. */

import type { LocatedText } from './located-text.ts';

export interface Unfit {
  readonly message: string;
  readonly remedy: string;
}

interface Limits {
  readonly characters: number;
  readonly lines: number;
  /** What to do about a longer one. */
  readonly shorten: string;
}

/** A task needs a few hundred lines. */
const TASK: Limits = {
  characters: 100_000,
  lines: 4000,
  shorten: 'Keep the task short and move long material into the context or a contract.',
};

const PLAN: Limits = { characters: 500_000, lines: 10_000, shorten: 'Write the tasks alone.' };

/** Why the file of one task is not parsed; null when it can be. */
export function unfitTask(source: LocatedText): Unfit | null {
  return unfit(source, TASK);
}

/** Why a file that holds a whole plan is not parsed; null when it can be. */
export function unfitPlan(source: LocatedText): Unfit | null {
  return unfit(source, PLAN);
}

function unfit(source: LocatedText, limits: Limits): Unfit | null {
  const { text, lines } = source;
  if (text.length > limits.characters || lines > limits.lines) {
    return {
      message: `the file is longer than ${limits.characters} characters or ${limits.lines} lines`,
      remedy: limits.shorten,
    };
  }
  if (isTooDeep(text)) {
    return {
      message: 'a line opens more than 16 lists within each other',
      remedy: 'Write the lists less deep.',
    };
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const { line } = source.place(nul);
    return {
      message: `the file is no text: there is a NUL in line ${line}`,
      remedy: 'Write it as UTF-8 text.',
    };
  }
  return null;
}

/** True for a line that opens so many lists within each other that parsing it would take very long. */
export function isTooDeep(text: string): boolean {
  return /^[ \t]*(?:(?:[*+-]|\d{1,9}[.)])[ \t]+){17}/m.test(text);
}
