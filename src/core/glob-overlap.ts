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

import {
  foldToken,
  type GlobToken,
  globsMeet,
  matchesGlob,
  parseGlob,
  sequencesMeet,
} from './glob-segment.ts';

type Segment =
  | { readonly kind: 'text'; readonly text: string }
  /** `ownText` when the segment's source is a name too. */
  | {
      readonly kind: 'glob';
      readonly tokens: readonly GlobToken[];
      readonly ownText: string | null;
      /** The plain characters before the first operator and behind the last. */
      readonly head: string;
      readonly tail: string;
    }
  /** Any number of segments, none included. */
  | { readonly kind: 'any-depth' };

/** A pattern made ready for many comparisons. */
export interface PathPattern {
  readonly source: string;
  readonly segments: readonly Segment[];
  /** What every matched path begins with, as far as the pattern is plain; may end within a segment. */
  readonly head: string;
  /** What every matched path ends with; empty for a plain path, which means what lies below it too. */
  readonly tail: string;
  /** True without any operator: the path itself and everything below it. */
  readonly plain: boolean;
}

const ANY_SEGMENT: Segment = { kind: 'glob', tokens: parseGlob('*'), ownText: null, head: '', tail: '' };
const ANY_DEPTH: Segment = { kind: 'any-depth' };

/**
 * With `ignoreCase` as file systems see it that know no case: patterns made so meet those made so. Everything that
 * meets otherwise meets then too.
 */
export function parsePattern(source: string, ignoreCase = false): PathPattern {
  const written = source.split('/').filter((name) => name !== '' && name !== '.');
  const segments = written.map((name) => parseSegment(name, ignoreCase));
  const names = ignoreCase ? written.map(foldCase) : written;
  const below = source.endsWith('/') || names.length === 0;
  if (below) segments.push(ANY_DEPTH);
  // `a/**` is what lies below `a`, not `a` itself.
  if (segments.at(-1) === ANY_DEPTH) segments.push(ANY_SEGMENT);
  const plain = segments.every((segment) => segment.kind === 'text');
  const head = plain ? names.join('/') : headOf(segments);
  return { source, segments, plain, head, tail: plain ? '' : tailOf(segments) };
}

function headOf(segments: readonly Segment[]): string {
  let head = '';
  for (const segment of segments) {
    if (segment.kind !== 'text') return segment.kind === 'glob' ? head + segment.head : head;
    head += `${segment.text}/`;
  }
  return head;
}

function tailOf(segments: readonly Segment[]): string {
  const last = segments.at(-1);
  if (last?.kind === 'text') return last.text;
  return last?.kind === 'glob' ? last.tail : '';
}

/** Letters of one kind, and of one code: such file systems look at neither difference. */
function foldCase(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function parseSegment(written: string, ignoreCase: boolean): Segment {
  if (written === '**') return ANY_DEPTH;
  const name = ignoreCase ? foldCase(written) : written;
  if (!/[*?[]/.test(name)) return { kind: 'text', text: name };
  // A range of capitals is none any more when it is folded as text.
  const tokens = ignoreCase ? parseGlob(written.normalize('NFC')).flatMap(foldToken) : parseGlob(name);
  const isText = tokens.every((token) => token.kind === 'set' && token.exactly !== undefined);
  if (isText) return { kind: 'text', text: name };
  return {
    kind: 'glob',
    tokens,
    ownText: name.includes('[') ? name : null,
    head: name.slice(0, name.search(/[*?[]/)),
    tail: name.slice(name.search(/[^*?\]]*$/)),
  };
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
  return segments.length > 0 && sequencesMeet(withBelow(pattern), segments, segmentRules);
}

export function patternsMeet(a: PathPattern, b: PathPattern): boolean {
  // Most pairs are refused here, by comparing their plain ends.
  if (!a.head.startsWith(b.head) && !b.head.startsWith(a.head)) return false;
  if (!a.tail.endsWith(b.tail) && !b.tail.endsWith(a.tail)) return false;
  return sequencesMeet(withBelow(a), withBelow(b), segmentRules);
}

/**
 * True when everything `b` means is meant by `a` too, a plain `b` taken for a file. It may be false where a closer
 * look at two globs would find that it is so (`[ab]` in `?`), and is never wrongly true.
 */
export function patternCovers(a: PathPattern, b: PathPattern): boolean {
  return listCovers(withBelow(a), b.segments);
}

function withBelow(pattern: PathPattern): readonly Segment[] {
  return pattern.plain ? [...pattern.segments, ANY_DEPTH] : pattern.segments;
}

const segmentRules = {
  isRun: (segment: Segment): boolean => segment.kind === 'any-depth',
  meet: segmentsMeet,
};

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

/** As `sequencesMeet`, but every list that `b` describes must be one of `a`'s. */
function listCovers(a: readonly Segment[], b: readonly Segment[]): boolean {
  // covered[j]: the first i segments of a cover the first j of b.
  let covered = b.map(() => false);
  covered.unshift(true);
  for (const x of a) {
    const next = b.map(() => false);
    next.unshift(x.kind === 'any-depth' && covered[0] === true);
    for (const [j, y] of b.entries()) {
      next[j + 1] =
        x.kind === 'any-depth'
          ? covered[j + 1] === true || next[j] === true
          : covered[j] === true && segmentCovers(x, y);
    }
    covered = next;
  }
  return covered[b.length] === true;
}

function segmentCovers(a: Segment, b: Segment): boolean {
  if (a.kind === 'any-depth' || b.kind === 'any-depth') return a.kind === b.kind;
  if (a === ANY_SEGMENT || (a.kind === 'glob' && a.tokens.length === 1 && a.tokens[0]?.kind === 'run'))
    return true;
  if (b.kind === 'text') return segmentTakes(a, b.text);
  return a.kind === 'glob' && JSON.stringify(a.tokens) === JSON.stringify(b.tokens);
}
