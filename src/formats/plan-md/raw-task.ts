/** A task as one place of the file has it, before ids and groups are known to be right. */

import type { Located } from '../located-text.ts';
import type { Mark } from './marks.ts';

export interface RawTask {
  readonly id?: string;
  readonly title: string;
  readonly at: Located<string>['at'];
  readonly agents: readonly string[];
  /** Whom a heading or a line above it within its group names for all that follows. */
  readonly agentsAbove?: readonly string[];
  /** Who is named for nothing but looking at it. */
  readonly reviewers?: readonly string[];
  /** Each of the agents is one that works in a place of its own, and not a role that many could have. */
  readonly areInstances: boolean;
  /** What kind of agent the instance is, where a table says both. */
  readonly agentType?: string;
  readonly estimateSeconds?: number;
  /** Meant as a time, and none. */
  readonly unclearTime?: string;
  /** Names of tasks, as they are written. */
  readonly dependsOn: readonly string[];
  readonly branch?: string;
  /** Whether it only verifies, where that is said. */
  readonly verifies?: boolean;
  /** What stands in its parentheses and is not understood. */
  readonly notes?: readonly string[];
  /** What its parentheses and columns say beside what is read of them. */
  readonly remarks?: readonly string[];
  /** Headings and lines above it within its group, the outermost first. */
  readonly below?: readonly string[];
  /** What stands in its box and says neither yes nor no. */
  readonly oddBox?: string;
  /** What its table says of its state, in words that are none of those that are known. */
  readonly unclearState?: string;
  /** It is crossed out: nobody is to do it. */
  readonly isDropped?: true;
  /** Null without a box. */
  readonly checked: boolean | null;
  readonly marks: readonly Mark[];
  readonly requirements: readonly string[];
  /** The same with everything around them, as written. */
  readonly details: string;
  readonly criteria: readonly string[];
  /** Absent where a row of a table has no room for one. */
  readonly place?: MarkPlace;
  /** Where other tables have the same task. */
  readonly alsoIn?: readonly MarkPlace[];
}

/** Where the marks of a task are written. */
export interface MarkPlace {
  /** Of the character in the box. */
  readonly box?: number;
  /** Where there is none in it, or blanks around it. */
  readonly boxLength?: number;
  /** Behind the last word of the line, or of the cell. */
  readonly end: number;
  /** Of a table: where the word in the column of the status begins. */
  readonly start?: number;
}
