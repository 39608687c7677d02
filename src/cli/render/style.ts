import { styleText } from 'node:util';

/** Turns text into coloured text. Every function takes text that is clean already and cut to its width. */
export interface Style {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
}

const same = (text: string): string => text;

/** For pipes, files and `--no-color`: exactly the text. */
export const PLAIN: Style = { strong: same, faint: same, good: same, bad: same, warn: same };

type Format = Parameters<typeof styleText>[0];

function format(name: Format): (text: string) => string {
  // Whether the stream takes colours is decided once, where the style is chosen.
  return (text) => (text === '' ? '' : styleText(name, text, { validateStream: false }));
}

export const COLOURED: Style = {
  strong: format('bold'),
  faint: format('dim'),
  good: format('green'),
  bad: format('red'),
  warn: format('yellow'),
};
