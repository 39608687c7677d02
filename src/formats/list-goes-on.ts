/** Whether a line goes on with the list in the line above it: `a.ts,` and below it `b.ts`, or `1.1 (the` and `model), 1.2`. */
export function goesOn(above: string, line: string): boolean {
  return /(?:[,;&+]|\band|\([^()]*)\s*$/i.test(above.slice(-LONGEST)) || /^\s*(?:[,;&+]|and\b)/.test(line);
}

/** No parentheses are looked for further back. */
const LONGEST = 300;

/** Whether a line begins with a path that stands alone, or with others behind it. */
export function beginsWithPath(line: string): boolean {
  return /^[^\s,]*[./*][^\s,]*(?:$|[ \t]*[,(])/.test(line);
}
