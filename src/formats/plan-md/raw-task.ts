/** A task as one place of the file has it, before ids and groups are known to be right. */

import type { Located } from '../located-text.ts';
import type { Mark } from './marks.ts';

export interface RawTask {
  readonly id?: string;
  readonly title: string;
  readonly at: Located<string>['at'];
  readonly agents: readonly string[];
  /** Each of the agents is one that works in a place of its own, and not a role that many could have. */
  readonly areInstances: boolean;
  readonly estimateSeconds?: number;
  /** Meant as a time, and none. */
  readonly unclearTime?: string;
  /** Names of tasks, as they are written. */
  readonly dependsOn: readonly string[];
  readonly branch?: string;
  /** Null without a box. */
  readonly checked: boolean | null;
  readonly marks: readonly Mark[];
  readonly requirements: readonly string[];
  /** The same with everything around them, as written. */
  readonly details: string;
  readonly criteria: readonly string[];
  /** Absent where a row of a table has no room for one. */
  readonly place?: MarkPlace;
}

/** Where the marks of a task are written. */
export interface MarkPlace {
  /** Of the character in the box. */
  readonly box?: number;
  /** Behind the last word of the line, or of the cell. */
  readonly end: number;
  /** Of a table: where the word in the column of the status begins. */
  readonly start?: number;
}
