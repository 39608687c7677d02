/** A group or workstream as its section of the file has it, before its number and its tasks are known to be right. */

import type { Located, Place } from '../located-text.ts';
import { type Key, keyOf } from './keys.ts';
import type { Mark } from './marks.ts';
import type { RawTask } from './raw-task.ts';
import type { TableTask } from './task-table.ts';

export interface RawGroup {
  readonly kind: 'group' | 'workstream';
  readonly number: string | null;
  readonly name: string;
  readonly at: Place;
  /** Headings that it stands below, the outermost first. */
  readonly outer: readonly Located<string>[];
  readonly isMarkedDone: boolean;
  /** Of the heading, and what its status says, of all of it. */
  readonly marks: readonly Mark[];
  /** `Days 3-5`, `3 days`, in the plan's words. */
  readonly duration?: string;
  /** By their keys; of two with one key the first. */
  readonly fields: ReadonlyMap<string, Located<string>>;
  readonly tasks: readonly RawTask[];
  /** Of tables below its heading. */
  readonly rows: readonly TableTask[];
  /** Of the whole group. */
  readonly criteria: readonly string[];
  /** List items that are no tasks. */
  readonly items: readonly string[];
  /** What is written there and is neither field, task nor criterion. */
  readonly notes: string;
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

/** Of all the keys that mean it, in the file's order. */
export function fieldsOfKey(
  { fields }: Pick<RawGroup, 'fields'>,
  ...keys: readonly Key[]
): readonly Located<string>[] {
  return [...fields].flatMap(([name, value]) => {
    const key = keyOf(name);
    return key !== undefined && keys.includes(key) && value.value !== '' ? [value] : [];
  });
}
