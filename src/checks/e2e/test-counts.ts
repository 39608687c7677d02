/** How many interactive tests passed, as the usual runners say it at their end. */

import { z } from 'zod';

export interface TestCounts {
  readonly passed: number;
  /** Skipped ones do not count. */
  readonly total: number;
}

/** Longer lines are none of theirs, and take the patterns below too long. */
const LONGEST_LINE = 400;

/** Null where the output does not tell. */
export function testCounts(output: string): TestCounts | null {
  const lines = output.split('\n').filter((line) => line.length <= LONGEST_LINE);
  const text = lines.join('\n');
  return (
    fromPlaywrightJson(output) ?? fromJestJson(output) ?? fromTotals(text) ?? fromTap(text) ?? fromLines(text)
  );
}

const playwright = z.looseObject({ expected: z.int(), unexpected: z.int(), flaky: z.int() });
const jest = z.looseObject({ numPassedTests: z.int(), numFailedTests: z.int() });

/** Its report stands at the end; the beginning of a long one may be lost. */
function fromPlaywrightJson(output: string): TestCounts | null {
  const stats = lastMatch(output, /"stats":\s*(\{[^{}]*\})/g);
  const known = playwright.safeParse(stats === null ? null : parsed(stats));
  return known.success ? counted(known.data.expected + known.data.flaky, known.data.unexpected) : null;
}

/** Jest and Vitest print one object, and others may print before it. */
function fromJestJson(output: string): TestCounts | null {
  const begin = output.search(/^\{/m);
  const end = output.lastIndexOf('}');
  if (begin < 0 || end < begin) return null;
  const known = jest.safeParse(parsed(output.slice(begin, end + 1)));
  return known.success ? counted(known.data.numPassedTests, known.data.numFailedTests) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Jest and Vitest: `Tests: 1 failed, 1 skipped, 4 passed, 6 total`, `Tests  1 failed | 4 passed (5)`. */
function fromTotals(output: string): TestCounts | null {
  const line = lastMatch(output, /^[ \t]*Tests:?[ \t]+(.*\b(?:passed|failed)\b.*)$/gm);
  if (line === null) return null;
  return counted(numberBefore(line, 'passed'), numberBefore(line, 'failed'));
}

/** TAP and Node.js: `# pass 5`, `ℹ fail 0`; Mocha and Cypress: `5 passing`, `1 failing`. */
function fromTap(output: string): TestCounts | null {
  const passed = lastMatch(output, /^(?:#|ℹ) pass (\d+)$/gm) ?? lastMatch(output, /^[ \t]*(\d+) passing\b/gm);
  const failed = lastMatch(output, /^(?:#|ℹ) fail (\d+)$/gm) ?? lastMatch(output, /^[ \t]*(\d+) failing\b/gm);
  return passed === null && failed === null ? null : counted(Number(passed ?? 0), Number(failed ?? 0));
}

/** Playwright's reporters for people: `  1 failed`, `  1 flaky`, `  5 passed (3.2s)`; pytest: `= 1 failed, 4 passed in 2s =`. */
function fromLines(output: string): TestCounts | null {
  const pytest = lastMatch(output, /^=+ (.*\b(?:passed|failed)\b.*) =+$/gm);
  if (pytest !== null) return counted(numberBefore(pytest, 'passed'), numberBefore(pytest, 'failed'));
  const count = (word: string): number | null => {
    const found = lastMatch(output, new RegExp(`^[ \\t]*(\\d+) ${word}(?: \\([^)]*\\))?[ \\t]*$`, 'gm'));
    return found === null ? null : Number(found);
  };
  const [passed, failed, flaky] = [count('passed'), count('failed'), count('flaky')];
  if (passed === null && failed === null && flaky === null) return null;
  return counted((passed ?? 0) + (flaky ?? 0), failed ?? 0);
}

function numberBefore(line: string, word: string): number {
  return Number(new RegExp(`(\\d+) ${word}\\b`).exec(line)?.[1] ?? 0);
}

function lastMatch(output: string, pattern: RegExp): string | null {
  return [...output.matchAll(pattern)].at(-1)?.[1] ?? null;
}

function counted(passed: number, failed: number): TestCounts | null {
  const total = passed + failed;
  return Number.isSafeInteger(total) && total > 0 ? { passed, total } : null;
}
