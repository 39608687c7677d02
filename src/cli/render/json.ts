/** JSON for standard output. It may land on a terminal, so nothing in it can act on one. */

import type { LoggedEvent } from '../../core/event.ts';

// JSON.stringify escapes the C0 controls itself. A backslash sequence is the same string to every reader.
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Without a line break; the value is unchanged for whoever parses it. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, escaped);
}

/** Indented by two. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(UNSAFE, escaped);
}

/** One event of `run --json`: its place first, then what it says. `at` is milliseconds since the epoch. */
export function eventJson(event: LoggedEvent): string {
  const { seq, at, run, type, ...rest } = event;
  return jsonLine({ seq, at, run, type, ...rest });
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
