import { clipEnd } from './clip.ts';

const MOST = 3;
/** Bytes. */
const LONGEST = 120;

/** `a, b, c and 57 more`: names in a line for people. */
export function fewOf(names: readonly string[]): string {
  const all = [...new Set(names)];
  const shown = all.slice(0, MOST).map((name) => clipEnd(name, LONGEST));
  const rest = all.length - shown.length;
  return `${shown.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
}
