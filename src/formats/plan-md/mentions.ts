/** What is said of tasks beside their groups and tables: nothing of it is read, and some of it is told. */

import { type FindingList, quoted } from '../finding-list.ts';
import type { LocatedText, Place } from '../located-text.ts';
import { saysState } from '../said-state.ts';
import { readField } from './fields.ts';
import { type Key, keyOf, taskNamesIn } from './keys.ts';
import type { LinkedTask } from './linked.ts';
import { isDone, isDoneWord, type Mark, marksOf, standingOf } from './marks.ts';
import { idOf } from './row-ids.ts';
import { readTaskLine } from './task-line.ts';

export interface Mention {
  /** Of the task, as written there. */
  readonly name: string;
  readonly at: Place;
  /** As written. */
  readonly said: string;
  /** It says of the task that it is done, or that it is not to be done. */
  readonly isSettled: boolean;
  /** Names of tasks that it says the task waits for. */
  readonly needs: readonly string[];
}

export class Mentions {
  readonly all: Mention[] = [];
  readonly #source: LocatedText;

  constructor(source: LocatedText) {
    this.#source = source;
  }

  /** A heading, or an item with a box, that names the task. */
  ofLine(name: string, said: string, at: number): void {
    const { checked, marks, title } = readTaskLine(said);
    const isSettled = isDone(checked, marks) || isHeld(marks) || saysState(title);
    this.#add({ name, said, isSettled, needs: [] }, at);
  }

  /** A line in a section that is about the task. */
  ofField(name: string, line: string, at: number): void {
    const field = readField(this.#source, line, 0);
    const value = field?.value.value ?? '';
    const key = keyOf(field?.key ?? '');
    if (key === 'status') this.ofStatus(name, line, { value, at });
    if (key === 'after') this.#ofNeeds(name, line, { value, at });
  }

  /** Of a table that is none of tasks: in the first column it names some that are read elsewhere. */
  ofRows(
    rows: readonly { readonly cells: readonly string[]; readonly at: number }[],
    keys: readonly (Key | undefined)[],
    isRead: (name: string) => boolean,
  ): void {
    for (const { cells, at } of rows) {
      const name = idOf(cells[0] ?? '') ?? cells[0] ?? '';
      for (const [index, key] of isRead(name) ? keys.entries() : []) {
        const value = cells[index] ?? '';
        if (key === 'after') this.#ofNeeds(name, `${name}: ${value}`, { value, at });
        if (key === 'status') this.ofStatus(name, `${name}: ${value}`, { value, at });
      }
    }
  }

  #ofNeeds(name: string, said: string, { value, at }: { readonly value: string; readonly at: number }): void {
    this.#add({ name, said, isSettled: false, needs: taskNamesIn(value) }, at);
  }

  ofStatus(name: string, said: string, { value, at }: { readonly value: string; readonly at: number }): void {
    this.#add({ name, said, isSettled: isDoneWord(value) || isHeld(marksOf(value)), needs: [] }, at);
  }

  #add({ said, ...mention }: Omit<Mention, 'at'>, at: number): void {
    if (!mention.isSettled && mention.needs.length === 0) return;
    this.all.push({
      ...mention,
      said: said
        .replace(/\*\*|__/g, '')
        .replace(/\s+/g, ' ')
        .trim(),
      at: this.#source.place(at),
    });
  }
}

function isHeld(marks: readonly Mark[]): boolean {
  const { is } = standingOf(marks);
  return is === 'held' || is === 'dropped';
}

/** A task that is said to be done, or not to be done, and is run: once for each. */
export function warnOfStates(
  mentions: readonly Mention[],
  taskOf: (name: string) => LinkedTask | undefined,
  findings: FindingList,
): void {
  const told = new Set<string>();
  for (const { name, at, said, isSettled } of mentions) {
    const task = taskOf(name);
    if (!isSettled || task === undefined || task.isDone || task.hold !== undefined || told.has(task.id))
      continue;
    told.add(task.id);
    findings.warn({
      rule: 'state-unread',
      at,
      message: `${quoted(said)} seems to say how ${task.id} stands, and stands beside its group or table: ${task.id} is run`,
      remedy: 'Tick the box of what is done, or say it in its list, or in the column `Status` of its table.',
      tasks: [task.id],
    });
  }
}
