/**
 * How many tests ran, in what test runners print for people at their end: node:test and TAP, Jest, Vitest, Mocha, pytest,
 * unittest, Cargo. Pure and total; null where none of them is found. Go counts packages, and says nothing of tests.
 */

/** Of a line; null for one that is no such summary. Skipped tests have not run. */
const SUMMARIES: readonly ((line: string) => number | null)[] = [
  // node:test in both forms, and other writers of TAP.
  (line) => numberIn(/^(?:ℹ|#) (?:pass|fail) (\d+)$/, line),
  // Jest and Vitest: `Tests:  1 failed, 2 skipped, 23 passed, 26 total`, `Tests  1 failed | 23 passed (24)`.
  (line) => (/^\s*Tests:?\s+\d/.test(line) ? ended(line) : null),
  // Mocha
  (line) => numberIn(/^ {2}(\d+) (?:passing|failing)\b/, line),
  // pytest: `==== 1 failed, 23 passed in 0.12s ====`, and without the frame.
  (line) => (/^(?:=+ )?\d+ \w+(?:, \d+ \w+)* in [\d.]+s\b/.test(line) ? ended(line) : null),
  // unittest
  (line) => numberIn(/^Ran (\d+) tests? in /, line),
  // Cargo, once for each program of tests.
  (line) => (/^test result: /.test(line) ? ended(line) : null),
];
const LONGEST = 300;
const MOST = 1_000_000;

export function testCount(output: string): number | null {
  let total: number | null = null;
  for (const line of output.split('\n')) {
    if (line.length > LONGEST) continue;
    for (const summary of SUMMARIES) {
      const count = summary(line.trimEnd());
      if (count !== null) total = Math.min(MOST, (total ?? 0) + count);
    }
  }
  return total;
}

function numberIn(pattern: RegExp, line: string): number | null {
  const text = pattern.exec(line)?.[1];
  return text === undefined ? null : Number(text);
}

function ended(line: string): number {
  let sum = 0;
  for (const [, count] of line.matchAll(/\b(\d+) (?:passed|failed|errors?|xfailed|xpassed)\b/g))
    sum += Number(count);
  return sum;
}
