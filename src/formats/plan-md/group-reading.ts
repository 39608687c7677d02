/** What has been read of a group so far, and what its lines add to that. */

import type { FindingList } from '../finding-list.ts';
import type { Located, LocatedText } from '../located-text.ts';
import type { Announced } from './announced.ts';
import { isAgentName } from './assignment.ts';
import { type Field, readField } from './fields.ts';
import { isPlainDependency, waitsWithoutColon } from './group-dependencies.ts';
import { agentNamesIn, keyOf } from './keys.ts';
import { announcesMore } from './labels.ts';
import type { NoTask } from './no-task.ts';
import type { RawTask } from './raw-task.ts';
import type { TableTask } from './task-table.ts';

export interface Reading {
  readonly source: LocatedText;
  readonly findings: FindingList;
  readonly taken: Set<number>;
  readonly noTasks: Map<number, NoTask>;
  /** As its heading writes it; empty for none. */
  readonly number: string;
  readonly wantsTasks: boolean;
  readonly fields: Map<string, Located<string>>;
  readonly tasks: RawTask[];
  readonly rows: TableTask[];
  readonly criteria: string[];
  readonly items: string[];
  readonly notes: string[];
  /** The last line that announced a list, in lower case. */
  label: string;
  /** Who does what follows, where that is said again within the group. */
  agents: { readonly names: readonly string[]; readonly isOfList: boolean } | null;
  readonly announced: Announced;
  durationEnd?: number;
  tasksEnd?: number;
}

/** What it waits for without a field in the same line: `Depends on Group 1`, or below a heading `Dependencies`. */
export function takeWaits(reading: Reading, text: string, offset: number): boolean {
  const { source, label } = reading;
  const isBelow = keyOf(label) === 'after' && !announcesMore(text);
  const value = isBelow ? text.replace(/\s+/g, ' ').trim() : waitsWithoutColon(text);
  if (value === null) return false;
  const key = isBelow ? label : 'depends on';
  takeField(reading, { key, value: { value, at: source.place(offset) }, end: offset + text.length });
  reading.label = '';
  if (!isPlainDependency(value)) note(reading, text);
  else if (isBelow) reading.announced.told();
  return true;
}

const LONGEST = 1000;

/** Null for a heading, or a line before a list, that names nobody. */
export function agentsIn(source: LocatedText, text: string, isOfList: boolean): Reading['agents'] {
  // Trimming takes quadratic time over some texts.
  if (text.length > LONGEST) return null;
  const bare = text.replace(/[*_`:]+(?=\s|$)|(?<=^|\s)[*_`]+/g, '').trim();
  if (isAgentName(bare) && /\d$/.test(bare)) return { names: agentNamesIn(bare), isOfList };
  const field = isOfList ? null : readField(source, text, 0);
  const names = field !== null && keyOf(field.key) === 'agent' ? agentNamesIn(field.value.value) : [];
  return names.length === 0 ? null : { names, isOfList };
}

/** The task knows what it stands below. */
export function below<T extends RawTask>({ announced, agents }: Reading, task: T): T {
  const titles = announced.forTask();
  return {
    ...task,
    ...(titles.length === 0 ? {} : { below: titles }),
    ...(agents === null ? {} : { agentsAbove: agents.names }),
  };
}

export function note({ announced, notes }: Reading, text: string): void {
  notes.push(...announced.forNote(), text);
}

export function takeField(reading: Reading, { key, value, end }: Field): void {
  if (value.value === '') return;
  const known = reading.fields.get(key);
  const meant = keyOf(key);
  const isLater = known !== undefined || reading.tasks.length + reading.rows.length > 0;
  if (isLater && (meant === 'agent' || meant === 'instance'))
    reading.agents = { names: agentNamesIn(value.value), isOfList: false };
  if (known !== undefined && meant === 'after')
    reading.fields.set(key, { ...known, value: `${known.value}, ${value.value}` });
  if (known !== undefined) return;
  reading.fields.set(key, value);
  if (key === 'duration') reading.durationEnd = end;
}
