import { printableLine } from '../core/printable.ts';

/** Git shows the first line everywhere, and a title may be of any length. */
const LONGEST = 200;

/** A commit's message from the words of a plan: one line that says nothing to a terminal, and adds no trailer. */
export function subject(text: string): string {
  const line = printableLine(text);
  return line.length <= LONGEST
    ? line
    : `${line
        .slice(0, LONGEST - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`;
}
