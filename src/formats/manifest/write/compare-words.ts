/** Which lines of one text are not in another one. Marks of Markdown and white space say nothing. */

import { printable } from '../../../core/printable.ts';
import type { TaskWords } from '../../plan-files.ts';

/** In their order, each once. */
export function lostLines(before: string, after: string): readonly string[] {
  const kept = new Set(linesOf(after));
  return [...new Set(linesOf(before))].filter((line) => !kept.has(line));
}

/** All that an agent is told in them. */
export function wordsText({ requirements, more, checklist }: TaskWords): string {
  return [requirements, more, checklist].join('\n');
}

function linesOf(text: string): readonly string[] {
  return printable(text)
    .split('\n')
    .map(plainLine)
    .filter((line) => line !== '');
}

/** Without bullets, numbers, check boxes, the marks of headings, quotations and fences. */
function plainLine(line: string): string {
  return line
    .replace(/^(?:[\s>#*+`~-]|\d{1,9}[.)](?=\s)|\[[ xX]\](?=\s))+/, '')
    .replace(/[\s#*:`]+$/, '')
    .replace(/\s+/g, ' ');
}
