/** Which groups there are, and what number each has. */

import type { FindingList } from '../finding-list.ts';
import type { Place } from '../located-text.ts';
import type { RawGroup } from './raw-group.ts';
import type { TableTask } from './task-table.ts';

export interface PlacedGroup {
  readonly number: number;
  /** How the plan names it: its number or letter, in lower case. */
  readonly key: string;
  readonly name: string;
  readonly at: Place;
  /** Absent for a group that only the table names. */
  readonly raw?: RawGroup;
}

/** `2` of `Group 2`, `a` of `Parallel Group A` or `A`; null for text that names none. In lower case. */
export function groupKeyIn(text: string): string | null {
  const letter = /^\s*(?:parallel\s+)?(?:groups?\s+)?([a-z])\s*$/i.exec(text)?.[1];
  return (letter ?? /\d{1,6}/.exec(text)?.[0])?.toLowerCase() ?? null;
}

/** Groups with the numbers they are given, the rest behind the largest of them. Of two with one number both are looked at. */
export function numbered(
  sections: readonly RawGroup[],
  rows: readonly TableTask[],
  findings: FindingList,
): readonly PlacedGroup[] {
  const groups: PlacedGroup[] = [];
  const taken = new Map<number, PlacedGroup>();
  const add = (group: PlacedGroup): void => {
    if (!taken.has(group.number)) taken.set(group.number, group);
    groups.push(group);
  };
  const own = sections.map((raw) =>
    raw.kind === 'group' && /^\d+$/.test(raw.number ?? '') ? Number(raw.number) : null,
  );
  let next = Math.max(0, ...own.map((number) => number ?? 0), ...numbersIn(rows));
  for (const [index, raw] of sections.entries()) {
    const written = own[index] ?? null;
    const other = written === null ? undefined : taken.get(written);
    if (other !== undefined)
      findings.error({
        rule: 'duplicate-group',
        at: raw.at,
        message: `there is another Parallel Group ${written}, in line ${other.at.line}`,
        remedy: 'Give each group a number of its own.',
      });
    if (written === null) next += 1;
    const number = written ?? next;
    const name = raw.name === '' ? wordOf(raw, number) : raw.name;
    add({ number, key: (raw.number ?? String(number)).toLowerCase(), name, at: raw.at, raw });
  }
  for (const group of ofRows(rows, groups, next)) add(group);
  return groups;
}

function numbersIn(rows: readonly TableTask[]): readonly number[] {
  return rows.map(({ group }) => Number(groupKeyIn(group?.value ?? '') ?? 0) || 0);
}

/** Those that only tables name; letters get the next numbers, in the order of the alphabet. */
function ofRows(
  rows: readonly TableTask[],
  known: readonly PlacedGroup[],
  largest: number,
): readonly PlacedGroup[] {
  const places = new Map<string, Place>();
  for (const { group, at } of rows) {
    const key = groupKeyIn(group?.value ?? '');
    const isKnown = key === null || places.has(key) || known.some((each) => isCalled(each, key));
    if (!isKnown) places.set(key, group?.at ?? at);
  }
  const letters = [...places.keys()].filter((key) => !/^\d/.test(key)).toSorted();
  return [...places].map(([key, at]) => {
    const number = /^\d/.test(key) ? Number(key) : largest + 1 + letters.indexOf(key);
    return { number, key, name: `Group ${key.toUpperCase()}`, at };
  });
}

/** Whether a table, or a mark, means this group with its number or letter. */
export function isCalled({ number, key, raw }: PlacedGroup, name: string): boolean {
  return raw?.kind !== 'workstream' && (key === name || String(number) === name);
}

function wordOf({ kind, number }: RawGroup, own: number): string {
  return `${kind === 'group' ? 'Group' : 'Workstream'} ${number ?? own}`;
}
