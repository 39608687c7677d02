/** Output of programs is untrusted text: here it is made safe for a terminal, a report and a prompt. */

// Escape sequences: CSI, OSC up to its terminator, and two-character ones.
const ESCAPES = new RegExp(
  [
    String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]`,
    String.raw`\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?`,
    String.raw`\u001b[ -/]*[0-~]`,
  ].join('|'),
  'g',
);
// What is left of C0 (but tab and newline), DEL, C1, and the marks that reverse the order of shown text.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The text without escape sequences and control characters; a carriage return becomes a line's end. */
export function cleanOutput(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(ESCAPES, '').replace(CONTROLS, '');
}

export interface TailLimits {
  /** In UTF-8. */
  readonly bytes: number;
  readonly lines?: number;
}

/** The last part of a text within the limits, whole lines where that is possible, without blank ends. */
export function lastPart(text: string, limits: TailLimits): string {
  const trimmed = text.trim();
  const lines = limits.lines === undefined ? trimmed : trimmed.split('\n').slice(-limits.lines).join('\n');
  const bytes = new TextEncoder().encode(lines);
  if (bytes.length <= limits.bytes) return lines;
  const cut = new TextDecoder().decode(bytes.subarray(bytes.length - limits.bytes)).replace(/^\ufffd+/, '');
  const lineEnd = cut.indexOf('\n');
  return (lineEnd < 0 ? cut : cut.slice(lineEnd + 1)).trim();
}
