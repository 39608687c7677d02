/** Places that compilers, type checkers and linters name. Pure and total; empty where none is found. */

import type { CheckFinding } from '../../core/proof.ts';

/** `path:line[:column]: message`: gcc, mypy, flake8, ruff, go, eslint's `unix`, biome. */
const COLONS = /^\.?\/?([\w@][^\s:]*\.\w+):(\d+)(?::\d+)?(?::\s*|\s+-\s+|\s+)(\S.*)$/;
/** `path(line,column): message`: tsc */
const PARENTHESES = /^\.?\/?([\w@][^\s(]*\.\w+)\((\d+),\d+\): (\S.*)$/;
/** A line of ESLint's default form, below a line with the path alone. */
const STYLISH = /^\s+(\d+):\d+\s+(error|warning)\s+(\S.*)$/;
const PATH_ALONE = /^([\w@.][^\s:]*\.\w+)$/;
/** Cargo and Ruff: the message first, then the place. */
const ARROW = /^\s*--> ([\w@][^\s:]*\.\w+):(\d+):\d+$/;
const CARGO = /^(?:error|warning)(?:\[\w+\])?: (\S.*)$/;
const LONGEST = 500;
const MOST = 1000;

export function problemsIn(output: string): CheckFinding[] {
  const found: CheckFinding[] = [];
  let path: string | null = null;
  let message: string | null = null;
  for (const line of output.split('\n')) {
    if (line.length > LONGEST || found.length >= MOST) continue;
    const plain = COLONS.exec(line) ?? PARENTHESES.exec(line);
    if (plain !== null) {
      found.push(finding(plain[1], plain[2], plain[3]));
      continue;
    }
    const arrow = ARROW.exec(line);
    if (arrow !== null) found.push(finding(arrow[1], arrow[2], message ?? 'see the output'));
    const below = STYLISH.exec(line);
    if (below !== null && path !== null)
      found.push(finding(path, below[1], `${below[2]}: ${below[3]?.replace(/\s{2,}/g, ' ')}`));
    message = CARGO.exec(line)?.[1] ?? message;
    if (below === null) path = PATH_ALONE.exec(line)?.[1] ?? null;
  }
  return found;
}

/** Findings that are not among the others, whatever line they moved to. */
export function newProblems(
  findings: readonly CheckFinding[],
  others: readonly CheckFinding[],
): CheckFinding[] {
  const known = new Map<string, number>();
  for (const each of others) known.set(keyOf(each), (known.get(keyOf(each)) ?? 0) + 1);
  return findings.filter((each) => {
    const left = known.get(keyOf(each)) ?? 0;
    known.set(keyOf(each), left - 1);
    return left <= 0;
  });
}

function keyOf({ path, message }: CheckFinding): string {
  return `${path}\n${message}`;
}

function finding(path = '', line = '0', message = ''): CheckFinding {
  return { path, ...(Number(line) > 0 ? { line: Number(line) } : {}), message };
}
