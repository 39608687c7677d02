/** What a file of settings says, apart from how it is written: the proof of a merge that was made of its lines. */

import { isDeepStrictEqual } from 'node:util';
import { parse as parseJson } from 'jsonc-parser';
import { parse as parseYaml } from 'yaml';

import { type Table, tableAt } from '../detect/parsed.ts';
import { readToml, requirementName } from './line-bodies.ts';

/** Stands for a value that two sides want to be different. */
const CLASH = Symbol('clash');

export type Reader = (text: string) => unknown;

export const READERS = {
  json: (text: string): unknown => parseJson(text, [], { allowTrailingComma: true }),
  yaml: (text: string): unknown => parseYaml(text, { logLevel: 'silent' }),
  toml: (text: string): unknown => withLists(readToml(text)),
} satisfies Readonly<Record<string, Reader>>;

export interface ThreeValues {
  readonly base: unknown;
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** Whether a value is what comes of the changes of both, key by key. */
export function isMergeOf(result: unknown, values: ThreeValues): boolean {
  const wanted = merged(values);
  return wanted !== CLASH && isDeepStrictEqual(result, wanted);
}

function merged({ base, ours, theirs }: ThreeValues): unknown {
  if (isDeepStrictEqual(ours, base)) return theirs;
  if (isDeepStrictEqual(theirs, base) || isDeepStrictEqual(ours, theirs)) return ours;
  if (!isTable(ours) || !isTable(theirs) || !(base === undefined || isTable(base))) return CLASH;
  const keys = new Set([...Object.keys(base ?? {}), ...Object.keys(ours), ...Object.keys(theirs)]);
  const entries: [string, unknown][] = [];
  for (const key of keys) {
    const value = merged({
      base: valueAt(base, key),
      ours: valueAt(ours, key),
      theirs: valueAt(theirs, key),
    });
    if (value === CLASH) return CLASH;
    if (value !== undefined) entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function valueAt(table: Table | undefined, key: string): unknown {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Lists of requirements as tables, by name: their order means nothing. */
function withLists(value: unknown): unknown {
  if (Array.isArray(value)) {
    const names = value.map((each) => (typeof each === 'string' ? requirementName(each) : null));
    const isList = names.length > 0 && !names.includes(null) && new Set(names).size === names.length;
    return isList ? Object.fromEntries(value.map((each, index) => [names[index], each])) : value;
  }
  if (!isTable(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withLists(each)]));
}

/** Where package.json and its like name packages. */
export const PACKAGE_TABLES: readonly string[] = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
];

/** Packages that each side adds in another table: they may want different versions of one. */
export function packageClashes({ base, ours, theirs }: ThreeValues): readonly string[] {
  const added = (side: unknown): ReadonlySet<string> => {
    const names = new Set<string>();
    for (const table of PACKAGE_TABLES) {
      const known = tableAt(isTable(base) ? base : {}, table);
      for (const name of Object.keys(tableAt(isTable(side) ? side : {}, table)))
        if (!Object.hasOwn(known, name)) names.add(name);
    }
    return names;
  };
  const mine = added(ours);
  const own = (side: unknown, name: string): unknown =>
    PACKAGE_TABLES.map((table) => valueAt(tableAt(isTable(side) ? side : {}, table), name));
  return [...added(theirs)].filter(
    (name) => mine.has(name) && !isDeepStrictEqual(own(ours, name), own(theirs, name)),
  );
}
