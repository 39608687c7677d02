/**
 * Three texts as segments, merged segment by segment: what one side alone changed is taken, and what both added in
 * one place stands one after the other, ours first. Anything else is a problem, and then there is no result.
 */

import { addsOnly, mergeImports } from './merge-imports.ts';
import { Ordered } from './ordered.ts';
import { type Body, type Segment, type SegmentKind, sameLines, segmentLines } from './segments.ts';

export interface ThreeBodies {
  readonly base: Body;
  readonly ours: Body;
  readonly theirs: Body;
}

export interface MergedBodies {
  readonly body: Body;
  /** Of what both sides put in one place. */
  readonly kinds: ReadonlySet<SegmentKind>;
  /** Why it may not be merged; empty when it may. */
  readonly problems: readonly string[];
}

export function mergeBodies(texts: ThreeBodies): MergedBodies {
  const merging = new Merging();
  const body = merging.bodies(texts);
  return { body, kinds: merging.kinds, problems: merging.problems };
}

/** What was done at one end of a segment, or in the gap between two. */
interface Touch {
  readonly ours: boolean;
  readonly theirs: boolean;
  readonly kinds: readonly SegmentKind[];
  /** More than an addition to a list. */
  readonly firm: boolean;
}

interface ThreeSegments {
  readonly base: Segment;
  readonly ours: Segment | undefined;
  readonly theirs: Segment | undefined;
}

const UNTOUCHED: Touch = { ours: false, theirs: false, kinds: [], firm: false };

/** Where each has a name of its own, and order means nothing. */
const NAMED: readonly SegmentKind[] = ['dependency', 'key', 'entry'];
const ADDABLE: readonly SegmentKind[] = [...NAMED, 'import', 'symbol', 'test', 'comment'];

class Merging {
  readonly kinds = new Set<SegmentKind>();
  readonly problems: string[] = [];

  bodies({ base, ours, theirs }: ThreeBodies): Body {
    const [own, other] = [new Ordered(base, ours), new Ordered(base, theirs)];
    if (!own.keepsOrder || !other.keepsOrder) this.problems.push('parts were put in another order');
    this.#addedByBoth(own, other);
    const segments: Segment[] = [];
    let before = UNTOUCHED;
    let isGap = false;
    for (let at = -1; at < base.segments.length; at += 1) {
      const segment = base.segments[at];
      if (segment !== undefined) {
        const three = { base: segment, ours: own.find(segment.key), theirs: other.find(segment.key) };
        const [first, last] = touchesOf(three);
        // A blank line keeps two changes apart, but may have come with what was put beside it.
        if (segment.blanks.length === 0 || isGap) this.#meet(before, first);
        before = last;
        isGap = false;
        const merged = this.#segment(three);
        if (merged !== null) segments.push(merged);
      }
      const added = [own.addedAfter(at), other.addedAfter(at)] as const;
      if (added.every(({ length }) => length === 0)) continue;
      const touch = gapTouch(...added);
      this.#meet(before, touch);
      before = touch;
      isGap = true;
      segments.push(...this.#gap(...added));
    }
    const head = this.#lines(base.head, ours.head, theirs.head);
    const tail = this.#lines(base.tail, ours.tail, theirs.tail);
    const { endsInComma } = ours.endsInComma === base.endsInComma ? theirs : ours;
    return { head, segments, tail, endsInComma };
  }

  /** One name is added once. */
  #addedByBoth(own: Ordered, other: Ordered): void {
    const mine = new Map(own.added.map((segment) => [segment.key, segment]));
    for (const theirs of other.added) {
      const ours = mine.get(theirs.key);
      if (ours === undefined) continue;
      const merged = isSame(ours, theirs) ? ours : mergeImports(null, ours, theirs);
      if (merged === null) this.problems.push(`both add ${nameOf(ours)}`);
      else if (merged !== ours) this.kinds.add('import');
      own.replace(ours, merged ?? ours);
      other.replace(theirs, null);
    }
    const names = own.newNames;
    for (const [name, key] of other.newNames) {
      const mineToo = names.get(name);
      if (mineToo !== undefined && mineToo !== key)
        this.problems.push(`both give something the name ${name}`);
    }
  }

  #gap(ours: readonly Segment[], theirs: readonly Segment[]): readonly Segment[] {
    const all = [...ours, ...theirs];
    if (ours.length === 0 || theirs.length === 0) return all;
    const odd = all.find(({ kind }) => !ADDABLE.includes(kind));
    if (odd !== undefined)
      this.problems.push(`both add to one place, and not only what is named: ${nameOf(odd)}`);
    for (const { kind } of all) if (kind !== 'comment') this.kinds.add(kind);
    if (all.every(({ kind }) => NAMED.includes(kind)) && isSorted(ours) && isSorted(theirs))
      return all.toSorted((one, two) => (one.key < two.key ? -1 : 1));
    return [...ours, ...theirs.map((segment, index) => (index === 0 ? setApart(segment) : segment))];
  }

  /** Both touched what lies side by side: fine where neither place nor order matters. */
  #meet(one: Touch, two: Touch): void {
    if (!(one.ours && two.theirs) && !(one.theirs && two.ours)) return;
    const kinds = [...one.kinds, ...two.kinds].filter((kind) => kind !== 'comment');
    const isList = kinds.every((kind) => kind === 'import') && !one.firm && !two.firm;
    if (!isList && !kinds.every((kind) => NAMED.includes(kind)))
      this.problems.push('changes of both lie side by side');
    for (const kind of kinds) this.kinds.add(kind);
  }

  /** Null for one that is gone. */
  #segment({ base, ours, theirs }: ThreeSegments): Segment | null {
    if (ours === undefined || theirs === undefined) {
      const left = ours ?? theirs;
      if (left !== undefined && !isSame(left, base))
        this.problems.push(`one deletes what the other changes: ${nameOf(base)}`);
      return null;
    }
    const blanks = sameLines(ours.blanks, base.blanks) ? theirs.blanks : ours.blanks;
    if (isSame(ours, base)) return { ...theirs, blanks };
    if (isSame(theirs, base) || isSame(ours, theirs)) return { ...ours, blanks };
    return { ...this.#changedByBoth({ base, ours, theirs }), blanks };
  }

  #changedByBoth({ base, ours, theirs }: { readonly [key in keyof ThreeSegments]: Segment }): Segment {
    if (base.body !== undefined && ours.body !== undefined && theirs.body !== undefined) {
      const body = this.bodies({ base: base.body, ours: ours.body, theirs: theirs.body });
      const { joint } = sameLines(body.tail, ours.body.tail) ? ours : theirs;
      return { ...ours, ...(joint === undefined ? {} : { joint }), body };
    }
    const merged = mergeImports(base, ours, theirs);
    if (merged === null) this.problems.push(`both change ${nameOf(base)}`);
    else this.kinds.add('import');
    return merged ?? ours;
  }

  #lines(base: readonly string[], ours: readonly string[], theirs: readonly string[]): readonly string[] {
    if (sameLines(ours, base) || sameLines(ours, theirs)) return theirs;
    if (!sameLines(theirs, base)) this.problems.push(`both change the lines at ${base[0] ?? 'one end'}`);
    return ours;
  }
}

function gapTouch(ours: readonly Segment[], theirs: readonly Segment[]): Touch {
  const kinds = [...ours, ...theirs].map(({ kind }) => kind);
  return { ours: ours.length > 0, theirs: theirs.length > 0, kinds, firm: false };
}

/** At its first line, and at its last. */
function touchesOf({ base, ours, theirs }: ThreeSegments): readonly [Touch, Touch] {
  if (ours !== undefined && theirs !== undefined && isSame(ours, theirs)) return [UNTOUCHED, UNTOUCHED];
  const sides = [ours, theirs].map((side) => changedEnds(base, side));
  const firm = [ours, theirs].some(
    (side) => side === undefined || (!isSame(side, base) && !addsOnly(base, side)),
  );
  const touch = (end: 'first' | 'last'): Touch => ({
    ours: sides[0]?.[end] ?? false,
    theirs: sides[1]?.[end] ?? false,
    kinds: [base.kind],
    firm,
  });
  return [touch('first'), touch('last')];
}

function changedEnds(
  base: Segment,
  side: Segment | undefined,
): { readonly first: boolean; readonly last: boolean } {
  if (side === undefined) return { first: true, last: true };
  const [was, is] = [segmentLines(base), segmentLines(side)];
  return { first: was[0] !== is[0], last: was.at(-1) !== is.at(-1) };
}

function isSame(one: Segment, other: Segment): boolean {
  return sameLines(segmentLines(one), segmentLines(other));
}

function isSorted(segments: readonly Segment[]): boolean {
  return segments.every(({ key }, index) => key >= (segments[index - 1]?.key ?? ''));
}

/** From the other side's, which it did not follow there. */
function setApart(segment: Segment): Segment {
  if (segment.kind === 'import') return { ...segment, blanks: [] };
  const lines = segmentLines(segment);
  if (segment.blanks.length > 0 || lines.length < 2 || NAMED.includes(segment.kind)) return segment;
  return { ...segment, blanks: [lines[0]?.endsWith('\r') === true ? '\r' : ''] };
}

function nameOf({ key }: Segment): string {
  return key.split(/[\0\n]/)[0] ?? '';
}
