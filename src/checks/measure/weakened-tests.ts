/** Tests that a change takes away, switches off or empties. Pure; it looks at lines, and so only warns. */

import type { CheckFinding } from '../../core/proof.ts';
import type { LineRange, PathChange } from '../../ports/commit-reader.ts';
import { isTestFile } from './defining-files.ts';

export interface TestTexts {
  readonly base: string | null;
  readonly tip: string | null;
}

const SWITCHED_OFF =
  /\b(?:describe|it|test|suite|context)\.(?:skip|todo|only)\b|\bx(?:it|describe|test)\(|\bfdescribe\(|\bfit\(|@pytest\.mark\.(?:skip|xfail)|@(?:unittest\.)?skip(?:If|Unless)?\b|\bpytest\.skip\(|\bt\.Skip(?:Now|f)?\(|#\[ignore|\b(?:skip|todo):\s*true\b/;
const ASSERTION = /\bassert\w*\b|\bexpect\(|\bshould\b|\bt\.(?:Error|Fatal|Fail)/;

/** Of these files the texts are wanted. */
export function isWeakenable({ path, kind }: PathChange): boolean {
  return kind !== 'deleted' && isTestFile(path);
}

export function weakenedTests(
  changes: readonly PathChange[],
  texts: ReadonlyMap<string, TestTexts>,
): CheckFinding[] {
  const added = new Set(changes.filter(({ kind }) => kind === 'added').map(({ path }) => nameOf(path)));
  return changes.flatMap((change): CheckFinding[] => {
    const { path, kind } = change;
    if (!isTestFile(path)) return [];
    // One of the same name elsewhere was moved.
    if (kind === 'deleted')
      return added.has(nameOf(path)) ? [] : [{ path, message: 'this file of tests was deleted' }];
    return inFile(change, texts.get(path));
  });
}

function inFile(change: PathChange, texts: TestTexts | undefined): CheckFinding[] {
  const { path } = change;
  const now = linesIn(texts?.tip ?? null, change.lines);
  const before = linesIn(texts?.base ?? null, change.oldLines);
  const off = now
    .filter(({ text }) => SWITCHED_OFF.test(text))
    .slice(0, Math.max(0, count(now, SWITCHED_OFF) - count(before, SWITCHED_OFF)))
    .map(({ line }) => ({ path, line, message: 'a test is switched off here' }));
  const gone = count(before, ASSERTION) - count(now, ASSERTION);
  if (change.kind !== 'modified' || gone <= 0) return off;
  const lines = gone === 1 ? 'one line that asserts' : `${gone} lines that assert`;
  return [...off, { path, message: `the tests in this file have ${lines} less` }];
}

interface Line {
  readonly line: number;
  readonly text: string;
}

export function linesIn(text: string | null, ranges: readonly LineRange[] | null): Line[] {
  if (text === null || ranges === null) return [];
  const all = text.split('\n');
  return ranges.flatMap(({ start, end }) =>
    all.slice(start - 1, end).map((each, index) => ({ line: start + index, text: each })),
  );
}

function count(lines: readonly Line[], pattern: RegExp): number {
  return lines.filter(({ text }) => pattern.test(text)).length;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
