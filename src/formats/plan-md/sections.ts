/** The parts of a plan file: groups, workstreams, tables of tasks, and the prose between them. */

import type { Heading, Root, RootContent } from 'mdast';
import { headingText, sourceOf, startOf } from '../markdown.ts';
import { isDone, splitMarks } from './marks.ts';

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
  /** The heading has the mark of what is done. */
  readonly isMarkedDone: boolean;
  /** Deeper headings among them. */
  readonly nodes: RootContent[];
}

const NUMBERED =
  /^(parallel\s+group|work\s?stream)\b\s*#?(\d{1,6}|[A-Za-z])?(?![\p{L}\p{N}])\s*(?:[:.–—-]\s*)?(.*)$/iu;

export function sectionsOfPlan(text: string, root: Root): readonly PlanSection[] {
  let current: PlanSection = {
    kind: 'prose',
    heading: null,
    title: '',
    number: null,
    name: '',
    isMarkedDone: false,
    nodes: [],
  };
  const sections = [current];
  for (const node of root.children) {
    const next = node.type === 'heading' ? sectionOf(text, node) : null;
    const within =
      next?.kind === 'prose' && current.heading !== null && next.heading !== null
        ? next.heading.depth > current.heading.depth
        : next === null;
    if (next === null || within) {
      if (node.type !== 'yaml') current.nodes.push(node);
    } else {
      current = next;
      sections.push(next);
    }
  }
  return sections;
}

function sectionOf(text: string, heading: Heading): PlanSection {
  const { text: title, marks } = splitMarks(headingText(text, heading).replace(/\*\*/g, ''));
  const common = { heading, title, isMarkedDone: isDone(null, marks), nodes: [] };
  const numbered = NUMBERED.exec(title);
  if (numbered !== null) {
    const [, word = '', number = null, name = ''] = numbered;
    const kind = /^parallel/i.test(word) ? 'group' : 'workstream';
    return { ...common, kind, number, name: name.trim() };
  }
  const kind = /^(?:\d+\.?\s+)?task assignment matrix\b/i.test(title)
    ? 'matrix'
    : /^(?:\d+\.?\s+)?agent assignments?\b/i.test(title)
      ? 'assignments'
      : 'prose';
  return { ...common, kind, number: null, name: '' };
}

/** What is written between the parts that are read, for everybody to know. */
export function proseOf(text: string, sections: readonly PlanSection[]): string {
  return sections
    .filter(({ kind }) => kind === 'prose')
    .map(({ heading, nodes }) => {
      const last = nodes.at(-1);
      if (last === undefined) return '';
      const first = heading ?? nodes[0] ?? last;
      return text.slice(startOf(first), startOf(last)) + sourceOf(text, last);
    })
    .filter((part) => part.trim() !== '')
    .join('\n\n');
}
