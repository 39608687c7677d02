/** Whether a line goes on with the list in the line above it: `a.ts,` and below it `b.ts`. */
export function goesOn(above: string, line: string): boolean {
  return /(?:[,;&+]|\band)\s*$/i.test(above) || /^\s*[,;&+]/.test(line);
}

/** Whether a line begins with a path that stands alone, or with others behind it. */
export function beginsWithPath(line: string): boolean {
  return /^[^\s,]*[./*][^\s,]*(?:$|[ \t]*[,(])/.test(line);
}
