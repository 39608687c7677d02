/**
 * Names of the tests that failed, in what test runners print for people: TAP, node:test, Jest, Vitest, Mocha, pytest,
 * unittest, Go, Cargo. Pure and total; empty where none is found. Used to name them, and to tell old failures from
 * new ones, never to tell whether tests passed: that is the exit code's.
 */

const PATTERNS: readonly RegExp[] = [
  // TAP; a plan's `# TODO` is no failure.
  /^\s*not ok \d+ - (?!.*# (?:TODO|SKIP))(.+?)(?: # time=.*)?$/,
  // node:test and Vitest; the time is another each time.
  /^\s*[✖×] (.+?)(?:\s+\(?\d+(?:\.\d+)?\s?m?s\)?)?$/,
  // Jest
  /^\s*● (.+)$/,
  // pytest, in its summary; what stands behind is the message.
  /^(?:FAILED|ERROR) (\S+\.py(?:::.+?)?)(?: - .*)?$/,
  // unittest
  /^(?:FAIL|ERROR): (\w+ \([\w.]+\))/,
  // Go
  /^\s*--- FAIL: (\S+)/,
  /^FAIL\s+(\S+) \[(?:build|setup) failed\]$/,
  // Cargo
  /^test (\S+) \.\.\. FAILED$/,
  // Mocha, in its list at the end
  /^ {2}\d+\) (.+?):?$/,
  // Vitest and Jest: files that could not be run
  /^\s*FAIL\s+(\S+\.[cm]?[jt]sx?)\b/,
];
/** Heads of lists, and the suite's own line. */
const NO_NAMES: ReadonlySet<string> = new Set(['failing tests:', 'Console', 'Test suite failed to run']);
const LONGEST = 300;
const MOST = 1000;

export function failingTests(output: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const line of output.split('\n')) {
    if (line.length > LONGEST || names.size >= MOST) continue;
    const name = PATTERNS.map((pattern) => pattern.exec(line)?.[1]?.trim()).find(
      (each) => each !== undefined,
    );
    if (name !== undefined && name !== '' && !NO_NAMES.has(name)) names.add(name);
  }
  return names;
}
