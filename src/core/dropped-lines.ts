/**
 * Whether a resolution of two changes holds what each of them added, by lines alone and in any language.
 *
 * Lines are counted, not placed: one that moved is there. White space and the comma or semicolon at the end are no
 * difference. A line without a letter or digit is not looked at, nor one that both sides add twice looked for.
 */

import { clipEnd } from './clip.ts';
import { printableLine } from './printable.ts';

export type MergeSide = 'ours' | 'theirs';

/** Of one path. Empty for a side or a base that has no such file. */
export interface ResolvedTexts {
  readonly path: string;
  readonly base: string;
  /** What is merged onto. */
  readonly ours: string;
  /** What is merged. */
  readonly theirs: string;
  readonly result: string;
}

/** A line that a side added and the result does not hold. */
export interface DroppedLine {
  readonly path: string;
  readonly side: MergeSide;
  /** In that side's text, from 1. */
  readonly line: number;
  /** Cleaned, and of a long one the beginning. */
  readonly text: string;
}

/** As many as are listed: who has more to read reads the file. */
const MOST_LISTED = 100;
const TEXT_BYTES = 200;

interface Line {
  readonly key: string;
  readonly text: string;
  /** The keys of the line above it and its own. */
  readonly place: string;
  /** From 0. */
  readonly at: number;
}

/** In the order of the texts, ours first; a hundred at most. */
export function droppedLines({ path, base, ours, theirs, result }: ResolvedTexts): readonly DroppedLine[] {
  const before = countKeys(linesOf(base));
  const sides = { ours: linesOf(ours), theirs: linesOf(theirs) };
  const counts = { ours: countKeys(sides.ours), theirs: countKeys(sides.theirs) };
  const after = linesOf(result);
  const rewritten = new Rewritten(result, [before, counts.ours, counts.theirs]);
  const held = { keys: countKeys(after), places: new Set(after.map(({ place }) => place)) };
  const known = new Set(linesOf(base).map(({ place }) => place));
  return (['ours', 'theirs'] as const)
    .flatMap((side) => {
      const other = counts[side === 'ours' ? 'theirs' : 'ours'];
      const missing = [...counts[side]].flatMap(([key, count]) => {
        const was = before.get(key) ?? 0;
        // What the other side takes away of the lines that were there is its own affair.
        const wanted = count + Math.min(0, (other.get(key) ?? 0) - was);
        const most = Math.min(count - was, wanted - (held.keys.get(key) ?? 0));
        return most > 0 ? [[key, most] as const] : [];
      });
      const lines = pick(sides[side], new Map(missing), { held: held.places, known });
      return lines
        .filter((line) => !rewritten.holds(line.text))
        .map(({ at, text }) => ({
          path,
          side,
          line: at + 1,
          text: clipEnd(printableLine(text), TEXT_BYTES),
        }));
    })
    .slice(0, MOST_LISTED);
}

/** Those with something in them. */
function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let above = '';
  for (const [at, line] of splitLines(text).entries()) {
    const key = line.replace(/\s+/g, '').replace(/[,;]+$/, '');
    if (!/[\p{L}\p{N}]/u.test(key)) continue;
    lines.push({ key, text: line, place: `${above}\n${key}`, at });
    above = key;
  }
  return lines;
}

function splitLines(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/);
}

function countKeys(lines: readonly Line[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { key } of lines) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** So many of each, those first that stand where neither the base nor the result has such a line. */
function pick(
  lines: readonly Line[],
  missing: ReadonlyMap<string, number>,
  { held, known }: { readonly held: ReadonlySet<string>; readonly known: ReadonlySet<string> },
): readonly Line[] {
  const left = new Map(missing);
  const wanted = lines.filter(({ key }) => left.has(key));
  const weight = ({ place }: Line): number => (held.has(place) ? 2 : 0) + (known.has(place) ? 1 : 0);
  const picked = wanted
    .toSorted((one, other) => weight(one) - weight(other))
    .filter(({ key }) => {
      const more = left.get(key) ?? 0;
      left.set(key, more - 1);
      return more > 0;
    });
  return picked.sort((one, other) => one.at - other.at);
}

/** Lines over which a formatter spreads one. */
const MOST_LINES = 40;
/** Places that are tried for one line. */
const MOST_PLACES = 50;

/**
 * Lines of the result that none of the three texts has. Whoever resolved wrote them: one that holds all the words of
 * a line stands for it, `import { a, b, c }` for `import { a, b }`, also where it is spread over lines in brackets.
 */
class Rewritten {
  readonly #lines: readonly string[];
  readonly #places = new Map<string, number[]>();

  constructor(result: string, known: readonly ReadonlyMap<string, number>[]) {
    this.#lines = splitLines(result);
    for (const { key, text, at } of linesOf(result)) {
      if (known.some((keys) => keys.has(key))) continue;
      for (const token of countTokens(text).keys()) this.#note(token, at);
    }
  }

  holds(text: string): boolean {
    const wanted = countTokens(text);
    const found = [...wanted.keys()].flatMap((token) =>
      /[\p{L}\p{N}]/u.test(token) ? [this.#found(token)] : [],
    );
    const rarest = found.reduce(
      (least, places) => (places.length < least.length ? places : least),
      found[0] ?? [],
    );
    if (rarest.slice(0, MOST_PLACES).some((at) => holdsAll(this.#lines[at] ?? '', wanted))) return true;
    const places = new Set(
      found.filter(({ length }) => length > 0).flatMap((each) => each.slice(0, MOST_PLACES)),
    );
    return [...places].slice(0, MOST_PLACES).some((at) => holdsAll(this.#bracketed(at), wanted));
  }

  #note(token: string, at: number): void {
    const places = this.#places.get(token);
    if (places === undefined) this.#places.set(token, [at]);
    else places.push(at);
  }

  #found(word: string): readonly number[] {
    return this.#places.get(word) ?? [];
  }

  /** From the line above that ends in an opening bracket to the one below that begins with a closing one. */
  #bracketed(at: number): string {
    const above = this.#lines.slice(Math.max(0, at - MOST_LINES), at + 1);
    const below = this.#lines.slice(at, at + MOST_LINES);
    const start = above.findLastIndex((line) => /[([{]\s*$/.test(line));
    const end = below.findIndex((line) => /^\s*[)\]}]/.test(line));
    return start < 0 || end < 0 ? '' : [...above.slice(start, -1), ...below.slice(0, end + 1)].join('\n');
  }
}

function holdsAll(text: string, wanted: ReadonlyMap<string, number>): boolean {
  const tokens = countTokens(text);
  return [...wanted].every(([token, count]) => (tokens.get(token) ?? 0) >= count);
}

/** Words, and each other character but white space, commas and semicolons. */
function countTokens(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const token of text.match(/[\p{L}\p{N}_$]+|[^\s,;]/gu) ?? [])
    counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}
