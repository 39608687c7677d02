/** The one way in which text that is not ours reaches a terminal. */

import stringWidth from 'string-width';
import { printable, printableLine } from '../../core/printable.ts';

const ELLIPSIS = '…';
// A column holds one grapheme, and few graphemes are longer than this; what is behind it cannot be seen anyway.
const UNITS_PER_COLUMN = 16;
const segmenter = new Intl.Segmenter();

/** One line, without escapes and control characters, cut to the width in columns with `…` when it is longer. */
export function clean(text: string, width = 2000): string {
  return cut(printableLine(text.slice(0, UNITS_PER_COLUMN * (Math.max(0, width) + 64))), width);
}

/** Several lines, each cut to the width; tabs become two spaces. */
export function cleanLines(text: string, width = 2000): readonly string[] {
  return printable(text)
    .replaceAll('\t', '  ')
    .split('\n')
    .map((line) => cut(line.trimEnd(), width));
}

/** Cuts clean text to a number of columns; never in the middle of a character. */
export function cut(text: string, width: number): string {
  if (text.length <= width && /^[ -~]*$/.test(text)) return text;
  if (width <= 0) return '';
  let used = 0;
  let kept = '';
  for (const { segment } of segmenter.segment(text)) {
    const columns = stringWidth(segment);
    if (used + columns > width) return `${shorten(kept, width - 1)}${ELLIPSIS}`;
    used += columns;
    kept += segment;
  }
  return kept;
}

/** Clean text cut or filled with spaces to exactly this many columns. */
export function fill(text: string, width: number): string {
  const shown = cut(text, width);
  return shown + ' '.repeat(Math.max(0, width - stringWidth(shown)));
}

function shorten(text: string, width: number): string {
  let used = 0;
  let kept = '';
  for (const { segment } of segmenter.segment(text)) {
    used += stringWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return kept.trimEnd();
}
