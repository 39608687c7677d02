/** A net below the reader: a section with somebody who does it, and with more that a task has, in no group. */

import type { RootContent } from 'mdast';
import { type FindingList, quoted } from '../finding-list.ts';
import type { LocatedText } from '../located-text.ts';
import { endOf, headingText, startOf } from '../markdown.ts';
import { type Field, fieldsOf } from './fields.ts';
import { agentNamesIn, keyOf } from './keys.ts';
import { nameKey } from './name-key.ts';
import type { PlanParts } from './plan-parts.ts';
import { readTaskLine } from './task-line.ts';

export function reportLoneSections(
  { root, source, taken, groups, workstreams, rows }: PlanParts,
  findings: FindingList,
): void {
  const parts = new Set([...groups, ...workstreams].map(({ places }) => places.heading));
  const tasks = [...rows, ...groups.flatMap((group) => [...group.tasks, ...group.rows])];
  const known = new Set(tasks.map(({ id }) => nameKey(id ?? '')));
  /** Of the part that is being passed. */
  let depth: number | null = null;
  for (const [index, node] of root.children.entries()) {
    if (node.type !== 'heading') continue;
    if (depth !== null && node.depth > depth) continue;
    const isPart = parts.has(endOf(node.children.at(-1) ?? node));
    depth = isPart ? node.depth : null;
    // The plan's own title, or a phase with groups in it: who answers for it is told.
    if (node.depth === 1 || holdsPart(root.children, index, parts)) continue;
    const title = headingText(source.text, node);
    const isKnown = known.has(nameKey(readTaskLine(title).id ?? ' '));
    if (isPart || isKnown || taken.has(startOf(node)) || !isTask(source, root.children, index)) continue;
    findings.warn({
      rule: 'task-outside',
      at: source.place(startOf(node)),
      message: `${quoted(title)} is not read as a task: it says who does it, and is no group, workstream or task of one`,
      remedy:
        'Write it as an item `- [ ] 1.1: text (Builder-1, 2h)` below a heading `## Parallel Group 1: Name`, or as `### Workstream 1: Name`.',
    });
  }
}

function holdsPart(nodes: readonly RootContent[], heading: number, parts: ReadonlySet<number>): boolean {
  const own = nodes[heading];
  const behind = nodes.slice(heading + 1).filter((node) => node.type === 'heading');
  const end = behind.findIndex(({ depth }) => own?.type === 'heading' && depth <= own.depth);
  return (end < 0 ? behind : behind.slice(0, end)).some((each) =>
    parts.has(endOf(each.children.at(-1) ?? each)),
  );
}

function isTask(source: LocatedText, nodes: readonly RootContent[], heading: number): boolean {
  const behind = nodes.slice(heading + 1);
  const end = behind.findIndex(({ type }) => type === 'heading');
  const own = end < 0 ? behind : behind.slice(0, end);
  const fields = own.flatMap((node) => fieldsIn(source, node));
  const isAssigned = fields.some(({ key, value }) => isAgent(key) && agentNamesIn(value.value).length > 0);
  return (
    isAssigned && fields.some(({ key }) => OF_TASKS.test(key) || /^(?:after|time)$/.test(keyOf(key) ?? ''))
  );
}

const OF_TASKS = /^(?:priority|tasks?|deliverables?)$/;

function isAgent(key: string): boolean {
  return /^(?:agent|instance)$/.test(keyOf(key) ?? '');
}

function fieldsIn(source: LocatedText, node: RootContent): readonly Field[] {
  if (node.type === 'paragraph') return fieldsOf(source, node).filter((field) => field !== null);
  if (node.type !== 'list') return [];
  return node.children.flatMap(({ children: [first] }) =>
    first?.type === 'paragraph' ? fieldsOf(source, first).filter((field) => field !== null) : [],
  );
}
