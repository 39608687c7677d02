/** Which lines a patch changes. Pure and total: a patch of untrusted files may hold any bytes. */

import type { LineRange } from '../../ports/commit-reader.ts';

export interface ChangedLines {
  /** Null where the patch does not tell: git took the file for binary. */
  readonly lines: readonly LineRange[] | null;
  readonly oldLines: readonly LineRange[] | null;
}

interface Section {
  readonly lines: LineRange[];
  readonly oldLines: LineRange[];
  isBinary: boolean;
}

const SECTION = Buffer.from('diff --git ');
const HUNK = Buffer.from('@@ -');
const BINARY = Buffer.from('Binary files ');
/** No head of a hunk is longer; what stands behind its second `@@` is text of the file. */
const HEAD_BYTES = 80;

/**
 * One element a section, of `git diff-tree -p -U0` without `-z`: with it a path could hold what reads as the head of a
 * hunk. A line of a file never begins a line of the patch, for `+`, `-` or `\` stands before it.
 */
export function parseChangedLines(patch: Buffer): ChangedLines[] {
  const sections: Section[] = [];
  for (let start = 0; start < patch.length; ) {
    const found = patch.indexOf(0x0a, start);
    const end = found < 0 ? patch.length : found;
    const last = sections.at(-1);
    if (begins(patch, SECTION, start)) sections.push({ lines: [], oldLines: [], isBinary: false });
    else if (last !== undefined && begins(patch, BINARY, start)) last.isBinary = true;
    else if (last !== undefined && begins(patch, HUNK, start))
      readHunk(patch.toString('latin1', start, Math.min(end, start + HEAD_BYTES)), last);
    start = end + 1;
  }
  return sections.map(({ lines, oldLines, isBinary }) =>
    isBinary ? { lines: null, oldLines: null } : { lines, oldLines },
  );
}

function begins(patch: Buffer, text: Buffer, at: number): boolean {
  return patch.compare(text, 0, text.length, at, Math.min(at + text.length, patch.length)) === 0;
}

function readHunk(head: string, { lines, oldLines }: Section): void {
  const match = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(head);
  if (match === null) return;
  const [, oldStart = '0', oldCount = '1', start = '0', count = '1'] = match;
  addRange(oldLines, Number(oldStart), Number(oldCount));
  addRange(lines, Number(start), Number(count));
}

function addRange(ranges: LineRange[], start: number, count: number): void {
  if (count > 0) ranges.push({ start, end: start + count - 1 });
}
