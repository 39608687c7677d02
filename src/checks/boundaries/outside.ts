/**
 * Whether a file changed outside of some of its parts. The parts are cut out of both texts and the rest is compared,
 * rather than git's changed lines: git may count the closing brace of a neighbour as changed, and one line can hold
 * more than one part.
 */

import type { Source, Span } from '../symbols/syntax.ts';

/** A line of what is left; the number is that of the whole file. */
interface RestLine {
  readonly line: number;
  readonly text: string;
}

/** Lines that differ outside of the parts, in order: of the tip, and of the base. Both empty: nothing differs. */
export interface OutsideLines {
  readonly tip: readonly number[];
  readonly base: readonly number[];
}

export interface Version {
  readonly source: Source;
  readonly parts: readonly Span[];
}

export function linesOutside(base: Version, tip: Version): OutsideLines {
  const before = restOf(base);
  const after = restOf(tip);
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head]?.text === after[head]?.text) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail)?.text === after.at(-1 - tail)?.text) tail += 1;
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  if (base.source.language !== 'python' && joined(old) === joined(now)) return { tip: [], base: [] };
  return { base: withoutCommon(old, now), tip: withoutCommon(now, old) };
}

/** What the other side has too was moved at most; if that is all, every line counts. */
function withoutCommon(lines: readonly RestLine[], others: readonly RestLine[]): readonly number[] {
  const left = new Map<string, number>();
  for (const { text } of others) left.set(text, (left.get(text) ?? 0) + 1);
  const own = lines.filter(({ text }) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
  const isMoved = own.length === 0 && lines.length === others.length;
  return (isMoved ? lines : own).map(({ line }) => line);
}

/** Where lines end and where space stands beside brackets means nothing to these languages. */
function joined(lines: readonly RestLine[]): string {
  return lines
    .map(({ text }) => text)
    .join(' ')
    .replace(/\s+/g, ' ')
    .replace(/ ?([()[\]{},;]) ?/g, '$1');
}

/** Line by line, blank ones left out. */
function restOf({ source, parts }: Version): readonly RestLine[] {
  const { text, language } = source;
  const lines: RestLine[] = [];
  let line = 1;
  let rest = '';
  let isCut = false;
  const finish = (): void => {
    const written = tidy(rest, language === 'python', isCut);
    if (written !== '') lines.push({ line, text: written });
    rest = '';
    isCut = false;
  };
  for (const { from, to, inside } of pieces(text.length, parts)) {
    const rows = text.slice(from, to).split('\n');
    for (const [index, row] of rows.entries()) {
      if (index > 0) {
        finish();
        line += 1;
      }
      if (inside) isCut = true;
      else rest += row;
    }
  }
  finish();
  return lines;
}

/** A line feed that stands alone and one behind a carriage return are told apart: other tasks would meet the change. */
function tidy(rest: string, isPython: boolean, isCut: boolean): string {
  if (!isPython) return rest.replace(/^[ \t]+|[ \t]*[,;]?[ \t]*(?=\r?$)/g, '').replace(/^\r$/, '');
  const written = rest.replace(/[ \t]+(?=\r?$)/, '').replace(/^\r$/, '');
  // It holds the place of what is to come.
  if (/^\s*(?:pass|\.\.\.)\s*$/.test(written)) return '';
  return isCut ? written.trim() : written;
}

/** The whole text in order, cut where parts begin and end; parts within parts and overlapping ones count once. */
function* pieces(length: number, parts: readonly Span[]): Generator<Span & { readonly inside: boolean }> {
  let at = 0;
  for (const { from, to } of parts.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    if (to <= at) continue;
    if (from > at) yield { from: at, to: from, inside: false };
    yield { from: Math.max(from, at), to, inside: true };
    at = to;
  }
  if (at < length) yield { from: at, to: length, inside: false };
}
