/** Everything that a plan file holds, place by place, before it is put together. */

import type { Root } from 'mdast';
import type { FindingList } from '../finding-list.ts';
import { LocatedText } from '../located-text.ts';
import { parseWithTables } from '../markdown.ts';
import { type RawGroup, readGroupSection } from './group-section.ts';
import { type PlanSection, proseOf, sectionsOfPlan } from './sections.ts';
import { readTaskTable, type TableTask } from './task-table.ts';

export interface PlanParts {
  readonly source: LocatedText;
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
  const { kind, nodes } = section;
  if (kind === 'group' || kind === 'workstream')
    return section.number !== null || nodes.some((node) => node.type === 'list');
  return kind !== 'prose' && nodes.some((node) => node.type === 'table') && source.text !== '';
}

export function readParts(source: LocatedText, findings: FindingList): PlanParts {
  const sections = sectionsOfPlan(source.text, parse(source));
  const parts = sections.filter((section) => isPart(source, section));
  const read = (kind: PlanSection['kind']): readonly RawGroup[] =>
    parts.filter((part) => part.kind === kind).map((part) => readGroupSection(source, part, findings));
  const tables = parts.filter(({ kind }) => kind === 'matrix' || kind === 'assignments');
  return {
    source,
    title: sections.find(({ heading }) => heading?.depth === 1)?.title ?? '',
    groups: read('group'),
    workstreams: read('workstream'),
    rows: tables.flatMap((section) => rowsOf(source, section, findings)),
    prose: proseOf(source.text, sections),
    isPlan: parts.length > 0,
  };
}

function rowsOf(source: LocatedText, section: PlanSection, findings: FindingList): readonly TableTask[] {
  const rows = readTaskTable(source, section, findings);
  if (rows !== null) return rows;
  findings.error({
    rule: 'table-unclear',
    at: source.place(section.heading?.position?.start.offset ?? 0),
    message: `no table below "${section.title}" has a column \`Task ID\``,
    remedy: 'Give the table a first column with that title.',
  });
  return [];
}

function parse(source: LocatedText): Root {
  return parseWithTables(source.text);
}
