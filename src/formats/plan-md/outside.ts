/** A net below the reader: whatever looks like a task and was not read as one is told, with its place. */

import type { Heading, ListItem, Nodes, RootContent, Table, TableRow } from 'mdast';
import { type FindingList, quoted } from '../finding-list.ts';
import { endOf, headingText, sourceOf, startOf } from '../markdown.ts';
import { isNothing, isWho, keyOf } from './keys.ts';
import { announcesMore, CRITERIA, headingLabelOf, labelOf, lastLine, numberOf } from './labels.ts';
import { type Mention, Mentions } from './mentions.ts';
import { nameKey } from './name-key.ts';
import { reportNoTask } from './no-task.ts';
import type { PlanParts } from './plan-parts.ts';
import { idOf } from './row-ids.ts';
import { readTaskLine, type TaskLine } from './task-line.ts';

interface Look extends Pick<PlanParts, 'source' | 'taken' | 'noTasks'> {
  readonly findings: FindingList;
  /** Keys of the tasks that have been read: to name one of them elsewhere is no mistake. */
  readonly ids: ReadonlySet<string>;
  /** What they are to do, in lower case. */
  readonly titles: ReadonlySet<string>;
  /** Numbers of groups, by where their headings end. */
  readonly groups: ReadonlyMap<number, string>;
  /** Of tasks that have been read. */
  readonly mentions: Mentions;
}

/** Where something stands. */
interface Around {
  /** The id of the task that it is a part of; empty for a task without one. */
  readonly task?: string;
  /** Below a heading or a line that says so, boxes are criteria. */
  readonly areCriteria: boolean;
  /** The number of the group that it stands in. */
  readonly group?: string;
  /** The name of the task that its heading names, where the task itself is read in another place. */
  readonly about?: string;
}

/** Gives what is said of tasks that are read elsewhere. */
export function reportOutside(
  { root, source, taken, noTasks, ...parts }: PlanParts,
  findings: FindingList,
): readonly Mention[] {
  const groups = [...parts.groups, ...parts.workstreams];
  const tasks = [...parts.rows, ...groups.flatMap((group) => [...group.tasks, ...group.rows])];
  const ids = new Set(tasks.flatMap(({ id }) => (id === undefined ? [] : [nameKey(id)])));
  const numbers = parts.groups.flatMap(({ number, places }) =>
    number === null ? [] : [[places.heading, number] as const],
  );
  const titles = new Set(tasks.map(({ title }) => title.toLowerCase()));
  const mentions = new Mentions(source);
  const look: Look = { source, taken, noTasks, findings, ids, titles, groups: new Map(numbers), mentions };
  for (const item of noTasks.values()) reportNoTask(item, (id) => !isNew(look, id), findings);
  lookAt(look, root.children, { areCriteria: false });
  return mentions.all;
}

function lookAt(look: Look, nodes: readonly RootContent[], around: Around): void {
  let within = around;
  /** The rank of the heading that is the task which everything below it is a part of. */
  let depth: number | null = null;
  let group: { readonly depth: number; readonly number: string } | null = null;
  for (const [index, node] of nodes.entries()) {
    if (node.type !== 'heading') {
      within = lookAtNode(look, { node, before: nodes[index - 1] }, within);
      continue;
    }
    const isTask = look.taken.has(startOf(node));
    if (depth !== null && !isTask && node.depth > depth) continue;
    depth = isTask ? node.depth : null;
    const number = look.groups.get(endOf(node.children.at(-1) ?? node));
    if (number !== undefined) group = { depth: node.depth, number };
    else if (group !== null && node.depth <= group.depth) group = null;
    const inGroup = group === null ? {} : { group: group.number };
    within = { ...lookAtHeading(look, node, { isTask, ...inGroup }), ...inGroup };
  }
}

function lookAtHeading(
  look: Look,
  node: Heading,
  { isTask, ...inGroup }: { readonly isTask: boolean; readonly group?: string },
): Around {
  const text = headingText(look.source.text, node);
  if (isTask) return { areCriteria: false, task: readTaskLine(text).id ?? '' };
  reportHeading(look, node, { text, areCriteria: false, ...inGroup });
  const { id, title } = readTaskLine(text);
  const about = id !== undefined && title !== '' && !isNew(look, id) ? id : null;
  if (about !== null) look.mentions.ofLine(about, text, startOf(node));
  return { areCriteria: CRITERIA.test(headingLabelOf(text)), ...(about === null ? {} : { about }) };
}

/** Gives what is so behind it. */
function lookAtNode(
  look: Look,
  { node, before }: { readonly node: RootContent; readonly before: RootContent | undefined },
  around: Around,
): Around {
  const text = sourceOf(look.source.text, node);
  switch (node.type) {
    case 'paragraph':
      mentionFields(look, text, startOf(node), around);
      reportLines(look, startOf(node), text, around);
      if (before?.type === 'table') reportRows(look, node, text);
      return announcesMore(text) || /^(\*\*|__)[^*_\r\n]+\1$/.test(text)
        ? { ...around, areCriteria: CRITERIA.test(labelOf(lastLine(text))) }
        : around;
    case 'list':
      for (const item of node.children) lookAtItem(look, item, around);
      return around;
    case 'table':
      if (!look.taken.has(startOf(node))) lookAtTable(look, node);
      return around;
    case 'code':
      if (!/^\s*[`~]{3}/.test(text)) reportLines(look, startOf(node), text, around);
      return around;
    default:
      return around;
  }
}

function mentionFields(look: Look, text: string, from: number, { about }: Around): void {
  if (about === undefined) return;
  for (const { 0: line, index } of text.matchAll(/[^\r\n]+/g))
    look.mentions.ofField(about, line, from + index);
}

function lookAtItem(look: Look, item: ListItem, around: Around): void {
  const { source, taken, noTasks } = look;
  const [first, ...others] = item.children;
  const below = first?.type === 'paragraph' ? others : item.children;
  const text = first?.type === 'paragraph' ? sourceOf(source.text, first) : '';
  const isTaken = taken.has(startOf(item));
  const isTask = isTaken && !noTasks.has(startOf(item));
  const line = readTaskLine(text);
  if (first?.type === 'paragraph') {
    if (!isTaken) report(look, { line, text, at: startOf(item) }, around);
    mentionFields(look, text, startOf(first), around);
    const behind = text.search(/[\r\n]/);
    if (behind >= 0) reportLines(look, startOf(first) + behind, text.slice(behind), around);
  }
  const isCriteria = CRITERIA.test(labelOf(text));
  const within: Around = isTask ? { areCriteria: false, task: line.id ?? '' } : around;
  lookAt(look, below, { ...within, areCriteria: within.areCriteria || isCriteria });
}

/** The first column of any table may name tasks, alone or before what is to be done. */
function lookAtTable(look: Look, table: Table): void {
  const [head, ...rows] = table.children;
  const keys = (head?.children ?? []).map((cell) => keyOf(textOf(look, cell)));
  const texts = rows.map((row) => ({
    cells: row.children.map((cell) => textOf(look, cell)),
    at: startOf(row),
  }));
  look.mentions.ofRows(texts, keys, (name) => !isNew(look, name));
  const isAssigned = keys.some(isWho);
  const titles = (head?.children ?? []).map((cell) => textOf(look, cell));
  const isOfTasks = titles.some((title) => /^(?:tasks?|work|what)(?: name| description)?$/i.test(title));
  if (isAssigned && isOfTasks) {
    const unknown = rows.filter((row) => !isKnownRow(look, row));
    // A list of who does what has rows of those who do nothing in it: `Cy-1 | Reviewer | all`.
    const isOfAgents = isWho(keys[0]) && unknown.length < rows.length;
    const named = isOfAgents ? unknown.filter((row) => idsOf(look, row).length > 0) : unknown;
    const [first] = named;
    if (first !== undefined)
      tell(look, startOf(first), {
        text: textOf(look, first),
        severity: named.some((row) => idOf(textOf(look, row.children[0])) !== undefined) ? 'error' : 'warn',
        why: 'its table has no column `Task ID`',
      });
    return;
  }
  for (const row of table.children) {
    const name = textOf(look, row.children[0]);
    if (idOf(name) === name && isNew(look, name))
      tell(look, startOf(row), { text: name, severity: 'warn', why: 'its table is none that is read' });
  }
}

/** It names a task that is read, by its id or in words, or nothing at all. */
function isKnownRow(look: Look, row: TableRow): boolean {
  const cells = row.children.map((cell) => textOf(look, cell)).filter((text) => !isNothing(text));
  if (cells.length < 2 || cells.some((text) => look.titles.has(text.toLowerCase()))) return true;
  const [id] = idsOf(look, row);
  return id !== undefined && !isNew(look, id);
}

function idsOf(look: Look, row: TableRow): readonly string[] {
  return row.children.flatMap((cell) => idOf(textOf(look, cell)) ?? []);
}

function textOf({ source }: Look, node: Nodes | undefined): string {
  return node === undefined
    ? ''
    : sourceOf(source.text, node)
        .replace(/^\s*\||\|\s*$|[*`]/g, '')
        .trim();
}

/** Lines with bars behind a table: an empty line ends a table. */
function reportRows(look: Look, node: Nodes, text: string): void {
  if (!/^\s*\|.*\|/.test(text)) return;
  tell(look, startOf(node), {
    text: text.split(/[\r\n]/)[0] ?? '',
    severity: 'error',
    why: 'an empty line ends the table above it',
  });
}

function reportHeading(
  look: Look,
  node: Heading,
  { text, ...around }: Around & { readonly text: string },
): void {
  const line = readTaskLine(text);
  const from = startOf(node.children[0] ?? node);
  const bare = numberOf(text);
  if (/^\W*task\b/i.test(text) && line.id !== undefined && line.title !== '')
    report(look, { line, text, at: from }, around);
  else if (line.id !== undefined || !bare.startsWith(`${around.group ?? ''}.`))
    reportLines(look, from, text, around);
  else if (isNew(look, bare)) tell(look, from, { text, severity: 'warn', why: OUTSIDE });
}

/** Lines that no bullet begins, or one that is no bullet there: only what is clearly meant as a task is told. */
function reportLines(look: Look, from: number, text: string, around: Around): void {
  for (const { 0: line, index } of text.matchAll(/[^\r\n]+/g))
    reportLine(look, { text: line, at: from + index }, around);
}

function reportLine(
  look: Look,
  { text, at }: { readonly text: string; readonly at: number },
  around: Around,
): void {
  // Without a blank behind it, or with another sign, a bullet is none: `-[ ] text`, `• 1.1: text`.
  const bare = text.replace(/^[\s>]*(?:[*+]\s+|[-–—•·▪‣◦－]\s*|\d{1,9}[.)]\s+)?/, '');
  const line = readTaskLine(bare);
  if ((line.id === undefined && line.checked === null) || line.title === '') return;
  const isMeant = line.checked !== null || line.assignment.agents.length > 0;
  const isOfGroup = around.group !== undefined && line.id?.startsWith(`${around.group}.`) === true;
  if (isMeant || (isOfGroup && around.task === undefined && !around.areCriteria))
    report(look, { line, text: bare, at }, around);
}

interface Found {
  readonly line: TaskLine;
  readonly text: string;
  readonly at: number;
}

function report(look: Look, { line, text, at }: Found, { task, areCriteria }: Around): void {
  const { id, checked, assignment } = line;
  const isAssigned = assignment.agents.length > 0;
  const isPart = task !== undefined || areCriteria;
  if (id === undefined) {
    const isMeant = !isPart && (checked !== null || line.isTask);
    if (isMeant) tell(look, at, { text, severity: 'warn', why: OUTSIDE });
    return;
  }
  const isBelow = task !== undefined && nameKey(id).startsWith(`${nameKey(task)}.`);
  if (!isNew(look, id) && !isPart && checked === true) look.mentions.ofLine(id, text, at);
  if (!isNew(look, id) || isBelow) return;
  const isSure = isAssigned || (checked !== null && !isPart);
  tell(look, at, {
    text,
    severity: isSure ? 'error' : 'warn',
    why:
      task === undefined
        ? OUTSIDE
        : `it stands below ${task === '' ? 'another task' : `the task ${task}`}, and is a part of it`,
  });
}

const OUTSIDE = 'it stands in no list of a group';

function isNew({ ids }: Look, id: string): boolean {
  const key = nameKey(id);
  return !ids.has(key) && !ids.has(`t${key}`);
}

function tell(
  { source, findings }: Look,
  at: number,
  {
    text,
    severity,
    why,
  }: { readonly text: string; readonly severity: 'error' | 'warn'; readonly why: string },
): void {
  findings[severity]({
    rule: 'task-outside',
    at: source.place(at),
    message: `${quoted(text.replace(/\s+/g, ' ').trim())} is not read as a task: ${why}`,
    remedy:
      'Write it as an item `- [ ] 1.1: text (Builder-1, 2h)` below a heading `## Parallel Group 1: Name`, or without id, box and agent.',
  });
}
