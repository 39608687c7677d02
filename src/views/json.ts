/** JSON that people may look at: it can land on a terminal, so nothing in it can act on one. */

import type { LoggedEvent } from '../core/event.ts';
import { UNPRINTABLE } from '../core/printable.ts';

/** Without a line break; the value is unchanged for whoever parses it. */
export function jsonLine(value: unknown): string {
  return escaped(JSON.stringify(value));
}

/** Indented by two. */
export function jsonText(value: unknown): string {
  return escaped(JSON.stringify(value, null, 2));
}

/** One event of `run --json`: its place first, then what it says. `at` is milliseconds since the epoch. */
export function eventJson(event: LoggedEvent): string {
  const { seq, at, run, type, ...rest } = event;
  return jsonLine({ seq, at, run, type, ...rest });
}

/** JSON.stringify escapes the C0 controls itself. A backslash sequence is the same string to every reader. */
function escaped(json: string): string {
  return json.replace(UNPRINTABLE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
