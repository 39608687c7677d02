/** The tasks and groups of a plan, each at its place. */

import type { PlacedGroup } from './group-numbers.ts';
import type { RawTask } from './raw-task.ts';
import type { Hold } from './standing.ts';
import type { TableTask } from './task-table.ts';

export interface PlacedTask {
  readonly id: string;
  /** Null in a plan that has no groups. */
  readonly group: number | null;
  readonly raw: RawTask;
  /** Where else the file has it: the same task's row in a table. */
  readonly row?: TableTask;
  readonly isDone: boolean;
  /** Why it cannot be done yet, where the plan says so of it or of its group. */
  readonly hold?: Hold;
}

export interface Placed {
  readonly groups: readonly PlacedGroup[];
  /** In the file's order. */
  readonly tasks: readonly PlacedTask[];
  /** Tasks that are in the file and are not placed, by their keys. */
  readonly left: ReadonlyMap<string, LeftOut>;
}

/** Of what is misplaced an error has been given. */
export type LeftOut = 'left out' | 'misplaced';
