/** A box of single lines. */

import stringWidth from 'string-width';
import { fill } from './clean.ts';
import type { Style } from './style.ts';

/** One line inside of a box: clean text without its margin, and how it is painted. */
export interface BoxLine {
  readonly text: string;
  readonly paint?: keyof Style;
}

/** Columns between the two sides, margins included, as long as the terminal has room for them. */
const USUAL = 61;
const WIDEST = 97;
const NARROWEST = 20;

/** Every line has the same width: that of its content, at least 63 columns, at most the terminal's. */
export function box(lines: readonly BoxLine[], width: number, style: Style): readonly string[] {
  const room = Math.max(NARROWEST, width - 2);
  const needed = Math.max(0, ...lines.map((line) => stringWidth(line.text) + 2));
  const inner = Math.min(room, Math.max(USUAL, Math.min(needed, WIDEST)));
  const rule = '─'.repeat(inner);
  const side = style.faint('│');
  return [
    style.faint(`┌${rule}┐`),
    ...lines.map(({ text, paint }) => {
      const filled = ` ${fill(text, inner - 2)} `;
      return `${side}${paint === undefined ? filled : style[paint](filled)}${side}`;
    }),
    style.faint(`└${rule}┘`),
  ];
}
