/** Globs within one path segment: `*`, `?` and `[…]` over code points. */

/** Code points from `first` to `last`, both included. */
interface Span {
  readonly first: number;
  readonly last: number;
}

export type GlobToken =
  /** Any run of characters, an empty one included. */
  | { readonly kind: 'run' }
  /** One character out of these; `exactly` when it is a plain character of the pattern. Spans are sorted and apart. */
  | { readonly kind: 'set'; readonly spans: readonly Span[]; readonly exactly?: string };

const RUN: GlobToken = { kind: 'run' };
const LAST_CODE_POINT = 0x10ffff;
const SLASH = 0x2f;
const ANY: GlobToken = { kind: 'set', spans: invert([]) };

/** Total: a bracket that is never closed, or that holds nothing, stands for itself. */
export function parseGlob(segment: string): readonly GlobToken[] {
  const characters = [...segment];
  const tokens: GlobToken[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '*') {
      if (tokens.at(-1) !== RUN) tokens.push(RUN);
    } else if (character === '?') {
      tokens.push(ANY);
    } else {
      const found = character === '[' ? parseClass(characters, at) : null;
      tokens.push(found === null ? exactly(character) : found.token);
      at = found === null ? at : found.end;
    }
  }
  return tokens;
}

/** The same where a run is all that there is, and any other character stands for itself. */
export function parseStars(text: string): readonly GlobToken[] {
  return parseGlob(text.replace(/[[?]/g, '[$&]'));
}

function exactly(character: string): GlobToken {
  const code = codeOf(character);
  return { kind: 'set', spans: [{ first: code, last: code }], exactly: character };
}

/** The class that opens at `start`; `end` is the place of its closing bracket. */
function parseClass(characters: readonly string[], start: number): { token: GlobToken; end: number } | null {
  const negated = characters[start + 1] === '!' || characters[start + 1] === '^';
  const from = start + (negated ? 2 : 1);
  // A closing bracket in the first place is a member of the class.
  const end = characters.indexOf(']', from + 1);
  if (end < 0) return null;
  const spans: Span[] = [];
  for (let at = from; at < end; at += 1) {
    const first = codeOf(characters[at] ?? '');
    const isRange = characters[at + 1] === '-' && at + 2 < end;
    const last = isRange ? codeOf(characters[at + 2] ?? '') : first;
    if (isRange) at += 2;
    if (first <= last) spans.push({ first, last });
  }
  const inverted = invert(spans);
  return { token: { kind: 'set', spans: negated ? inverted : invert(inverted) }, end };
}

/** Everything that is in none of the spans, but for the slash, which no segment holds. */
function invert(spans: readonly Span[]): readonly Span[] {
  const taken = [...spans, { first: SLASH, last: SLASH }].toSorted((a, b) => a.first - b.first);
  const free: Span[] = [];
  let from = 0;
  for (const span of taken) {
    if (span.first > from) free.push({ first: from, last: span.first - 1 });
    from = Math.max(from, span.last + 1);
  }
  if (from <= LAST_CODE_POINT) free.push({ first: from, last: LAST_CODE_POINT });
  return free;
}

const CAPITALS: Span = { first: 0x41, last: 0x5a };
const TO_SMALL = 0x20;
const LAST_OF_ASCII = 0x7f;

/** What stands for the token in text without capitals. A class takes the small letters of its capitals in; beyond ASCII it takes all. */
export function foldToken(token: GlobToken): readonly GlobToken[] {
  if (token.kind === 'run') return [token];
  // Some capitals are two characters when they are small.
  if (token.exactly !== undefined) return [...token.exactly.toLowerCase()].map(exactly);
  if (token.spans.some(({ last }) => last > LAST_OF_ASCII)) return [ANY];
  const small = token.spans.map(({ first, last }) => ({
    first: Math.max(first, CAPITALS.first) + TO_SMALL,
    last: Math.min(last, CAPITALS.last) + TO_SMALL,
  }));
  const both = [...token.spans, ...small.filter(({ first, last }) => first <= last)];
  return [{ kind: 'set', spans: invert(invert(both)) }];
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

export function matchesGlob(tokens: readonly GlobToken[], name: string): boolean {
  return name !== '' && globsMeet(tokens, [...name].map(exactly));
}

/** True when some text is matched by both. */
export function globsMeet(a: readonly GlobToken[], b: readonly GlobToken[]): boolean {
  return sequencesMeet(a, b, tokenRules);
}

const tokenRules = {
  isRun: (token: GlobToken): boolean => token.kind === 'run',
  meet: (a: GlobToken, b: GlobToken): boolean =>
    a.kind === 'run' || b.kind === 'run' || spansMeet(a.spans, b.spans),
};

export interface SequenceRules<T> {
  /** True for an element that stands for any number of elements, none included. */
  readonly isRun: (element: T) => boolean;
  /** Asked of two elements that each stand for one. */
  readonly meet: (a: T, b: T) => boolean;
}

/** Is there a sequence that both describe? Takes time in the product of the lengths, whatever the elements are. */
export function sequencesMeet<T>(
  a: readonly T[],
  b: readonly T[],
  { isRun, meet }: SequenceRules<T>,
): boolean {
  // reachable[j]: the first i elements of a and the first j of b can describe one and the same sequence.
  let reachable = [true];
  for (const [j, y] of b.entries()) reachable.push(reachable[j] === true && isRun(y));
  for (const x of a) {
    const next = [isRun(x) && reachable[0] === true];
    for (const [j, y] of b.entries()) {
      next.push(
        isRun(x) || isRun(y)
          ? reachable[j + 1] === true || next[j] === true
          : reachable[j] === true && meet(x, y),
      );
    }
    reachable = next;
  }
  return reachable[b.length] === true;
}

function spansMeet(a: readonly Span[], b: readonly Span[]): boolean {
  return a.some((x) => b.some((y) => x.first <= y.last && y.first <= x.last));
}
