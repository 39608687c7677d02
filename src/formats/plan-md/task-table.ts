/** The tables that list tasks: a row each. */

import type { Table, TableCell, TableRow } from 'mdast';
import { estimateIn } from '../estimate.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Located, LocatedText } from '../located-text.ts';
import { endOf, startOf } from '../markdown.ts';
import { isYes } from './assignment.ts';
import { agentNamesIn, hasRemark, isNothing, isTaskName, type Key, keyOf, taskNamesIn } from './keys.ts';
import {
  hasReason,
  isDoneWord,
  isUnclearState,
  marksOf,
  remarksOf,
  saysMoreThanDone,
  splitMarks,
} from './marks.ts';
import type { RawTask } from './raw-task.ts';
import { withoutBold } from './task-line.ts';

export interface TableTask extends RawTask {
  /** As the cell says it; absent without such a column. */
  readonly group?: Located<string>;
  /** Where the heading ends that its table stands below, of a row that names no group. */
  readonly within?: number;
  /** Whether it has a description of its own. */
  readonly isDescribed: boolean;
  /** Which table it stands in: the place of that one. */
  readonly table: number;
}

/** Null for a table without ids. */
export function readTaskTable(
  source: LocatedText,
  table: Table,
  findings: FindingList,
): readonly TableTask[] | null {
  const columns = columnsOf(source, table);
  if (columns === null) return null;
  return table.children.slice(1).flatMap((row) => {
    const task = readRow(source, { row, columns, table: startOf(table) }, findings);
    return task === null ? [] : [task];
  });
}

interface Columns {
  readonly of: ReadonlyMap<Key, number>;
  readonly titles: readonly string[];
  /** The rest, with their titles. */
  readonly others: readonly (readonly [title: string, index: number])[];
}

/** Null for a table without ids. */
function columnsOf(source: LocatedText, table: Table): Columns | null {
  const of = new Map<Key, number>();
  const others: [string, number][] = [];
  const titles = (table.children[0]?.children ?? []).map((cell) => cellText(source, cell));
  for (const [index, title] of titles.entries()) {
    const column = keyOf(title);
    if (column === undefined || of.has(column)) others.push([title, index]);
    else of.set(column, index);
  }
  return of.has('id') ? { of, titles, others } : null;
}

function cellText(source: LocatedText, cell: TableCell | undefined): string {
  const [first] = cell?.children ?? [];
  const last = cell?.children.at(-1);
  if (first === undefined || last === undefined) return '';
  return withoutBold(source.text.slice(startOf(first), endOf(last)))
    .replaceAll('\\|', '|')
    .replaceAll('`', '')
    .trim();
}

function readRow(
  source: LocatedText,
  { row, columns, table }: { readonly row: TableRow; readonly columns: Columns; readonly table: number },
  findings: FindingList,
): TableTask | null {
  const { of, titles, others } = columns;
  const cellOf = (column: Key): TableCell | undefined => row.children[of.get(column) ?? -1];
  const text = (column: Key): string => {
    const found = cellText(source, cellOf(column));
    return isNothing(found) ? '' : found;
  };
  const id = text('id')
    .replace(/^\[([^\]]+)\]\([^)]*\)$/, '$1')
    .replace(/^task\s+/i, '');
  if (id === '') {
    findings.warn({
      rule: 'row-without-id',
      at: source.place(startOf(row)),
      message: 'the row names no task',
      remedy: 'Give it an id in the first column, or remove it.',
    });
    return null;
  }
  const [described, ...more] = others.map(
    ([title, index]) => [title, cellText(source, row.children[index])] as const,
  );
  const { text: title, marks } = splitMarks(described?.[1] ?? '');
  const time = text('time');
  const seconds = time === '' ? null : estimateIn(time);
  const branch = text('branch');
  const group = cellOf('group');
  const status = text('status');
  const isDone = isDoneWord(status);
  const isUnclear = status !== '' && (isDone ? saysMoreThanDone(status) : isUnclearState(status));
  const needs = taskNamesIn(text('needs'));
  warnOfMore(source, row, titles.length, findings);
  const reviewers = agentNamesIn(text('reviewer'));
  const verifies = text('verifies');
  return {
    id,
    title: title === '' ? id : title,
    isDescribed: title !== '',
    at: source.place(startOf(row)),
    ...agentsOf(text('agent'), text('instance')),
    ...(seconds === null ? {} : { estimateSeconds: seconds }),
    ...(time !== '' && seconds === null ? { unclearTime: time } : {}),
    dependsOn: [...taskNamesIn(cellText(source, cellOf('after'))), ...needs.filter(isTaskName)],
    ...(reviewers.length === 0 ? {} : { reviewers }),
    ...(verifies === '' ? {} : { verifies: isYes(verifies) }),
    table,
    ...(branch === '' ? {} : { branch }),
    checked: status === '' ? null : isDone,
    marks: isDone ? marks : [...marks, ...marksOf(status)],
    ...(isUnclear ? { unclearState: status } : {}),
    requirements: [
      ...remarksOf(marks),
      ...[...of].flatMap(([key, index]) =>
        saysMore(key, text(key)) ? [`${titles[index]}: ${text(key)}`] : [],
      ),
      ...more.filter(([, cell]) => !isNothing(cell)).map(([name, cell]) => `${name}: ${cell}`),
    ],
    details: '',
    criteria: [],
    ...placeIn(source, row, { status: of.get('status'), described: others[0]?.[1] }),
    ...(group === undefined ? {} : { group: { value: text('group'), at: source.place(startOf(group)) } }),
  };
}

/** Than what is read of such a cell. */
function saysMore(key: Key, cell: string): boolean {
  switch (key) {
    case 'agent':
    case 'instance':
    case 'reviewer':
    case 'after':
    case 'group':
    case 'time':
      return hasRemark(cell);
    case 'needs':
      return hasRemark(cell) || taskNamesIn(cell).some((name) => !isTaskName(name));
    case 'status':
      return cell !== '' && !isDoneWord(cell) && (isUnclearState(cell) || hasReason(cell));
    default:
      return false;
  }
}

/** A bar that is a part of the text ends its cell: what stands behind it is in a wrong column, or in none. */
function warnOfMore(source: LocatedText, row: TableRow, most: number, findings: FindingList): void {
  const more = row.children.slice(most).map((cell) => cellText(source, cell));
  if (more.every((text) => text === '')) return;
  findings.warn({
    rule: 'row-too-long',
    at: source.place(startOf(row)),
    message: `the row has more cells than the table has columns: ${quoted(more.join(' | '))} stands in none`,
    remedy: 'Write a bar that is a part of the text as `\\|`.',
  });
}

/** An instance may be a mere number behind the type: `Builder` and `2` make `Builder-2`. */
function agentsOf(role: string, instance: string): Pick<RawTask, 'agents' | 'areInstances' | 'agentType'> {
  if (instance === '') return { agents: agentNamesIn(role), areInstances: false };
  const named =
    /^#?\d{1,6}$/.test(instance) && role !== '' ? `${role}-${instance.replace('#', '')}` : instance;
  return { agents: agentNamesIn(named), areInstances: true, ...(role === '' ? {} : { agentType: role }) };
}

/** In the cell of the status, else behind the description; nowhere when the row has neither. */
function placeIn(
  source: LocatedText,
  row: TableRow,
  { status, described }: { readonly status: number | undefined; readonly described: number | undefined },
): Pick<RawTask, 'place'> {
  const cell = row.children[status ?? described ?? -1];
  const last = cell?.children.at(-1);
  if (cell === undefined) return {};
  const start = cell.children[0];
  if (start !== undefined && last !== undefined)
    return {
      place: status === undefined ? { end: endOf(last) } : { start: startOf(start), end: endOf(last) },
    };
  // An empty cell: behind the bar and the blank that begin it.
  const from = startOf(cell);
  const at = from + (/^\|?[ \t]?/.exec(source.text.slice(from, from + 2))?.[0].length ?? 0);
  return { place: { start: at, end: at } };
}

/** For the message of a row that stands in no group. */
export function groupWords({ value }: Located<string>): string {
  return value === '' ? 'no group' : `the group ${quoted(value)}`;
}
