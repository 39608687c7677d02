/** From places in a text to segments: what shares a line is one segment, and a comment belongs to what it stands on. */

import { type Body, keyOfLines, numbered, type Segment, type SegmentKind } from './segments.ts';

/** A named place, from the first character on; the end does not belong to it. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  /** A `mark` parts its neighbours, and belongs to the line it stands in. */
  readonly kind: SegmentKind | 'mark';
  /** Without one, its lines name it. */
  readonly key?: string;
  readonly binds?: readonly string[];
  /** What lies within, where that can be looked into. */
  readonly inner?: Inner;
}

export interface Inner {
  /** Offset of what opens it; its lines begin below. */
  readonly open: number;
  /** Offset of what closes it; absent where only its last line does. */
  readonly close?: number;
  readonly pieces: readonly Piece[];
  /** Commas part what lies in it. */
  readonly commas?: true;
}

export class Tiler {
  readonly #lines: readonly string[];
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#lines = text.split('\n');
    const starts = [0];
    for (const line of this.#lines) starts.push((starts.at(-1) ?? 0) + line.length + 1);
    this.#starts = starts;
  }

  /** Null for what does not stand in lines of its own. */
  whole(pieces: readonly Piece[]): Body | null {
    return this.#tile({ first: 0, last: this.#lines.length - 1, pieces, commas: false });
  }

  /** Of a text that is one value, with what opens and closes it. */
  root(inner: Inner): Body | null {
    return this.#body(inner, 0, this.#lines.length - 1);
  }

  #tile({ first, last, pieces, commas }: Range): Body | null {
    const groups = this.#groups(pieces);
    const segments: Segment[] = [];
    let next = first;
    let comments: readonly string[] = [];
    let above: readonly string[] = [];
    let endsInComma = false;
    for (const [index, group] of groups.entries()) {
      if (group.first < next || group.last > last) return null;
      const blanks = this.#blank(next, group.first);
      if (blanks === null) return null;
      next = group.last + 1;
      if (comments.length === 0) above = blanks;
      const isComment = group.pieces.every(({ kind }) => kind === 'comment');
      if (isComment) {
        comments = [...comments, ...this.#lines.slice(group.first, next)];
        // One that stands apart from what follows is for itself.
        if (groups[index + 1]?.first === next) continue;
        segments.push(segmentOf('comment', above, comments));
      } else {
        const made = this.#segment(group, { blanks: above, comments, commas });
        if (made === null) return null;
        segments.push(made.segment);
        endsInComma = made.hasComma;
      }
      comments = [];
    }
    const tail = this.#blank(next, last + 1);
    return tail === null ? null : { head: [], segments: numbered(segments), tail, endsInComma };
  }

  /** Lines from one up to another; null when something stands there. */
  #blank(from: number, to: number): readonly string[] | null {
    const lines = this.#lines.slice(from, to);
    return lines.every((line) => line.trim() === '') ? lines : null;
  }

  #groups(pieces: readonly Piece[]): readonly Group[] {
    const groups: Group[] = [];
    for (const piece of pieces.toSorted((one, other) => one.from - other.from)) {
      const [first, last] = [this.#lineAt(piece.from), this.#lineAt(Math.max(piece.from, piece.to - 1))];
      const before = groups.at(-1);
      if (before !== undefined && first <= before.last) {
        before.pieces.push(piece);
        before.last = Math.max(before.last, last);
      } else groups.push({ first, last, pieces: [piece] });
    }
    return groups;
  }

  #segment({ first, last, pieces }: Group, around: Around): Made | null {
    const { blanks, comments, commas } = around;
    const mains = pieces.filter(({ kind }) => kind !== 'comment' && kind !== 'mark');
    const [main] = mains;
    if (main === undefined) return null;
    const lines = [...comments, ...this.#lines.slice(first, last + 1)];
    // A comment that ends in the line of a declaration, or begins in it and goes on, belongs to nothing else either.
    if (mains.length > 1)
      return commas ? null : { segment: segmentOf('other', blanks, lines), hasComma: false };
    const parted = commas ? this.#parted(main, last, pieces) : null;
    if (commas && parted === null) return null;
    const inner = main.inner === undefined ? null : this.#body(main.inner, first, last);
    const whole: Body | null = inner === null ? null : { ...inner, head: [...comments, ...inner.head] };
    const kept = parted === null ? {} : { joint: parted.column };
    const cut = (all: readonly string[]): readonly string[] =>
      parted?.hasComma === true ? [...all.slice(0, -1), without(all.at(-1) ?? '', parted.column)] : all;
    const content =
      whole === null ? { lines: cut(lines) } : { lines: [], body: { ...whole, tail: cut(whole.tail) } };
    const key = main.key ?? keyOfLines(cut(lines));
    const segment: Segment = {
      kind: main.kind as SegmentKind,
      key,
      binds: main.binds ?? [],
      blanks,
      ...content,
      ...kept,
    };
    return { segment, hasComma: parted?.hasComma ?? false };
  }

  /** Where the comma behind it is, or would be; null where that is not in its last line. */
  #parted(main: Piece, last: number, pieces: readonly Piece[]): Parted | null {
    const end = this.#lineAt(main.to - 1);
    const comma = pieces.find(({ kind, from }) => kind === 'mark' && from >= main.to);
    if (end !== last || (comma !== undefined && this.#lineAt(comma.from) !== last)) return null;
    const offset = comma?.from ?? main.to;
    return { column: offset - (this.#starts[last] ?? 0), hasComma: comma !== undefined };
  }

  #body({ open, close, pieces, commas }: Inner, first: number, last: number): Body | null {
    const begin = this.#lineAt(open) + 1;
    const end = close === undefined ? last + 1 : this.#lineAt(close);
    if (begin > end) return null;
    const tiled = this.#tile({ first: begin, last: end - 1, pieces, commas: commas === true });
    if (tiled === null) return null;
    const head = this.#lines.slice(first, begin);
    return { ...tiled, head, tail: [...tiled.tail, ...this.#lines.slice(end, last + 1)] };
  }

  /** From 0. */
  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }
}

interface Range {
  readonly first: number;
  readonly last: number;
  readonly pieces: readonly Piece[];
  readonly commas: boolean;
}

interface Group {
  readonly first: number;
  last: number;
  readonly pieces: Piece[];
}

interface Around {
  readonly blanks: readonly string[];
  readonly comments: readonly string[];
  readonly commas: boolean;
}

interface Parted {
  readonly column: number;
  readonly hasComma: boolean;
}

interface Made {
  readonly segment: Segment;
  readonly hasComma: boolean;
}

function segmentOf(kind: 'comment' | 'other', blanks: readonly string[], lines: readonly string[]): Segment {
  return { kind, key: keyOfLines(lines), binds: [], blanks, lines };
}

function without(line: string, column: number): string {
  return `${line.slice(0, column)}${line.slice(column + 1)}`;
}
