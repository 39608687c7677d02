/** Which groups a group comes after. */

import { type FindingList, quoted } from '../finding-list.ts';
import type { Located } from '../located-text.ts';
import {
  type GroupDependencies,
  isPlainDependency,
  readGroupDependencies,
  unreadEntries,
} from './group-dependencies.ts';
import type { PlacedGroup } from './group-numbers.ts';
import { fieldsOfKey, type RawGroup } from './raw-group.ts';

export interface LinkedGroup extends PlacedGroup {
  /** Numbers. */
  readonly after: readonly number[];
  /** Ids of tasks that all of its own wait for. */
  readonly tasks: readonly string[];
}

export function afterGroups(
  groups: readonly PlacedGroup[],
  findTask: (name: string) => string | undefined,
  findings: FindingList,
): readonly LinkedGroup[] {
  const named = new Map<string, number>();
  for (const { raw, key, number } of groups) named.set(`${raw?.kind ?? 'group'} ${key}`, number);
  const order = inOrder(groups);
  const apart: (readonly [number, number])[] = [];
  const linked = groups.map((group) => {
    const earlier = order.slice(0, order.indexOf(group.number));
    const written = dependenciesOf(group.raw, findTask);
    if (written.length === 0) return { ...group, after: unsaid(group, earlier), tasks: [] };
    return linkGroup({ group, groups, earlier, named, findTask, findings, apart }, written);
  });
  return keptApart(linked, apart, order);
}

/** By their numbers, where those are written; the others stay at their places in the file. */
function inOrder(groups: readonly PlacedGroup[]): readonly number[] {
  const isNumbered = ({ key, number }: PlacedGroup): boolean => key === String(number);
  const numbers = groups
    .flatMap((group) => (isNumbered(group) ? [group.number] : []))
    .toSorted((a, b) => a - b);
  let index = 0;
  return groups.map((group) => {
    if (!isNumbered(group)) return group.number;
    index += 1;
    return numbers[index - 1] ?? group.number;
  });
}

/** What a group needs beside groups and tasks is no dependency: `Requires: Node 22.1`. */
function dependenciesOf(
  raw: RawGroup | undefined,
  findTask: Linking['findTask'],
): readonly Located<string>[] {
  if (raw === undefined) return [];
  const needs = fieldsOfKey(raw, 'needs').filter(({ value }) => {
    const { groups, tasks, allPrevious } = readGroupDependencies(value);
    const own = isPlainDependency(value) ? tasks : tasks.filter((name) => findTask(name) !== undefined);
    return allPrevious || groups.length + own.length > 0;
  });
  return [...fieldsOfKey(raw, 'after'), ...needs];
}

/** Of two that must not run at once, and are not ordered, the later one waits. */
function keptApart(
  groups: readonly LinkedGroup[],
  pairs: readonly (readonly [number, number])[],
  order: readonly number[],
): readonly LinkedGroup[] {
  const after = new Map(groups.map((group) => [group.number, new Set(group.after)]));
  for (const [one, other] of pairs) {
    if (after.get(one)?.has(other) === true || after.get(other)?.has(one) === true) continue;
    const [first, last] = order.indexOf(one) < order.indexOf(other) ? [one, other] : [other, one];
    after.get(last)?.add(first);
  }
  return groups.map((group) => ({ ...group, after: [...(after.get(group.number) ?? [])] }));
}

/** Groups follow one another; workstreams are there to run side by side. */
function unsaid({ raw }: PlacedGroup, earlier: readonly number[]): readonly number[] {
  return raw?.kind === 'workstream' ? [] : earlier.slice(-1);
}

interface Linking {
  readonly group: PlacedGroup;
  readonly groups: readonly PlacedGroup[];
  readonly earlier: readonly number[];
  readonly named: ReadonlyMap<string, number>;
  readonly findTask: (name: string) => string | undefined;
  readonly findings: FindingList;
  /** Pairs that must not run at once. */
  readonly apart: (readonly [number, number])[];
}

function linkGroup(linking: Linking, fields: readonly Located<string>[]): LinkedGroup {
  const { group, earlier, findTask, apart } = linking;
  const after = new Set<number>();
  const tasks = new Set<string>();
  for (const written of fields) {
    const says = withoutVersions(readGroupDependencies(written.value), written.value, findTask);
    if (says.isUnclear) warnOfUnclear(linking, written);
    const beside = new Set(says.overlaps.map((name) => findGroup(linking, name)));
    const previous = says.allPrevious || says.isUnclear ? earlier : [];
    const knownGroups = (names: readonly string[]): readonly number[] =>
      known(
        names,
        (name) => findGroup(linking, name),
        (name) => unknown(linking, written, `${wordOf(group)} ${name}`),
      );
    for (const number of previous) if (!beside.has(number)) after.add(number);
    for (const number of knownGroups(says.groups)) after.add(number);
    for (const number of knownGroups(says.apart)) apart.push([group.number, number]);
    const ids = known(says.tasks, findTask, (name) => unknown(linking, written, `task ${name}`));
    for (const id of ids) tasks.add(id);
    if (!says.isUnclear && says.groups.length + says.tasks.length > 0) warnOfUnread(linking, written, after);
    checkOverlaps(linking, written, { says, after });
  }
  return { ...group, after: [...after], tasks: [...tasks] };
}

/** `3.11` of `Python 3.11` is no task that is missing. */
function withoutVersions(
  says: GroupDependencies,
  value: string,
  findTask: Linking['findTask'],
): GroupDependencies {
  const tasks = says.tasks.filter((name) => findTask(name) !== undefined);
  const isWhole = tasks.length === says.tasks.length || isPlainDependency(value);
  return isWhole ? says : { ...says, tasks, isUnclear: true };
}

function isStream({ raw }: PlacedGroup): boolean {
  return raw?.kind === 'workstream';
}

function wordOf(group: PlacedGroup): string {
  return isStream(group) ? 'Workstream' : 'Group';
}

function known<T>(
  names: readonly string[],
  find: (name: string) => T | undefined,
  isUnknown: (name: string) => void,
): readonly T[] {
  return names.flatMap((name) => {
    const found = find(name);
    if (found === undefined) isUnknown(name);
    return found ?? [];
  });
}

function warnOfUnclear({ group, findings }: Linking, { value, at }: Located<string>): void {
  findings.warn({
    rule: 'group-dependencies-unclear',
    at,
    message: `what Group ${group.number} waits for cannot be told from ${quoted(value)}: it is run behind all groups before it`,
    remedy: 'Write `None`, `Group 1 complete`, or `All previous groups complete`.',
  });
}

/** Beside what is read: words may be a remark, but neither a number nor the name of a group. */
function warnOfUnread(
  { group, groups, findTask, findings }: Linking,
  { value, at }: Located<string>,
  after: ReadonlySet<number>,
): void {
  const others = groups.filter(({ number }) => !after.has(number));
  const names = new Set(others.map(({ name }) => name.toLowerCase()));
  const isName = (entry: string): boolean =>
    /\d/.test(entry) || names.has(bareName(entry)) || findTask(entry) !== undefined;
  const [unread] = unreadEntries(value).filter(isName);
  if (unread === undefined) return;
  findings.warn({
    rule: 'group-dependencies-unclear',
    at,
    message: `${quoted(unread)} in what ${wordOf(group)} ${group.raw?.number ?? group.number} waits for is no group and no task: it is not waited for`,
    remedy: 'Write `Group 1`, `Group 1, Group 2` or `Task 1.1` for each that is to be waited for.',
  });
}

function bareName(entry: string): string {
  return entry
    .toLowerCase()
    .replace(/^the\s+|\s+group$/g, '')
    .replace(/^["']|["']$/g, '');
}

function findGroup({ group, named }: Linking, name: string): number | undefined {
  const key = name.toLowerCase();
  const kinds = group.raw?.kind === 'workstream' ? ['workstream', 'group'] : ['group', 'workstream'];
  return kinds.map((kind) => named.get(`${kind} ${key}`)).find((number) => number !== undefined);
}

function unknown({ group, findings }: Linking, { at }: Located<string>, what: string): void {
  findings.error({
    rule: 'unknown-group',
    at,
    message: `${wordOf(group)} ${group.raw?.number ?? group.number} waits for ${what}, which ${isStream(group) ? 'is no group of tasks' : 'the plan does not have'}`,
    remedy: isStream(group)
      ? 'Let all workstreams be single tasks, or give each of them tasks with ids; or name one of the plan.'
      : 'Name a group of the plan by its number.',
  });
}

function checkOverlaps(
  linking: Linking,
  { at }: Located<string>,
  { says, after }: { readonly says: GroupDependencies; readonly after: ReadonlySet<number> },
): void {
  const { group, findings } = linking;
  for (const name of says.overlaps) {
    const number = findGroup(linking, name);
    if (number !== undefined && !after.has(number)) continue;
    findings.warn({
      rule: 'overlap-unclear',
      at,
      message:
        number === undefined
          ? `Group ${group.number} can overlap with Group ${name}, which the plan does not have`
          : `Group ${group.number} can overlap with Group ${name}, and waits for it as well: it waits`,
      remedy: 'Say of each group either that it is waited for or that it can overlap.',
    });
  }
}
