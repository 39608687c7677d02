/** Untrusted text in Markdown: it shows as the characters it is made of and starts no construct of its own. */

import { printable, printableLine } from '../core/printable.ts';

/** For the inside of a paragraph, heading, list item or table cell. One line. */
export function mdText(text: string): string {
  return (
    printableLine(text)
      .replace(/[\\`*_~[\]<>&|#$]/g, '\\$&')
      // What starts a list, a quote or a rule counts only at the start of a line.
      .replace(/^([-+=:])/, '\\$1')
      .replace(/^(\d+)([.)])/, '$1\\$2')
      .replace(/!(?=\\\[)/g, '\\!')
  );
}

/** A code span on one line, with a fence longer than any run of backticks in it. Empty text gives an empty string. */
export function mdCode(text: string): string {
  const line = printableLine(text);
  if (line === '') return '';
  const fence = '`'.repeat(longestRun(line) + 1);
  // One space inside each end is taken away again by readers; without it a backtick would join the fence.
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A fenced block, each line behind `indent` spaces, so that it can stand inside a list item. */
export function mdBlock(text: string, indent = 0): readonly string[] {
  const body = printable(text).replace(/\n+$/, '');
  const fence = '`'.repeat(Math.max(3, longestRun(body) + 1));
  const margin = ' '.repeat(indent);
  return [fence, ...body.split('\n'), fence].map((line) => `${margin}${line}`);
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
