/** A line that names paths, with findings for what cannot be one. */

import type { ScopeEntry } from '../core/plan.ts';
import { type FindingList, quoted } from './finding-list.ts';
import type { Located, LocatedText } from './located-text.ts';
import type { BlockLine } from './markdown-lines.ts';
import { expandEntry } from './scope-entry.ts';
import { readScopeList } from './scope-list.ts';

export interface ScopeLine {
  /** Braces are written out. */
  readonly entries: readonly Located<ScopeEntry>[];
  /** Something in it is no path. */
  readonly hasProse: boolean;
  /** There are notes in it. */
  readonly hasNotes: boolean;
  /** A path in it cannot be taken. */
  readonly isRefused: boolean;
}

interface Surroundings {
  readonly source: LocatedText;
  readonly findings: FindingList;
  /** What prose is left out of, in words. */
  readonly of: string;
  /** Whose they are, where that is known. */
  readonly tasks?: readonly string[];
}

/** As in `a.py:main` and `a.py#main`, of which nobody would call a file so. */
const PART = /\.[A-Za-z]\w*[:#][^/]+$/;
/** As in `a.py:10-20`: the file is meant. */
const LINES = /(?<=\.[A-Za-z]\w{0,20}):\d{1,9}(?:[-–]\d{1,9})?$/u;
/** As in `*a.py*`, which may as well be the name of a file with emphasis. */
const STARS = /^\*+[^*./][^*]*\.[A-Za-z][A-Za-z0-9]*\*+$/;

export function readScopeLine(
  line: BlockLine,
  { source, findings, of, tasks = [] }: Surroundings,
): ScopeLine {
  const list = readScopeList(line.text, line.bullet);
  for (const piece of list.prose)
    findings.warn({
      rule: 'scope-text',
      at: source.place(line.offset + piece.offset),
      message: `${quoted(piece.text)} is no path; it is left out of ${of}`,
      remedy: 'Put notes in parentheses, and a path with spaces in backticks.',
      tasks,
    });
  const entries: Located<ScopeEntry>[] = [];
  let isRefused = false;
  let { hasNotes } = list;
  for (const { text, offset } of list.entries) {
    const piece = { text: text.replace(LINES, ''), offset };
    hasNotes ||= piece.text !== text;
    const at = source.place(line.offset + piece.offset);
    if (PART.test(piece.text.split('::', 1)[0] ?? ''))
      findings.warn({
        rule: 'scope-part',
        at,
        message: `${quoted(piece.text)} is taken for the name of a file as a whole`,
        remedy: 'Write a part of a file as in file.py::Class.method, and no numbers of lines.',
        tasks,
      });
    // In backticks a star is one.
    if (STARS.test(piece.text) && line.text[piece.offset] === '*')
      findings.warn({
        rule: 'scope-stars',
        at,
        message: `${quoted(piece.text)} is taken for a glob, in which * stands for any characters`,
        remedy: 'Put the path in backticks, with the stars only if they belong to it.',
        tasks,
      });
    const expanded = expandEntry(piece.text);
    if (expanded.ok) entries.push(...expanded.value.map((value) => ({ value, at })));
    else {
      isRefused = true;
      findings.error({ ...expanded.error, at, tasks });
    }
  }
  return { entries, hasProse: list.prose.length > 0, hasNotes, isRefused };
}
