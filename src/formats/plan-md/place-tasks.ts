/** Which tasks there are, in which group each stands, and what its id is. */

import { estimateSeconds } from '../estimate.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Place } from '../located-text.ts';
import type { RawGroup } from './group-section.ts';
import { isDone, movedTo } from './marks.ts';
import type { PlanParts } from './plan-parts.ts';
import type { RawTask } from './raw-task.ts';
import { agentNamesIn } from './task-line.ts';
import { groupWords, type TableTask } from './task-table.ts';

export interface PlacedGroup {
  readonly number: number;
  readonly name: string;
  readonly at: Place;
  /** Absent for a group that only the table names. */
  readonly raw?: RawGroup;
}

export interface PlacedTask {
  readonly id: string;
  /** Null in a plan that has no groups. */
  readonly group: number | null;
  readonly raw: RawTask;
  /** Where else the file has it: the same task's row in a table. */
  readonly row?: TableTask;
  readonly isDone: boolean;
}

export interface Placed {
  readonly groups: readonly PlacedGroup[];
  /** In the file's order. */
  readonly tasks: readonly PlacedTask[];
}

export function placeTasks(parts: PlanParts, findings: FindingList): Placed {
  const sections = [...parts.groups, ...parts.workstreams.filter(({ tasks }) => tasks.length > 0)];
  const alone = parts.workstreams.filter(({ tasks }) => tasks.length === 0);
  const groups = numbered(sections, parts.rows, findings);
  const byNumber = new Map(groups.map((group) => [group.number, group]));
  const rows = new Map(parts.rows.map((row) => [nameKey(row.id ?? ''), row]));
  const tasks: PlacedTask[] = [];
  for (const group of groups) {
    for (const [index, raw] of (group.raw?.tasks ?? []).entries()) {
      const id = raw.id ?? `pg${group.number}-task-${index + 1}`;
      const row = rows.get(nameKey(id));
      if (row !== undefined) checkRow({ id, raw, row, group }, findings);
      const placed = placeOne({ id, raw, group }, { byNumber, row }, findings);
      if (placed !== null) tasks.push(placed);
    }
  }
  const listed = new Set(tasks.map(({ id }) => nameKey(id)));
  tasks.push(
    ...parts.rows.flatMap((row) =>
      listed.has(nameKey(row.id ?? '')) ? [] : placeRow(row, groups, findings),
    ),
  );
  tasks.push(...alone.map((stream, index) => placeStream(stream, index, groups, findings)));
  return { groups, tasks: withoutPointers(tasks) };
}

/** How a task is meant when it is named: without `Task`, in any case. */
export function nameKey(name: string): string {
  return name
    .toLowerCase()
    .replace(/^task[-_ ]+(?=.)/, '')
    .trim();
}

/** Groups with the numbers they are given, the rest behind the largest of them. */
function numbered(
  sections: readonly RawGroup[],
  rows: readonly TableTask[],
  findings: FindingList,
): readonly PlacedGroup[] {
  const groups: PlacedGroup[] = [];
  const taken = new Set<number>();
  const own = sections.map((raw) =>
    raw.kind === 'group' && /^\d+$/.test(raw.number ?? '') ? Number(raw.number) : null,
  );
  let next = Math.max(0, ...own.map((number) => number ?? 0));
  for (const [index, raw] of sections.entries()) {
    const written = own[index] ?? null;
    if (written !== null && taken.has(written)) {
      findings.error({
        rule: 'duplicate-group',
        at: raw.at,
        message: `there is another Parallel Group ${written}, in line ${lineOf(groups, written)}`,
        remedy: 'Give each group a number of its own.',
      });
      continue;
    }
    if (written === null) next += 1;
    const number = written ?? next;
    taken.add(number);
    groups.push({ number, name: raw.name === '' ? wordOf(raw, number) : raw.name, at: raw.at, raw });
  }
  for (const { group, at } of rows) {
    const number = Number(/\d{1,6}/.exec(group?.value ?? '')?.[0] ?? Number.NaN);
    if (Number.isNaN(number) || taken.has(number)) continue;
    taken.add(number);
    groups.push({ number, name: `Group ${number}`, at: group?.at ?? at });
  }
  return groups;
}

function lineOf(groups: readonly PlacedGroup[], number: number): number {
  return groups.find((group) => group.number === number)?.at.line ?? 1;
}

function wordOf({ kind, number }: RawGroup, own: number): string {
  return `${kind === 'group' ? 'Group' : 'Workstream'} ${number ?? own}`;
}

interface Listed {
  readonly id: string;
  readonly raw: RawTask;
  readonly group: PlacedGroup;
}

/** The list counts; what the table says otherwise is told. */
function checkRow(
  { id, raw, row, group }: Listed & { readonly row: TableTask },
  findings: FindingList,
): void {
  const at = row.at;
  const rowGroup = /\d{1,6}/.exec(row.group?.value ?? '')?.[0];
  if (rowGroup !== undefined && Number(rowGroup) !== group.number) {
    findings.error({
      rule: 'contradictory-groups',
      at: row.group?.at ?? at,
      message: `the table has ${id} in group ${rowGroup}, and the file lists it in group ${group.number}`,
      remedy: 'Let both say the same.',
      tasks: [id],
    });
  }
  const [own] = raw.agents;
  const [other] = row.agents;
  if (own !== undefined && other !== undefined && nameKey(own) !== nameKey(other)) {
    findings.warn({
      rule: 'contradictory-agents',
      at,
      message: `the table gives ${id} to ${other}, and the list of its group, which counts, to ${own}`,
      remedy: 'Let both say the same.',
      tasks: [id],
    });
  }
}

function placeOne(
  { id, raw, group }: Listed,
  {
    byNumber,
    row,
  }: { readonly byNumber: ReadonlyMap<number, PlacedGroup>; readonly row: TableTask | undefined },
  findings: FindingList,
): PlacedTask | null {
  const checked = raw.checked ?? row?.checked ?? null;
  const done = isDone(group.raw?.isMarkedDone && checked === null ? true : checked, raw.marks);
  const common = { id, raw, ...(row === undefined ? {} : { row }), isDone: done };
  const to = movedTo(raw.marks);
  if (!done && to === undefined) checkMarks({ id, raw, group }, findings);
  if (to === undefined) return { ...common, group: group.number };
  if (to !== null && byNumber.has(to)) return { ...common, group: to };
  findings.error({
    rule: 'moved-nowhere',
    at: raw.at,
    message: `${id} was moved to ${to === null ? 'no group that is named' : `group ${to}, which the plan does not have`}`,
    remedy: 'Write `⏭️ Moved to Group N` with the number of a group.',
    tasks: [id],
  });
  return null;
}

function checkMarks({ id, raw, group }: Listed, findings: FindingList): void {
  const hasSign = raw.marks.some(({ sign }) => sign === 'done');
  const says = hasSign
    ? 'has the sign ✅'
    : group.raw?.isMarkedDone
      ? 'stands in a group with the sign ✅'
      : null;
  if (says === null) return;
  findings.warn({
    rule: 'contradictory-marks',
    at: raw.at,
    message: `${id} ${says}, and its box is empty: it is taken as not done`,
    remedy: 'Tick the box of what is done, or take the sign away.',
    tasks: [id],
  });
}

function placeRow(
  row: TableTask,
  groups: readonly PlacedGroup[],
  findings: FindingList,
): readonly PlacedTask[] {
  const id = row.id ?? '';
  const number = /\d{1,6}/.exec(row.group?.value ?? '')?.[0];
  const common = { id, raw: row, isDone: isDone(row.checked, row.marks) };
  if (number !== undefined) {
    warnOfGroups(row, number, findings);
    return [{ ...common, group: Number(number) }];
  }
  if (groups.length === 0) return [{ ...common, group: null }];
  findings.error({
    rule: 'task-without-group',
    at: row.group?.at ?? row.at,
    message: `${id} is in no group of the plan: the table says ${row.group === undefined ? 'nothing of one' : groupWords(row.group)}`,
    remedy: 'List it in a group, or name its group in the column `Parallel Group`.',
    tasks: [id],
  });
  return [];
}

/** A task is in one group. */
function warnOfGroups({ id = '', group, at }: TableTask, first: string, findings: FindingList): void {
  const named = new Set(group?.value.match(/\d{1,6}/g));
  if (named.size < 2) return;
  findings.warn({
    rule: 'group-unclear',
    at: group?.at ?? at,
    message: `the table has ${id} in several groups, ${[...named].join(' and ')}: it is taken into group ${first}`,
    remedy: 'Name one group.',
    tasks: [id],
  });
}

/** A workstream without tasks of its own is one task. */
function placeStream(
  stream: RawGroup,
  index: number,
  groups: readonly PlacedGroup[],
  findings: FindingList,
): PlacedTask {
  const id = `workstream-${(stream.number ?? String(index + 1)).toLowerCase()}`;
  const raw = streamTask(stream);
  if (groups.length > 0) {
    findings.error({
      rule: 'task-without-group',
      at: stream.at,
      message: `${quoted(stream.name)} is a workstream in a plan of groups, and is in none of them`,
      remedy: 'List its tasks with ids, or write it as a task of a group.',
      tasks: [id],
    });
  }
  return { id, raw, group: null, isDone: raw.checked === true };
}

function streamTask(stream: RawGroup): RawTask {
  const { name, number, at, fields, items, criteria, text, places, isMarkedDone } = stream;
  const value = (...keys: readonly string[]): string =>
    keys.map((key) => fields.get(key)?.value ?? '').find((found) => found !== '') ?? '';
  const status = value('status');
  const seconds = estimateSeconds(value('estimate', 'est', 'estimated time', 'effort', 'duration'));
  return {
    title: name === '' ? `Workstream ${number ?? ''}`.trim() : name,
    at,
    agents: agentNamesIn(value('agent', 'agents', 'assigned to', 'owner')),
    areInstances: true,
    ...(seconds === null ? {} : { estimateSeconds: seconds }),
    dependsOn: [],
    ...(value('branch') === '' ? {} : { branch: value('branch').replaceAll('`', '') }),
    checked: isMarkedDone || /^(?:✅|complete|done|finished|merged)/iu.test(status) ? true : null,
    marks: [],
    requirements: items,
    details: text,
    criteria,
    place: { end: places.heading },
  };
}

/** Of two with one id, the one that only says where the task was moved to is left out. */
function withoutPointers(tasks: readonly PlacedTask[]): readonly PlacedTask[] {
  const listed = new Set(tasks.filter(({ raw }) => movedTo(raw.marks) === undefined).map(keyOf));
  return tasks.filter((task) => movedTo(task.raw.marks) === undefined || !listed.has(keyOf(task)));
}

function keyOf({ id, group }: PlacedTask): string {
  return `${group} ${nameKey(id)}`;
}
