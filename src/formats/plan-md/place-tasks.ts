/** Which tasks there are, in which group each stands, and what its id is. */

import type { FindingList } from '../finding-list.ts';
import { groupKeyIn, isCalled, numbered, type PlacedGroup } from './group-numbers.ts';
import { isAgainst, isDone, movedTo } from './marks.ts';
import { mergeRows } from './merge-rows.ts';
import { nameKey } from './name-key.ts';
import { placeStream } from './place-stream.ts';
import type { LeftOut, Placed, PlacedTask } from './placed.ts';
import type { PlanParts } from './plan-parts.ts';
import type { RawGroup } from './raw-group.ts';
import type { RawTask } from './raw-task.ts';
import { isDropped, standings, warnOfLeftOut } from './stand-tasks.ts';
import { groupWords, type TableTask } from './task-table.ts';

export function placeTasks(parts: PlanParts, findings: FindingList): Placed {
  const sections = [...parts.groups, ...parts.workstreams.filter(hasTasks)];
  const alone = parts.workstreams.filter((stream) => !hasTasks(stream));
  const ofGroups = sections.flatMap(({ rows, places }) => rows.map((row) => inGroup(row, places.heading)));
  const rows = mergeRows([...parts.rows, ...ofGroups], findings);
  const groups = numbered(sections, rows, findings);
  const first = new Map(rows.toReversed().map((row) => [nameKey(row.id ?? ''), row]));
  const tasks: PlacedTask[] = [];
  const left = new Map<string, LeftOut>();
  const take = (placed: PlacedTask | LeftOut, id = ''): void => {
    if (typeof placed === 'string') left.set(nameKey(id), placed);
    else tasks.push(placed);
  };
  const listed = tasksOf(groups);
  for (const each of listed)
    take(placeOne(each, { groups, row: first.get(nameKey(each.id)) }, findings), each.id);
  const known = new Set(listed.map(({ id }) => nameKey(id)));
  for (const row of rows) {
    const key = nameKey(row.id ?? '');
    // A second row of one table is a second task.
    if (!known.has(key) || first.get(key) !== row) take(placeRow(row, groups, findings), row.id);
  }
  tasks.push(...alone.map((stream, index) => placeStream(stream, index, groups, findings)));
  return { groups, tasks: standings(withoutPointers(tasks), { groups, left }, findings), left };
}

function tasksOf(groups: readonly PlacedGroup[]): readonly Listed[] {
  /** Two groups with one number go on counting. */
  const counts = new Map<number, number>();
  return groups.flatMap((group) =>
    (group.raw?.tasks ?? []).map((raw) => {
      const count = (counts.get(group.number) ?? 0) + 1;
      counts.set(group.number, count);
      return { id: raw.id ?? `pg${group.number}-task-${count}`, raw, group };
    }),
  );
}

function hasTasks({ tasks, rows }: RawGroup): boolean {
  return tasks.length + rows.length > 0;
}

/** A row below a group's heading is of that group, unless it names another. */
function inGroup(row: TableTask, heading: number): TableTask {
  return (row.group?.value ?? '') === '' ? { ...row, within: heading } : row;
}

/** The group that a row names, or else stands in. */
function groupOf({ group, within }: TableTask, groups: readonly PlacedGroup[]): PlacedGroup | undefined {
  const key = groupKeyIn(group?.value ?? '');
  if (key !== null) return groups.find((each) => isCalled(each, key));
  return within === undefined ? undefined : groups.find(({ raw }) => raw?.places.heading === within);
}

interface Listed {
  readonly id: string;
  readonly raw: RawTask;
  readonly group: PlacedGroup;
}

/** The list counts; what the table says otherwise is told. A task that was moved may be where it was, or is. */
function checkRow(
  { id, raw, row, group }: Listed & { readonly row: TableTask },
  { groups, to }: { readonly groups: readonly PlacedGroup[]; readonly to: PlacedGroup },
  findings: FindingList,
): void {
  const at = row.at;
  const named = groupOf(row, groups);
  if (named !== undefined && named.number !== to.number && named.number !== group.number) {
    findings.error({
      rule: 'contradictory-groups',
      at: row.group?.at ?? at,
      message: `the table has ${id} in group ${named.number}, and the file lists it in group ${group.number}`,
      remedy: 'Let both say the same.',
      tasks: [id],
    });
  }
  const says = (what: string, own: string, other: string): void =>
    findings.warn({
      rule: `contradictory-${what}`,
      at,
      message: `the table ${other}, and the list of its group, which counts, ${own}`,
      remedy: 'Let both say the same.',
      tasks: [id],
    });
  const [own] = raw.agents;
  const [other] = row.agents;
  if (own !== undefined && other !== undefined && nameKey(own) !== nameKey(other))
    says('agents', `to ${own}`, `gives ${id} to ${other}`);
  const isMoved = movedTo(raw.marks) !== undefined;
  if (!isMoved && raw.checked !== null && row.checked !== null && raw.checked !== row.checked)
    says(
      'status',
      raw.checked ? 'has its box ticked' : 'has its box empty',
      `says of ${id} that it is ${row.checked ? 'done' : 'not done'}`,
    );
}

function placeOne(
  { id, raw, group }: Listed,
  { groups, row }: { readonly groups: readonly PlacedGroup[]; readonly row: TableTask | undefined },
  findings: FindingList,
): PlacedTask | LeftOut {
  if (isDropped(raw, row)) return leaveOut(id, raw, findings);
  const checked = raw.checked ?? row?.checked ?? null;
  const done = isDone(group.raw?.isMarkedDone && checked === null ? true : checked, raw.marks);
  const common = { id, raw, ...(row === undefined ? {} : { row }), isDone: done };
  const name = movedTo(raw.marks);
  if (!done) checkMarks({ id, raw, group }, findings);
  const to = name === undefined ? group : groups.find((each) => name !== null && isCalled(each, name));
  if (row !== undefined) checkRow({ id, raw, row, group }, { groups, to: to ?? group }, findings);
  if (to !== undefined) return { ...common, group: to.number };
  findings.error({
    rule: 'moved-nowhere',
    at: raw.at,
    message: `${id} was moved to ${name ? `group ${name}, which the plan does not have` : 'no group that is named'}`,
    remedy: 'Write `⏭️ Moved to Group N` with the number of a group.',
    tasks: [id],
  });
  return 'misplaced';
}

function leaveOut(id: string, { at }: RawTask, findings: FindingList): LeftOut {
  warnOfLeftOut([id], at, findings);
  return 'left out';
}

/** What is against a task's being done, where something is for it. */
function checkMarks({ id, raw, group }: Listed, findings: FindingList): void {
  const says =
    raw.checked === true
      ? 'has a box that is ticked'
      : raw.marks.some(({ sign }) => sign === 'done')
        ? 'is marked as done'
        : group.raw?.isMarkedDone
          ? 'stands in a group that is marked as done'
          : null;
  const last = raw.marks.at(-1);
  const against =
    raw.checked === false ? 'its box is empty' : isAgainst(last) ? 'its last sign says otherwise' : null;
  if (says === null || against === null) return;
  if (movedTo(raw.marks) !== undefined && last?.sign === 'moved') return;
  findings.warn({
    rule: 'contradictory-marks',
    at: raw.at,
    message: `${id} ${says}, and ${against}: it is taken as not done`,
    remedy: 'Tick the box of what is done, and take the signs away that are true no more.',
    tasks: [id],
  });
}

function placeRow(
  row: TableTask,
  groups: readonly PlacedGroup[],
  findings: FindingList,
): PlacedTask | LeftOut {
  const id = row.id ?? '';
  if (isDropped(row)) return leaveOut(id, row, findings);
  const group = groupOf(row, groups);
  const common = { id, raw: row, isDone: isDone(row.checked, row.marks) };
  if (group !== undefined) {
    warnOfGroups(row, group.number, findings);
    return { ...common, group: group.number };
  }
  if (groups.length === 0 && (row.group?.value ?? '') === '') return { ...common, group: null };
  findings.error({
    rule: 'task-without-group',
    at: row.group?.at ?? row.at,
    message: `${id} is in no group of the plan: the table says ${row.group === undefined ? 'nothing of one' : groupWords(row.group)}`,
    remedy: 'List it in a group, or name its group in the column `Parallel Group`.',
    tasks: [id],
  });
  return 'misplaced';
}

/** A task is in one group. */
function warnOfGroups({ id = '', group, at }: TableTask, first: number, findings: FindingList): void {
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

/** Of two with one id, the one that only says where the task was moved to is left out. */
function withoutPointers(tasks: readonly PlacedTask[]): readonly PlacedTask[] {
  const listed = new Set(tasks.filter(({ raw }) => movedTo(raw.marks) === undefined).map(keyOf));
  return tasks.filter((task) => movedTo(task.raw.marks) === undefined || !listed.has(keyOf(task)));
}

function keyOf({ id, group }: PlacedTask): string {
  return `${group} ${nameKey(id)}`;
}
