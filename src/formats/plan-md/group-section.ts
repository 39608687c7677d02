/** A group or workstream with its fields, tasks and criteria. */

import type { List, ListItem, Paragraph, RootContent } from 'mdast';
import type { FindingList } from '../finding-list.ts';
import type { LocatedText } from '../located-text.ts';
import { endOf, headingText, isComment, sourceOf, startOf } from '../markdown.ts';
import { Announced } from './announced.ts';
import { type Field, fieldsOf, readField } from './fields.ts';
import { isPlainDependency } from './group-dependencies.ts';
import { agentsIn, below, note, type Reading, takeField, takeWaits } from './group-reading.ts';
import { hasRemark, keyOf } from './keys.ts';
import { CRITERIA, headingLabelOf, labelOf } from './labels.ts';
import { dedented, readHeadingTask, readListTask, withoutBox } from './list-task.ts';
import { isDoneWord, marksOf } from './marks.ts';
import type { NoTask } from './no-task.ts';
import { fieldsOfKey, type RawGroup } from './raw-group.ts';
import type { RawTask } from './raw-task.ts';
import type { PlanSection } from './sections.ts';
import { readTaskLine } from './task-line.ts';
import { readTaskTable } from './task-table.ts';

const DAYS = /\s*\(([^()]*\b(?:days?|weeks?|hours?|hrs?|h|min)\b[^()]*)\)\s*$/i;

export interface SectionInput {
  readonly source: LocatedText;
  readonly section: PlanSection;
  /** Places of items, rows and headings that have been read as what they are. */
  readonly taken: Set<number>;
  /** Items that are no tasks, by their places. */
  readonly noTasks: Map<number, NoTask>;
}

export function readGroupSection(
  { source, section, taken, noTasks }: SectionInput,
  findings: FindingList,
): RawGroup {
  const { heading, nodes } = section;
  const notes: string[] = [];
  const reading: Reading = {
    source,
    findings,
    taken,
    noTasks,
    number: section.number ?? '',
    wantsTasks: section.kind === 'group',
    fields: new Map(),
    tasks: [],
    rows: [],
    criteria: [],
    items: [],
    notes,
    label: '',
    agents: null,
    announced: new Announced((written) => notes.push(written)),
  };
  for (let index = 0; index < nodes.length; index += 1) index += readNode(reading, nodes, index);
  reading.announced.end();
  const days = DAYS.exec(section.name)?.[1];
  const duration = reading.fields.get('duration')?.value.replace(/\s*→.*$/s, '') ?? days;
  const last = nodes.at(-1);
  const { durationEnd, tasksEnd, fields, tasks, rows, criteria, items } = reading;
  if (section.kind === 'workstream' && tasks.length + rows.length === 0) takeItems(reading, nodes);
  const statuses = fieldsOfKey(reading, 'status');
  return {
    kind: section.kind === 'workstream' ? 'workstream' : 'group',
    number: section.number,
    name: section.name.replace(DAYS, '').trim(),
    at: source.place(heading === null ? 0 : startOf(heading)),
    outer: section.outer.map((each) => ({
      value: headingText(source.text, each),
      at: source.place(startOf(each)),
    })),
    isMarkedDone: section.isMarkedDone || statuses.some(({ value }) => isDoneWord(value)),
    marks: [...section.marks, ...statuses.flatMap(({ value }) => marksOf(value))],
    ...(duration === undefined || duration === '' ? {} : { duration }),
    fields,
    tasks,
    rows,
    criteria,
    items,
    notes: notes.join('\n\n'),
    text: last === undefined ? '' : source.text.slice(startOf(nodes[0] ?? last), endOf(last)),
    places: {
      heading: heading === null ? 0 : headingEnd(heading),
      ...(durationEnd === undefined ? {} : { duration: durationEnd }),
      ...(tasksEnd === undefined ? {} : { tasks: tasksEnd }),
    },
  };
}

/** A workstream that is one task is told with all of its text: items without ids are parts of it. */
function takeItems({ source, taken }: Reading, nodes: readonly RootContent[]): void {
  for (const item of nodes.flatMap((node) => (node.type === 'list' ? node.children : []))) {
    const [first] = item.children;
    const text = first?.type === 'paragraph' ? sourceOf(source.text, first) : '';
    if (readTaskLine(text).id === undefined) taken.add(startOf(item));
  }
}

function headingEnd(heading: NonNullable<PlanSection['heading']>): number {
  const last = heading.children.at(-1);
  return last === undefined ? endOf(heading) : endOf(last);
}

/** Gives how many nodes behind it belong to it. */
function readNode(reading: Reading, nodes: readonly RootContent[], index: number): number {
  const node = nodes[index];
  const { source, taken, findings } = reading;
  switch (node?.type) {
    case 'heading': {
      const behind = nodes.slice(index + 1);
      const end = behind.findIndex((next) => next.type === 'heading' && next.depth <= node.depth);
      const within = end < 0 ? behind : behind.slice(0, end);
      const task = readHeadingTask(source, node, within);
      if (task === null) {
        reading.label = headingLabelOf(headingText(source.text, node));
        reading.agents = agentsIn(source, headingText(source.text, node), false);
        reading.announced.heading(node.depth, sourceOf(source.text, node));
        return 0;
      }
      reading.tasks.push(below(reading, task));
      reading.tasksEnd = endOf(within.at(-1) ?? node);
      taken.add(startOf(node));
      return within.length;
    }
    case 'paragraph':
      readParagraph(reading, node);
      return 0;
    case 'list': {
      const before = reading.tasks.length;
      readList(reading, node);
      reading.announced.endOfList();
      if (reading.agents?.isOfList) reading.agents = null;
      if (reading.tasks.length > before) reading.tasksEnd = endOf(node);
      return 0;
    }
    case 'table': {
      const rows = readTaskTable(source, node, findings);
      if (rows === null) note(reading, sourceOf(source.text, node));
      else {
        reading.rows.push(...rows.map((row) => below(reading, row)));
        taken.add(startOf(node));
        reading.tasksEnd = endOf(node);
      }
      return 0;
    }
    case 'code':
      note(reading, sourceOf(source.text, node));
      return 0;
    case 'html':
      if (!isComment(source.text, node)) note(reading, sourceOf(source.text, node));
      return 0;
    default:
      return 0;
  }
}

function readParagraph(reading: Reading, paragraph: Paragraph): void {
  const { source } = reading;
  const text = sourceOf(source.text, paragraph);
  const fields = fieldsOf(source, paragraph);
  if (fields.every((field) => field === null)) {
    if (takeWaits(reading, text, startOf(paragraph))) return;
    const bold = /^(\*\*|__)[^*_\r\n]+\1$/.test(text) ? labelOf(text) : '';
    if (CRITERIA.test(bold) || ONLY_NOTES.test(bold)) {
      reading.label = bold;
      reading.announced.line(text);
      return;
    }
    const agents = agentsIn(source, text, true);
    if (agents !== null) {
      reading.agents = agents;
      reading.label = '';
      reading.announced.line(text);
      return;
    }
  }
  for (const field of fields) if (field !== null) takeField(reading, field);
  const last = fields.at(-1);
  const label = last?.value.value === '' ? last.key : '';
  if (label !== '' && fields.length === 1) {
    reading.label = label;
    reading.announced.line(text);
    return;
  }
  reading.label = label;
  if (!fields.every((field) => field !== null && isUsed(field))) note(reading, text);
}

/** What a group does something with; anything else is told to its agents. */
function isUsed({ key, value: { value } }: Field): boolean {
  switch (keyOf(key)) {
    case 'after':
      return isPlainDependency(value);
    case 'agent':
    case 'instance':
    case 'reviewer':
      return !hasRemark(value);
    case 'verifies':
      return true;
    case 'time':
      return key === 'duration';
    case 'status':
      return isDoneWord(value);
    default:
      return false;
  }
}

const NO_TASKS =
  /deliverable|risk|note|output|assumption|resource|reference|report|handoff|hand-off|integration/;
/** Of a line without a colon, which may as well be the name of a part: `**Integration**`, `**Reports**`. */
const ONLY_NOTES =
  /^(?:\S{1,40} ){0,4}(?:deliverables?|risks?|notes?|outputs?|assumptions?|resources|references)$|^risk (?:mitigations?|assessment|register|analysis|matrix|log)$|^(?:integration|hand-?off) (?:points?|checklist|notes|artifacts?)$/;

function readList(reading: Reading, list: List): void {
  const { source, label } = reading;
  if (keyOf(label) === 'after' && !reading.fields.has(label)) {
    readDependencies(reading, list);
    return;
  }
  if (CRITERIA.test(label)) {
    reading.announced.told();
    reading.criteria.push(...list.children.map((item) => dedented(withoutBox(sourceOf(source.text, item)))));
    return;
  }
  const isNotes = NO_TASKS.test(label);
  for (const item of list.children) readItem(reading, item, isNotes);
}

/** What the group waits for, an item each; tasks may go on in the same list, for an empty line does not end it. */
function readDependencies(reading: Reading, list: List): void {
  const { source, label } = reading;
  // Nobody is to do `[x] Group 1 complete`.
  const first = list.children.findIndex(
    (item) =>
      readListTask(source, item) !== null && !isPlainDependency(withoutBox(sourceOf(source.text, item))),
  );
  const own = first < 0 ? list.children : list.children.slice(0, first);
  const value = own.map((item) => withoutBox(sourceOf(source.text, item))).join(', ');
  reading.fields.set(label, { value, at: source.place(startOf(list)) });
  for (const item of own) reading.taken.add(startOf(item));
  if (isPlainDependency(value)) reading.announced.told();
  else for (const item of own) note(reading, `- ${dedented(withoutBox(sourceOf(source.text, item)))}`);
  reading.label = '';
  for (const item of list.children.slice(own.length)) readItem(reading, item, false);
}

function readItem(reading: Reading, item: ListItem, isNotes: boolean): void {
  const { source, taken, wantsTasks } = reading;
  const text = dedented(withoutBox(sourceOf(source.text, item)));
  if (takeWaits({ ...reading, label: '' }, text, startOf(item))) {
    reading.items.push(text);
    return;
  }
  const field = fieldOf(source, item);
  const isKnown = field !== null && keyOf(field.key) !== undefined;
  const task = isKnown ? null : readListTask(source, item);
  if (task !== null && isMeant(reading, task, isNotes)) {
    reading.tasks.push(below(reading, task));
    taken.add(startOf(item));
    return;
  }
  if (field !== null) takeField(reading, field);
  if (isKnown && BOXED.test(sourceOf(source.text, item))) taken.add(startOf(item));
  reading.items.push(text);
  if (field === null || !isUsed(field) || item.children.length > 1) note(reading, `- ${text}`);
  if (field !== null || !wantsTasks || reading.label !== '') return;
  taken.add(startOf(item));
  reading.noTasks.set(startOf(item), { at: source.place(startOf(item)), text, group: reading.number });
}

/** Among notes only what has an id of its own, and somebody or a box. */
function isMeant({ tasks, wantsTasks }: Reading, task: RawTask, isNotes: boolean): boolean {
  if (!isNotes) return wantsTasks || task.id !== undefined;
  const isNew = task.id !== undefined && !tasks.some(({ id }) => id === task.id);
  return isNew && (task.checked !== null || task.agents.length > 0);
}

const BOXED = /^\S{1,10}\s+\[[ xX]\]\s/;

/** Null for one with a box, too, unless it says what is waited for and no more: nobody is to do that. */
function fieldOf(source: LocatedText, item: ListItem): Field | null {
  const [first] = item.children;
  if (first?.type !== 'paragraph') return null;
  const text = sourceOf(source.text, first);
  const box = /^\[[ xX]\]\s+/.exec(text)?.[0].length ?? 0;
  const field = readField(source, text.slice(box), startOf(first) + box);
  const isNoTask = field !== null && keyOf(field.key) === 'after' && isPlainDependency(field.value.value);
  return box === 0 || isNoTask ? field : null;
}
