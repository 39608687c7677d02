/** What is found of a decomposer's plan before its fields are read. */

import type { Place } from '../located-text.ts';
import type { Field, FieldName, NamedField } from './task-fields.ts';

export interface FoundTask {
  /** As it is written: `3`, `2.1`. */
  readonly number: string;
  readonly name: string;
  readonly at: Place;
  /** Its check box is ticked. */
  readonly ticked: boolean;
  /** Before the word `Task`; empty without one. */
  readonly sign: string;
  readonly fields: ReadonlyMap<FieldName, Field>;
  /** Fields that it has already, by the same word. */
  readonly repeated: readonly NamedField[];
  /** Every other line of it. */
  readonly text: readonly string[];
  /** Headings above it, the outermost first, without the plan's title. */
  readonly below: readonly OuterHeading[];
  /** The number of the task that it is a part of by its own, and stands within. */
  readonly within?: string;
}

export interface OuterHeading {
  readonly title: string;
  readonly depth: number;
  readonly at: Place;
}

/** Fields that stand below no task. */
export interface Stray {
  /** Of the heading or item above them; of the first of them, where there is none. */
  readonly at: Place;
  /** What stands there; empty without one. */
  readonly title: string;
  readonly fields: readonly NamedField[];
}

/**
 * A task that cannot be read: a row of a table, what is quoted, or what only looks like one (`### Task 2 name`). An item with
 * nothing below it may be a remark as well: `- Task 9 comes later`.
 */
export interface UnreadTask {
  readonly number: string;
  readonly at: Place;
  readonly is: 'row' | 'quote' | 'other' | 'item';
}

export interface FoundTasks {
  readonly tasks: readonly FoundTask[];
  readonly strays: readonly Stray[];
  /** Of tasks that stand nowhere else. */
  readonly unread: readonly UnreadTask[];
  /** What stands outside of them, for everybody to know. */
  readonly prose: string;
}
