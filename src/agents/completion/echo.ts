/**
 * An agent's prompt itself holds the promise and often a filled-in summary, and some agents print what they were
 * given. Such an echo is no sign. It is told from the agent's own word by what stands around it:
 *
 * - a promise inside a sentence ("When done, print `<promise>…</promise>`"): a line that holds that whole line is an echo;
 * - a promise on a line of its own: it is an echo when the line with words before it is also the one before it in
 *   the text that was given (quote marks and indents aside);
 * - a summary: it is an echo when it equals, as JSON, one in the text that was given.
 *
 * So the one thing that is missed is an agent that repeats the line before the promise word for word on purpose.
 */

import { mayHoldPromise, withoutPromises } from './promise.ts';
import { createSummaryFinder } from './summary.ts';

export interface Echo {
  /** `before` is the output's last line that says something, null at its start. */
  isEchoedLine(line: string, before: string | null): boolean;
  isEchoedSummary(json: string): boolean;
}

/** What the agent was given to read: its prompt and the texts of its context folder. */
export function createEcho(given: readonly string[]): Echo {
  const sentences = new Set<string>();
  const pairs = new Set<string>();
  const summaries = new Set<string>();
  const finder = createSummaryFinder((_, json) => summaries.add(canonical(json)));
  for (const text of given) {
    const lines = text.split(/\r\n|\r|\n/);
    for (const line of lines) finder.line(line);
    const filled = lines.filter(saysSomething);
    // A text of one line has nothing around its promise: the agent's own could not be told from it.
    if (filled.length > 1) collect(filled, sentences, pairs);
  }
  return {
    isEchoedLine(line, before) {
      const plain = bare(line);
      if (pairs.has(pairOf(before, line))) return true;
      return [...sentences].some((sentence) => plain.includes(sentence));
    },
    isEchoedSummary: (json) => summaries.has(canonical(json)),
  };
}

/** False for blank lines, rules and fences, which never count as the line before. */
export function saysSomething(line: string): boolean {
  return /[\p{L}\p{N}]/u.test(line);
}

function collect(lines: readonly string[], sentences: Set<string>, pairs: Set<string>): void {
  let before: string | null = null;
  for (const line of lines) {
    if (mayHoldPromise(line)) {
      if (saysSomething(withoutPromises(line))) sentences.add(bare(line));
      else pairs.add(pairOf(before, line));
    }
    before = line;
  }
}

function pairOf(before: string | null, line: string): string {
  return `${before === null ? '' : bare(before)}\n${bare(line)}`;
}

/** The line without indent, quote marks, list marks, emphasis and JSON's escapes. */
function bare(line: string): string {
  const plain = line
    .replace(/\\(["\\/])/g, '$1')
    .replace(/^[\s>|│┃+*#`"-]+/, '')
    .replace(/\s+/g, ' ');
  let end = plain.length;
  // An expression that is anchored at the end takes quadratic time on a hostile line.
  while (end > 0 && ' *`"'.includes(plain.charAt(end - 1))) end -= 1;
  return plain.slice(0, end);
}

function canonical(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return json;
  }
}
