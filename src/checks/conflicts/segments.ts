/**
 * A text as a list of named segments: whole lines that stand for an import, a declaration, a test, a key. Segments
 * may have segments within. Every line belongs to one of them or is blank, so that a text can be put together again.
 */

export type SegmentKind =
  | 'import'
  | 'symbol'
  | 'test'
  | 'dependency'
  | 'key'
  | 'entry'
  | 'comment'
  /** Nothing that may be put beside another side's without asking. */
  | 'other';

export interface Segment {
  readonly kind: SegmentKind;
  /** Names it among its neighbours; of two with one name the second has a number. */
  readonly key: string;
  /** What it gives a name to in the file. */
  readonly binds: readonly string[];
  /** The blank lines above it. */
  readonly blanks: readonly string[];
  /** With the comment that stands on it; without the comma that parts it from the next, see `joint`. */
  readonly lines: readonly string[];
  /** Column of the last line where a comma goes, where segments are parted by commas. */
  readonly joint?: number;
  /** Then `lines` is empty. */
  readonly body?: Body;
}

export interface Body {
  readonly head: readonly string[];
  readonly segments: readonly Segment[];
  readonly tail: readonly string[];
  /** Whether a comma follows the last segment, where they are parted by commas. */
  readonly endsInComma: boolean;
}

/** Its name among its neighbours, for one that is a comment or cannot be told apart otherwise. */
export function keyOfLines(lines: readonly string[]): string {
  return lines.map((line) => line.trim()).join('\n');
}

export function bodyLines({ head, segments, tail, endsInComma }: Body): readonly string[] {
  const last = segments.findLastIndex(({ kind }) => kind !== 'comment');
  return [
    ...head,
    ...segments.flatMap((segment, index) => [
      ...segment.blanks,
      ...withComma(segment, index < last || endsInComma),
    ]),
    ...tail,
  ];
}

/** Without the blank lines above and the comma behind. */
export function segmentLines({ lines, body }: Segment): readonly string[] {
  return body === undefined ? lines : bodyLines(body);
}

function withComma(segment: Segment, wanted: boolean): readonly string[] {
  const lines = segmentLines(segment);
  const { joint } = segment;
  const last = lines.at(-1);
  if (!wanted || joint === undefined || last === undefined) return lines;
  return [...lines.slice(0, -1), `${last.slice(0, joint)},${last.slice(joint)}`];
}

export function sameLines(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}

/** Numbers those that have the name of one before them. */
export function numbered(segments: readonly Segment[]): readonly Segment[] {
  const seen = new Map<string, number>();
  return segments.map((segment) => {
    const count = seen.get(segment.key) ?? 0;
    seen.set(segment.key, count + 1);
    return count === 0 ? segment : { ...segment, key: `${segment.key}\0${count}` };
  });
}
