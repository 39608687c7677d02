import { type Body, type Segment, sameLines, segmentLines } from './segments.ts';

/** One side's segments beside the base's: which are there still, and what was added behind which. */
export class Ordered {
  /** Those that both have stand in the base's order. */
  readonly keepsOrder: boolean;
  readonly #found: ReadonlyMap<string, Segment>;
  /** By the place in the base of what they stand behind; -1 for the start. */
  readonly #added = new Map<number, Segment[]>();
  readonly #base: ReadonlyMap<string, Segment>;

  constructor(base: Body, side: Body) {
    this.#base = new Map(base.segments.map((segment) => [segment.key, segment]));
    this.#found = new Map(side.segments.map((segment) => [segment.key, segment]));
    const places = new Map(base.segments.map(({ key }, index) => [key, index]));
    let last = -1;
    let keepsOrder = true;
    for (const segment of side.segments) {
      const place = places.get(segment.key);
      if (place === undefined) this.#add(last, segment);
      else {
        keepsOrder &&= place > last;
        last = place;
      }
    }
    this.keepsOrder = keepsOrder;
  }

  #add(place: number, segment: Segment): void {
    const added = this.#added.get(place);
    if (added === undefined) this.#added.set(place, [segment]);
    else added.push(segment);
  }

  find(key: string): Segment | undefined {
    return this.#found.get(key);
  }

  addedAfter(place: number): readonly Segment[] {
    return this.#added.get(place) ?? [];
  }

  get added(): readonly Segment[] {
    return [...this.#added.values()].flat();
  }

  /** Null takes it away. */
  replace(added: Segment, by: Segment | null): void {
    for (const [place, segments] of this.#added) {
      const index = segments.indexOf(added);
      if (index >= 0) this.#added.set(place, segments.toSpliced(index, 1, ...(by === null ? [] : [by])));
    }
  }

  /** Names that it gives to something for the first time, with the key of the segment that does. */
  get newNames(): ReadonlyMap<string, string> {
    const known = new Set([...this.#base.values()].flatMap(({ binds }) => binds));
    const names = new Map<string, string>();
    for (const segment of this.#found.values()) {
      const before = this.#base.get(segment.key);
      if (before !== undefined && sameLines(segmentLines(before), segmentLines(segment))) continue;
      for (const name of segment.binds) if (!known.has(name)) names.set(name, segment.key);
    }
    return names;
  }
}
