/** The tables that list tasks: a row each. */

import type { Table, TableCell, TableRow } from 'mdast';
import { estimateSeconds } from '../estimate.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Located, LocatedText } from '../located-text.ts';
import { endOf, startOf } from '../markdown.ts';
import { isDoneWord, splitMarks } from './marks.ts';
import type { RawTask } from './raw-task.ts';
import type { PlanSection } from './sections.ts';
import { agentNamesIn, taskNamesIn } from './task-line.ts';

export interface TableTask extends RawTask {
  /** As the cell says it; absent without such a column. */
  readonly group?: Located<string>;
  /** Whether it has a description of its own. */
  readonly isDescribed: boolean;
}

type Column =
  | 'id'
  | 'agent'
  | 'instance'
  | 'worktree'
  | 'branch'
  | 'group'
  | 'status'
  | 'dependencies'
  | 'time';

const COLUMNS: readonly (readonly [RegExp, Column])[] = [
  [/^(?:task\s*)?id$|^task\s*(?:#|no\.?|number)$|^#$/, 'id'],
  [/^(?:agent\s*)?instance$/, 'instance'],
  [/^agents?(?:\s*(?:role|type|name))?$|^assigned(?:\s*to)?$|^assignee$|^owner$/, 'agent'],
  [/^work\s?tree(?:\s*path)?$/, 'worktree'],
  [/^branch(?:\s*name)?$/, 'branch'],
  [/^(?:parallel\s*)?group$/, 'group'],
  [/^status$|^state$/, 'status'],
  [/^depend(?:encies|ency|s\s*on)$|^deps$/, 'dependencies'],
  [/^est(?:\.|imate|imated)?(?:\s*(?:time|effort|hours))?$|^effort$|^duration$|^time$/, 'time'],
];

/** The first table of the section whose columns can be read; null when it has none. */
export function readTaskTable(
  source: LocatedText,
  section: PlanSection,
  findings: FindingList,
): readonly TableTask[] | null {
  for (const node of section.nodes) {
    const columns = node.type === 'table' ? columnsOf(source, node) : null;
    if (node.type !== 'table' || columns === null) continue;
    return node.children.slice(1).flatMap((row) => {
      const task = readRow(source, { row, columns }, findings);
      return task === null ? [] : [task];
    });
  }
  return null;
}

interface Columns {
  readonly of: ReadonlyMap<Column, number>;
  /** The rest, with their titles. */
  readonly others: readonly (readonly [title: string, index: number])[];
}

/** Null for a table without ids. */
function columnsOf(source: LocatedText, table: Table): Columns | null {
  const of = new Map<Column, number>();
  const others: [string, number][] = [];
  for (const [index, cell] of (table.children[0]?.children ?? []).entries()) {
    const title = cellText(source, cell);
    const column = COLUMNS.find(([pattern]) => pattern.test(title.toLowerCase()))?.[1];
    if (column === undefined || of.has(column)) others.push([title, index]);
    else of.set(column, index);
  }
  return of.has('id') ? { of, others } : null;
}

function cellText(source: LocatedText, cell: TableCell | undefined): string {
  const [first] = cell?.children ?? [];
  const last = cell?.children.at(-1);
  if (first === undefined || last === undefined) return '';
  return source.text
    .slice(startOf(first), endOf(last))
    .replaceAll('\\|', '|')
    .replace(/\*\*|`/g, '')
    .trim();
}

const NONE = /^(?:[-–—]|n\/?a|none|tbd)?$/i;

function readRow(
  source: LocatedText,
  { row, columns: { of, others } }: { readonly row: TableRow; readonly columns: Columns },
  findings: FindingList,
): TableTask | null {
  const cellOf = (column: Column): TableCell | undefined => row.children[of.get(column) ?? -1];
  const text = (column: Column): string => {
    const found = cellText(source, cellOf(column));
    return NONE.test(found) ? '' : found;
  };
  const id = text('id').replace(/^task\s+/i, '');
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
  const seconds = time === '' ? null : estimateSeconds(time);
  const branch = text('branch');
  const group = cellOf('group');
  return {
    id,
    title: title === '' ? id : title,
    isDescribed: title !== '',
    at: source.place(startOf(row)),
    ...agentsOf(text('agent'), text('instance')),
    ...(seconds === null ? {} : { estimateSeconds: seconds }),
    ...(time !== '' && seconds === null ? { unclearTime: time } : {}),
    dependsOn: taskNamesIn(text('dependencies')),
    ...(branch === '' ? {} : { branch }),
    checked: of.has('status') ? isDoneWord(text('status')) : null,
    marks,
    requirements: more.filter(([, cell]) => !NONE.test(cell)).map(([name, cell]) => `${name}: ${cell}`),
    details: '',
    criteria: [],
    ...placeIn(source, row, { status: of.get('status'), described: others[0]?.[1] }),
    ...(group === undefined ? {} : { group: { value: text('group'), at: source.place(startOf(group)) } }),
  };
}

/** An instance may be a mere number behind the type: `Builder` and `2` make `Builder-2`. */
function agentsOf(
  role: string,
  instance: string,
): { readonly agents: readonly string[]; readonly areInstances: boolean } {
  if (instance === '') return { agents: agentNamesIn(role), areInstances: false };
  const named =
    /^#?\d{1,6}$/.test(instance) && role !== '' ? `${role}-${instance.replace('#', '')}` : instance;
  return { agents: agentNamesIn(named), areInstances: true };
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
