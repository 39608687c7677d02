/** A group or workstream with its fields, tasks and criteria. */

import type { List, Paragraph } from 'mdast';
import type { FindingList } from '../finding-list.ts';
import { quoted } from '../finding-list.ts';
import type { Located, LocatedText, Place } from '../located-text.ts';
import { endOf, headingText, sourceOf, startOf } from '../markdown.ts';
import { type Field, fieldsOf, readField } from './fields.ts';
import { CRITERIA, dedented, readListTask, withoutBox } from './list-task.ts';
import type { RawTask } from './raw-task.ts';
import type { PlanSection } from './sections.ts';
import { readTaskLine } from './task-line.ts';

export interface RawGroup {
  readonly kind: 'group' | 'workstream';
  readonly number: string | null;
  readonly name: string;
  readonly at: Place;
  readonly isMarkedDone: boolean;
  /** `Days 3-5`, `3 days`, in the plan's words. */
  readonly duration?: string;
  /** By their keys; of two with one key the first. */
  readonly fields: ReadonlyMap<string, Located<string>>;
  readonly tasks: readonly RawTask[];
  /** Of the whole group. */
  readonly criteria: readonly string[];
  /** List items that are no tasks. */
  readonly items: readonly string[];
  /** Everything below the heading, as written. */
  readonly text: string;
  readonly places: {
    /** Behind the heading's last word. */
    readonly heading: number;
    /** Behind the value of the duration. */
    readonly duration?: number;
    /** Behind the last list with tasks. */
    readonly tasks?: number;
  };
}

interface Reading {
  readonly source: LocatedText;
  readonly findings: FindingList;
  readonly fields: Map<string, Located<string>>;
  readonly tasks: RawTask[];
  readonly criteria: string[];
  readonly items: string[];
  /** The last line that announced a list, in lower case. */
  label: string;
  durationEnd?: number;
  tasksEnd?: number;
}

const DAYS = /\s*\(([^()]*\b(?:days?|weeks?|hours?|hrs?|h|min)\b[^()]*)\)\s*$/i;

export function readGroupSection(source: LocatedText, section: PlanSection, findings: FindingList): RawGroup {
  const { heading, nodes } = section;
  const reading: Reading = {
    source,
    findings,
    fields: new Map(),
    tasks: [],
    criteria: [],
    items: [],
    label: '',
  };
  for (const node of nodes) {
    if (node.type === 'heading')
      reading.label = headingText(source.text, node).toLowerCase().replace(/[*:]/g, '').trim();
    else if (node.type === 'paragraph') readParagraph(reading, node);
    else if (node.type === 'list') {
      const before = reading.tasks.length;
      readList(reading, node, section.kind === 'group');
      if (reading.tasks.length > before) reading.tasksEnd = endOf(node);
    }
  }
  const days = DAYS.exec(section.name)?.[1];
  const duration = reading.fields.get('duration')?.value.replace(/\s*→.*$/s, '') ?? days;
  const last = nodes.at(-1);
  const { durationEnd, tasksEnd } = reading;
  return {
    kind: section.kind === 'workstream' ? 'workstream' : 'group',
    number: section.number,
    name: section.name.replace(DAYS, '').trim(),
    at: source.place(heading === null ? 0 : startOf(heading)),
    isMarkedDone: section.isMarkedDone,
    ...(duration === undefined || duration === '' ? {} : { duration }),
    fields: reading.fields,
    tasks: reading.tasks,
    criteria: reading.criteria,
    items: reading.items,
    text: last === undefined ? '' : source.text.slice(startOf(nodes[0] ?? last), endOf(last)),
    places: {
      heading: heading === null ? 0 : headingEnd(heading),
      ...(durationEnd === undefined ? {} : { duration: durationEnd }),
      ...(tasksEnd === undefined ? {} : { tasks: tasksEnd }),
    },
  };
}

function headingEnd(heading: NonNullable<PlanSection['heading']>): number {
  const last = heading.children.at(-1);
  return last === undefined ? endOf(heading) : endOf(last);
}

function readParagraph(reading: Reading, paragraph: Paragraph): void {
  const fields = fieldsOf(reading.source, paragraph);
  for (const field of fields) if (field !== null) takeField(reading, field);
  const last = fields.at(-1);
  reading.label = last?.value.value === '' ? last.key : '';
}

function takeField(reading: Reading, { key, value, end }: Field): void {
  if (value.value === '' || reading.fields.has(key)) return;
  reading.fields.set(key, value);
  if (key === 'duration') reading.durationEnd = end;
}

/** One that has an id was meant as a task: without it the group would be called complete. */
function reportNoTask(findings: FindingList, at: Place, text: string): void {
  const { id, isTask, title } = readTaskLine(text);
  const says = quoted(text);
  if (id !== undefined) {
    const remedy = 'Write it as `- [ ] 1.1: text (Builder-1, 2h)`, or remove it.';
    findings.error({ rule: 'task-untitled', at, message: `${says} does not say what is to be done`, remedy });
    return;
  }
  const why =
    isTask && title === ''
      ? 'it does not say what is to be done'
      : 'it has no box, no id and nobody who does it';
  findings.warn({
    rule: 'not-a-task',
    at,
    message: `${says} is not read as a task: ${why}`,
    remedy: 'Write it as `- [ ] 1.1: text (Builder-1, 2h)`, or below a line such as `**Notes**:`.',
  });
}

const NO_TASKS =
  /deliverable|risk|note|output|assumption|resource|reference|report|handoff|hand-off|integration/;

function readList({ source, findings, ...reading }: Reading, list: List, wantsTasks: boolean): void {
  for (const item of list.children) {
    const text = dedented(withoutBox(sourceOf(source.text, item)));
    if (CRITERIA.test(reading.label)) {
      reading.criteria.push(text);
      continue;
    }
    const task = NO_TASKS.test(reading.label) ? null : readListTask(source, item);
    if (task !== null && (wantsTasks || task.id !== undefined)) {
      reading.tasks.push(task);
      continue;
    }
    const [first] = item.children;
    const field =
      first?.type === 'paragraph' ? readField(source, sourceOf(source.text, first), startOf(first)) : null;
    if (field !== null && !reading.fields.has(field.key)) reading.fields.set(field.key, field.value);
    reading.items.push(text);
    if (field !== null || !wantsTasks || reading.label !== '') continue;
    reportNoTask(findings, source.place(startOf(item)), text);
  }
}
