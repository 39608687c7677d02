/**
 * Path patterns of scopes: which paths they match, and whether two of them can match one path.
 *
 * A pattern is a list of segments between slashes. Within a segment `*` stands for any run of characters, `?` for
 * one, `[…]` for one of a class (`!` or `^` in front negates); `**` as a whole segment stands for any number of
 * segments. No operator crosses a slash but `**`, and a leading dot is nothing special.
 * - A pattern that ends in `/` or `/**` means everything below that folder.
 * - A plain path also means everything below it: a file has nothing below it, so a path that has is a folder.
 * - A segment with a class also stands for its own text, since some frameworks name folders `[id]`.
 */

import { type GlobToken, globsMeet, matchesGlob, parseGlob } from './glob-segment.ts';

type Segment =
  | { readonly kind: 'text'; readonly text: string }
  /** `ownText` when the segment's source is a name too. */
  | { readonly kind: 'glob'; readonly tokens: readonly GlobToken[]; readonly ownText: string | null }
  /** Any number of segments, none included. */
  | { readonly kind: 'any-depth' };

/** A pattern made ready for many comparisons. */
export interface PathPattern {
  readonly source: string;
  readonly segments: readonly Segment[];
  /** The leading plain segments; all of them for a plain path. */
  readonly prefix: readonly string[];
  /** True without any operator: the path itself and everything below it. */
  readonly plain: boolean;
}

const ANY_SEGMENT: Segment = { kind: 'glob', tokens: parseGlob('*'), ownText: null };
const ANY_DEPTH: Segment = { kind: 'any-depth' };

export function parsePattern(source: string): PathPattern {
  const names = source.split('/').filter((name) => name !== '' && name !== '.');
  const segments = names.map(parseSegment);
  const below = source.endsWith('/') || names.length === 0;
  if (below) segments.push(ANY_DEPTH);
  // `a/**` is what lies below `a`, not `a` itself.
  if (segments.at(-1) === ANY_DEPTH) segments.push(ANY_SEGMENT);
  const prefix: string[] = [];
  for (const segment of segments) {
    if (segment.kind !== 'text') break;
    prefix.push(segment.text);
  }
  return { source, segments, prefix, plain: prefix.length === segments.length };
}

function parseSegment(name: string): Segment {
  if (name === '**') return ANY_DEPTH;
  if (!/[*?[]/.test(name)) return { kind: 'text', text: name };
  const tokens = parseGlob(name);
  const isText = tokens.every((token) => token.kind === 'set' && token.exactly !== undefined);
  if (isText) return { kind: 'text', text: name };
  return { kind: 'glob', tokens, ownText: name.includes('[') ? name : null };
}

/** True when some path is matched by both. */
export function patternsOverlap(a: string, b: string): boolean {
  return patternsMeet(parsePattern(a), parsePattern(b));
}

/** True when the pattern means this path; the path is relative, with forward slashes. */
export function pathMatches(pattern: string, path: string): boolean {
  return patternMatchesPath(parsePattern(pattern), path);
}

export function patternMatchesPath(pattern: PathPattern, path: string): boolean {
  const segments = path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .map((text): Segment => ({ kind: 'text', text }));
  return segments.length > 0 && listsMeet(withBelow(pattern), segments, segmentsMeet);
}

export function patternsMeet(a: PathPattern, b: PathPattern): boolean {
  const shared = Math.min(a.prefix.length, b.prefix.length);
  for (let index = 0; index < shared; index += 1) {
    if (a.prefix[index] !== b.prefix[index]) return false;
  }
  return listsMeet(withBelow(a), withBelow(b), segmentsMeet);
}

/**
 * True when everything `b` means is meant by `a` too. It may be false where a closer look at two globs would
 * find the same (`[ab]` in `?`), and is never wrongly true.
 */
export function patternCovers(a: PathPattern, b: PathPattern): boolean {
  return listCovers(withBelow(a), withBelow(b));
}

function withBelow(pattern: PathPattern): readonly Segment[] {
  return pattern.plain ? [...pattern.segments, ANY_DEPTH] : pattern.segments;
}

/** Two lists in which `any-depth` stands for any number of segments: is there a list that both describe? */
function listsMeet(
  a: readonly Segment[],
  b: readonly Segment[],
  meet: (x: Segment, y: Segment) => boolean,
): boolean {
  // reachable[j]: the first i segments of a and the first j of b can describe one and the same list.
  let reachable = b.map(() => false);
  reachable.unshift(true);
  for (let j = 0; j < b.length && b[j]?.kind === 'any-depth'; j += 1) reachable[j + 1] = true;
  for (const x of a) {
    const next = b.map(() => false);
    next.unshift(x.kind === 'any-depth' && reachable[0] === true);
    for (const [j, y] of b.entries()) {
      next[j + 1] =
        x.kind === 'any-depth' || y.kind === 'any-depth'
          ? (x.kind === 'any-depth' && (reachable[j + 1] === true || next[j] === true)) ||
            (y.kind === 'any-depth' && (next[j] === true || reachable[j + 1] === true))
          : reachable[j] === true && meet(x, y);
    }
    reachable = next;
  }
  return reachable[b.length] === true;
}

function segmentsMeet(a: Segment, b: Segment): boolean {
  if (a.kind === 'any-depth' || b.kind === 'any-depth') return true;
  if (a.kind === 'text') return b.kind === 'text' ? a.text === b.text : segmentTakes(b, a.text);
  if (b.kind === 'text') return segmentTakes(a, b.text);
  if (a.ownText !== null && segmentTakes(b, a.ownText)) return true;
  if (b.ownText !== null && segmentTakes(a, b.ownText)) return true;
  return globsMeet(a.tokens, b.tokens);
}

function segmentTakes(segment: Segment, name: string): boolean {
  if (segment.kind === 'any-depth') return true;
  if (segment.kind === 'text') return segment.text === name;
  return segment.ownText === name || matchesGlob(segment.tokens, name);
}

/** As `listsMeet`, but every list that `b` describes must be one of `a`'s. */
function listCovers(a: readonly Segment[], b: readonly Segment[]): boolean {
  // covered[j]: the first i segments of a cover the first j of b.
  let covered = b.map(() => false);
  covered.unshift(true);
  for (const x of a) {
    const next = b.map(() => false);
    next.unshift(x.kind === 'any-depth' && covered[0] === true);
    for (const [j, y] of b.entries()) {
      next[j + 1] =
        x.kind === 'any-depth' ? covered[j + 1] === true || next[j] === true : covered[j] === true && segmentCovers(x, y);
    }
    covered = next;
  }
  return covered[b.length] === true;
}

function segmentCovers(a: Segment, b: Segment): boolean {
  if (a.kind === 'any-depth' || b.kind === 'any-depth') return a.kind === b.kind;
  if (a === ANY_SEGMENT || (a.kind === 'glob' && a.tokens.length === 1 && a.tokens[0]?.kind === 'run')) return true;
  if (b.kind === 'text') return segmentTakes(a, b.text);
  return a.kind === 'glob' && JSON.stringify(a.tokens) === JSON.stringify(b.tokens);
}
