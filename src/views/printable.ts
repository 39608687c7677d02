/** Text of plans, agents and commands, made fit to be shown. */

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

// Besides the C0 and C1 controls (but not tab and newline): the characters that turn the direction of writing, with
// which a line can be made to read as something it is not, and the two Unicode line breaks.
const CONTROLS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Without terminal escapes, control characters and direction overrides; newlines and tabs stay, a carriage return
 * becomes a newline, half of a surrogate pair becomes U+FFFD. What is left cannot act on a terminal.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(SEQUENCES, '').replace(CONTROLS, '');
}

/** The same on one line: every run of white space is one space. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}
