/** Whose changes meet in a path: nothing else can conflict, and comparing names costs next to nothing. */

/** Paths by who changes them, in git's bytes as latin1. */
export interface ChangedBy {
  readonly paths: ReadonlySet<string>;
}

/**
 * Pairs of places in the list, the smaller first, whose paths meet: the same one, or one where the other has a folder.
 */
export function meetingPairs(all: readonly ChangedBy[]): readonly (readonly [number, number])[] {
  const byPath = placesByPath(all);
  const pairs = new Map<string, readonly [number, number]>();
  for (const [path, places] of byPath) {
    const near = [places, ...foldersOf(path).map((folder) => byPath.get(folder) ?? [])].flat();
    for (const one of places) {
      for (const other of near) {
        const pair = one < other ? ([one, other] as const) : ([other, one] as const);
        if (one !== other) pairs.set(pair.join(), pair);
      }
    }
  }
  return [...pairs.values()].sort(([a, b], [c, d]) => a - c || b - d);
}

function placesByPath(all: readonly ChangedBy[]): ReadonlyMap<string, readonly number[]> {
  const byPath = new Map<string, number[]>();
  for (const [place, { paths }] of all.entries()) {
    for (const path of paths) {
      const places = byPath.get(path);
      if (places === undefined) byPath.set(path, [place]);
      else places.push(place);
    }
  }
  return byPath;
}

function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1))
    folders.push(path.slice(0, slash));
  return folders;
}
