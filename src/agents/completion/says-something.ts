const FENCE = /^[\s>|]*(?:```|~~~)[\w-]*\s*$/;

/** False for blank lines, rules and fences, which never count as the line before a sign. */
export function saysSomething(line: string): boolean {
  return /[\p{L}\p{N}]/u.test(line) && !FENCE.test(line);
}
