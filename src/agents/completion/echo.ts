/**
 * An agent's prompt itself holds the promise and often a filled-in summary, and some agents print what they were
 * given. Such an echo is no sign. It is told from the agent's own word by what stands around it:
 *
 * - a promise inside a sentence ("When done, print `<promise>…</promise>`"): a line that holds that whole line is an echo;
 * - a promise on a line of its own: it is an echo when the line with words before it is also the one before it in
 *   the text that was given (quote marks and indents aside);
 * - a summary: it is an echo when it equals, as JSON, one in the text that was given, and the line with words before
 *   it is the one before it there. An agent may well give the very example of its prompt as its answer.
 *
 * So the one thing that is missed is an agent that repeats the line before its sign word for word on purpose.
 */

import { mayHoldPromise, withoutPromises } from './promise.ts';
import { saysSomething } from './says-something.ts';
import { createSummaryFinder } from './summary.ts';

export interface Echo {
  /** `before` is the output's last line that says something, null at its start. */
  isEchoedLine(line: string, before: string | null): boolean;
  isEchoedSummary(json: string, before: string | null): boolean;
}

/** What the agent was given to read: its prompt and the texts of its context folder. */
export function createEcho(given: readonly string[]): Echo {
  const sentences = new Set<string>();
  const pairs = new Set<string>();
  const summaries = new Set<string>();
  for (const text of given) {
    const lines = text.split(/\r\n|\r|\n/);
    const filled = lines.filter(saysSomething);
    // A text of one line has nothing around its sign: the agent's own could not be told from it.
    if (filled.length < 2) continue;
    collect(filled, sentences, pairs);
    const finder = createSummaryFinder((_, json, before) => summaries.add(pairOf(before, canonical(json))));
    for (const line of lines) finder.line(line);
  }
  return {
    isEchoedLine(line, before) {
      const plain = bare(line);
      if (pairs.has(pairOf(before, line))) return true;
      return [...sentences].some((sentence) => plain.includes(sentence));
    },
    isEchoedSummary: (json, before) => summaries.has(pairOf(before, canonical(json))),
  };
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
