/** Bounds for texts from outside, so that one event, prompt or report cannot grow without end. */

/** The first part of a text, at most so many bytes of UTF-8 and a mark that there was more. */
export function clipEnd(text: string, bytes: number): string {
  const cut = bytesOf(text, bytes);
  if (cut === null) return text;
  return `${new TextDecoder().decode(cut.subarray(0, bytes)).replace(/\ufffd+$/, '')}…`;
}

/** The last part of a text, at most so many bytes of UTF-8 and a mark that there was more. */
export function clipStart(text: string, bytes: number): string {
  const cut = bytesOf(text, bytes);
  if (cut === null) return text;
  return `…${new TextDecoder().decode(cut.subarray(cut.length - bytes)).replace(/^\ufffd+/, '')}`;
}

/** Null when the text is within the bound. */
function bytesOf(text: string, most: number): Uint8Array | null {
  // A UTF-16 code unit takes three bytes of UTF-8 at most.
  if (text.length * 3 <= most) return null;
  const bytes = new TextEncoder().encode(text);
  return bytes.length <= most ? null : bytes;
}
