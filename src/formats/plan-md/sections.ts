/** The parts of a plan file: groups, workstreams, tables of tasks, and the prose between them. */

import type { Heading, Root, RootContent } from 'mdast';
import { headingText, sourceOf, startOf } from '../markdown.ts';
import { isDone, type Mark, splitMarks } from './marks.ts';
import { withoutBold } from './task-line.ts';

export type SectionKind = 'group' | 'workstream' | 'matrix' | 'assignments' | 'prose';

export interface PlanSection {
  readonly kind: SectionKind;
  /** Null for what stands before the first heading. */
  readonly heading: Heading | null;
  /** Of the heading, without its marks. */
  readonly title: string;
  /** As the heading writes it, of a group or workstream: `2` of `Parallel Group 2`. */
  readonly number: string | null;
  /** Behind the number. */
  readonly name: string;
  /** It has a number, or a name behind a colon: a part of the plan, and not a word about parts. */
  readonly isNamed: boolean;
  /** The heading has the mark of what is done. */
  readonly isMarkedDone: boolean;
  /** Of the heading. */
  readonly marks: readonly Mark[];
  /** Headings that it stands below, the outermost first. */
  readonly outer: readonly Heading[];
  /** Deeper headings among them. */
  readonly nodes: RootContent[];
}

const NUMBERED =
  /^(?:[^\p{L}\p{N}\s]{1,4}\s+)?(?:\d{1,3}(?:\.\d{1,3})*\.?\s+)?(parallel\s+group|work\s?stream)\b\s*#?(\d{1,6}[a-z]?|[a-z])?(?![\p{L}\p{N}])\s*([:：.–—-]\s*)?(.*)$/iu;
/** A workstream may have a word for its number. */
const WORD = /^(\p{L}+)\s*[:：]\s*(.*)$/u;

export function sectionsOfPlan(text: string, root: Root): readonly PlanSection[] {
  let current: PlanSection = {
    kind: 'prose',
    heading: null,
    title: '',
    number: null,
    name: '',
    isNamed: false,
    isMarkedDone: false,
    marks: [],
    outer: [],
    nodes: [],
  };
  let outer: readonly Heading[] = [];
  const sections = [current];
  for (const node of root.children) {
    const next = node.type === 'heading' ? sectionOf(text, node) : null;
    if (next?.heading != null) {
      const { depth } = next.heading;
      outer = outer.filter((each) => each.depth < depth);
    }
    if (next === null || isWithin(next, current)) current.nodes.push(node);
    else {
      current = { ...next, outer };
      sections.push(current);
    }
    if (next?.heading != null) outer = [...outer, next.heading];
  }
  return sections;
}

/** Below the heading of a group a table of tasks, under whatever heading, is the group's. */
function isWithin(next: PlanSection, current: PlanSection): boolean {
  if (next.heading === null || current.heading === null) return false;
  const isTable = next.kind === 'matrix' || next.kind === 'assignments';
  const hasOwn = current.kind === 'group' || current.kind === 'workstream';
  const mayBe = next.kind === 'prose' || (isTable && hasOwn);
  return mayBe && next.heading.depth > current.heading.depth;
}

function sectionOf(text: string, heading: Heading): PlanSection {
  const { text: title, marks } = splitMarks(withoutBold(headingText(text, heading)));
  const common = { heading, title, isMarkedDone: isDone(null, marks), marks, outer: [], nodes: [] };
  const numbered = NUMBERED.exec(title);
  if (numbered !== null) {
    const [, word = '', number = null, colon, name = ''] = numbered;
    const kind = /^parallel/i.test(word) ? 'group' : 'workstream';
    const isNamed = number !== null || colon !== undefined;
    const [, ownWord = null, rest = ''] = (!isNamed && kind === 'workstream' ? WORD.exec(name) : null) ?? [];
    if (ownWord !== null) return { ...common, kind, number: ownWord, name: rest.trim(), isNamed };
    return { ...common, kind, number, name: name.trim(), isNamed };
  }
  const kind = /^(?:[^\p{L}\p{N}\s]{1,4}\s+)?(?:\d+(?:\.\d+)*\.?\s+)?task assignment matrix\b/iu.test(title)
    ? 'matrix'
    : /^(?:[^\p{L}\p{N}\s]{1,4}\s+)?(?:\d+(?:\.\d+)*\.?\s+)?agent assignments?\b/iu.test(title)
      ? 'assignments'
      : 'prose';
  return { ...common, kind, number: null, name: '', isNamed: false };
}

/** What is written between the parts that are read, and beside the tables, for everybody to know. */
export function proseOf(
  text: string,
  sections: readonly PlanSection[],
  isRead: (section: PlanSection) => boolean,
  taken: ReadonlySet<number>,
): string {
  return sections
    .flatMap((section) => (isRead(section) ? besideTables(text, section, taken) : [wholeText(text, section)]))
    .filter((part) => part.trim() !== '')
    .join('\n\n');
}

function wholeText(text: string, { heading, nodes }: PlanSection): string {
  const last = nodes.at(-1);
  if (last === undefined) return '';
  const first = heading ?? nodes[0] ?? last;
  return text.slice(startOf(first), startOf(last)) + sourceOf(text, last);
}

/** Without those that list tasks. */
function besideTables(
  text: string,
  { kind, nodes }: PlanSection,
  taken: ReadonlySet<number>,
): readonly string[] {
  if (kind !== 'matrix' && kind !== 'assignments') return [];
  return nodes.flatMap((node) => (taken.has(startOf(node)) ? [] : [sourceOf(text, node)]));
}
