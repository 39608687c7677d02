/** Everything that a plan file holds, place by place, before it is put together. */

import type { Root, RootContent } from 'mdast';
import { FindingList } from '../finding-list.ts';
import { LocatedText } from '../located-text.ts';
import { parseWithTables, sourceOf, startOf } from '../markdown.ts';
import { fieldsOf } from './fields.ts';
import { readGroupSection, type SectionInput } from './group-section.ts';
import { keyOf } from './keys.ts';
import { readListTask } from './list-task.ts';
import type { NoTask } from './no-task.ts';
import type { RawGroup } from './raw-group.ts';
import { type PlanSection, proseOf, sectionsOfPlan } from './sections.ts';
import { readTaskTable, type TableTask } from './task-table.ts';

export interface PlanParts {
  readonly source: LocatedText;
  readonly root: Root;
  /** Places of items, headings and tables that have been read as what they are. */
  readonly taken: ReadonlySet<number>;
  /** Items of groups that are no tasks, by their places. */
  readonly noTasks: ReadonlyMap<number, NoTask>;
  /** Of the first heading of the first rank. */
  readonly title: string;
  readonly groups: readonly RawGroup[];
  readonly workstreams: readonly RawGroup[];
  readonly rows: readonly TableTask[];
  /** What is written between, for everybody to know. */
  readonly prose: string;
  /** Whether any part of a plan is there at all. */
  readonly isPlan: boolean;
}

/** What a file has to have, in words. */
export const LOOKED_FOR =
  'a heading such as `## Parallel Group 1: Name` or `### Workstream 1: Name`, or a table below `## Task Assignment Matrix` or `## Agent Assignments`';

const QUICK = /parallel\s+group|work\s?stream|task assignment matrix|agent assignment/i;

/** For telling plans of this family from other Markdown. The text has to be fit to be parsed. */
export function looksLikePlan(text: string): boolean {
  if (!QUICK.test(text)) return false;
  const source = new LocatedText('', text);
  return sectionsOfPlan(source.text, parse(source)).some((section) => isPart(source, section));
}

function isPart(source: LocatedText, section: PlanSection): boolean {
  const { kind, nodes, isNamed } = section;
  switch (kind) {
    case 'prose':
      return false;
    case 'group':
    case 'workstream':
      return section.number !== null && isNamed ? true : nodes.some((node) => isOwn(source, node, isNamed));
    default:
      return nodes.some((node) => node.type === 'table');
  }
}

/** What a group or a workstream has, and a text about them has not. */
function isOwn(source: LocatedText, node: RootContent, isNamed: boolean): boolean {
  switch (node.type) {
    case 'list':
      return isNamed || node.children.some((item) => readListTask(source, item) !== null);
    case 'paragraph':
      return fieldsOf(source, node).some(
        (field) => field !== null && /^(?:agent|after)$/.test(keyOf(field.key) ?? ''),
      );
    case 'table':
      return readTaskTable(source, node, new FindingList()) !== null;
    default:
      return false;
  }
}

export function readParts(source: LocatedText, findings: FindingList): PlanParts {
  const root = parse(source);
  const sections = sectionsOfPlan(source.text, root);
  const parts = new Set(sections.filter((section) => isPart(source, section)));
  const taken = new Set<number>();
  const noTasks = new Map<number, NoTask>();
  const read = (kind: PlanSection['kind']): readonly RawGroup[] =>
    [...parts]
      .filter((part) => part.kind === kind)
      .map((section) => readGroupSection({ source, section, taken, noTasks }, findings));
  const tables = [...parts].filter(({ kind }) => kind === 'matrix' || kind === 'assignments');
  const groups = read('group');
  const workstreams = read('workstream');
  const unread: PlanSection[] = [];
  const rows = tables.flatMap((section) => {
    const own = rowsOf({ source, section, taken, noTasks }, findings);
    if (own === null) unread.push(section);
    return own ?? [];
  });
  const isAlone = groups.length + workstreams.length + rows.length === 0;
  for (const section of unread)
    if (isAlone || saysOfTasks(source, section)) reportUnclear(source, section, findings);
  return {
    source,
    root,
    taken,
    noTasks,
    title: sections.find(({ heading }) => heading?.depth === 1)?.title ?? '',
    groups,
    workstreams,
    rows,
    // By now it is known which tables are read.
    prose: proseOf(source.text, sections, (section) => parts.has(section), taken),
    isPlan: parts.size > 0,
  };
}

/** Of every table of the section; null where none is one of tasks. */
function rowsOf(
  { source, section, taken }: SectionInput,
  findings: FindingList,
): readonly TableTask[] | null {
  const tables = section.nodes.flatMap((node) => {
    const own = node.type === 'table' ? readTaskTable(source, node, findings) : null;
    if (own !== null) taken.add(startOf(node));
    return own === null ? [] : [own];
  });
  return tables.length === 0 ? null : tables.flat();
}

/** A column says what is waited for, or how it stands: nothing of that is read. */
function saysOfTasks(source: LocatedText, { nodes }: PlanSection): boolean {
  const heads = nodes.flatMap((node) => (node.type === 'table' ? (node.children[0]?.children ?? []) : []));
  return heads.some((cell) => {
    const title = sourceOf(source.text, cell).replace(/^\s*\||\|\s*$|[*`]/g, '');
    return /^(?:after|status)$/.test(keyOf(title) ?? '');
  });
}

/** In a plan with other parts it may be a table of anything: who there is, and what they know. */
function reportUnclear(source: LocatedText, section: PlanSection, findings: FindingList): void {
  findings.error({
    rule: 'table-unclear',
    at: source.place(section.heading?.position?.start.offset ?? 0),
    message: `no table below "${section.title}" has a column \`Task ID\``,
    remedy: 'Give the table a first column with that title.',
  });
}

function parse(source: LocatedText): Root {
  return parseWithTables(source.text);
}
