/** Text of plans, agents and programs, made fit to be shown: on a terminal, in a report, in a commit's message. */

const ESC = '\u001b';
// A string that is introduced but never ended keeps its text: only the introducer goes, so nothing can be hidden by it.
const SEQUENCES = new RegExp(
  [
    // Operating system command, device control, and other strings, up to their terminator.
    `(?:${ESC}[\\]PX^_]|[\\u009d\\u0090\\u0098\\u009e\\u009f])[^${ESC}\\u0007\\u009c\\n]*(?:\\u0007|\\u009c|${ESC}\\\\)`,
    // Control sequences: colours, cursor movements.
    `(?:${ESC}\\[|\\u009b)[0-?]*[ -/]*[@-~]`,
    // All other escapes: intermediate characters and a final one.
    `${ESC}[ -/]*[0-~]`,
  ].join('|'),
  'g',
);

/**
 * What must never be shown as it is, but for tab and newline: the C0 and C1 controls; the characters that turn the
 * direction of writing, with which a line can be made to read as something it is not; those that nobody sees, with
 * which two names can look alike; the two Unicode line breaks. The joiners U+200C and U+200D stay: scripts and
 * emoji need them.
 */
export const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Without terminal escapes, control characters and direction overrides; newlines and tabs stay, a carriage return
 * becomes a newline, half of a surrogate pair becomes U+FFFD. What is left cannot act on a terminal.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(SEQUENCES, '').replace(UNPRINTABLE, '');
}

/** The same on one line: every run of white space is one space. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}
