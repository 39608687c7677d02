/** Of a program's output mostly the end is of use. */

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
