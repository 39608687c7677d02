/** Groups for tasks that have only dependencies: what may run at once, level by level. */

import { dependencyLevels } from '../core/graph.ts';
import { conflictPairs } from '../core/ownership.ts';
import type { Group, Task } from '../core/plan.ts';

export type UngroupedTask = Omit<Task, 'group'>;

export interface LevelGroupOptions {
  /** No group is larger. */
  readonly largest?: number;
  /** Tasks that write to the same files go to different groups. */
  readonly apart?: boolean;
}

/** The dependencies must be free of cycles. The tasks keep their order. */
export function levelGroups(
  tasks: readonly UngroupedTask[],
  { largest = Number.POSITIVE_INFINITY, apart = false }: LevelGroupOptions = {},
): { readonly groups: readonly Group[]; readonly tasks: readonly Task[] } {
  const done = new Set(tasks.filter((task) => task.done === true).map(({ id }) => id));
  const nodes = tasks.map(({ id, dependsOn }) => ({
    id,
    dependsOn: done.has(id) ? [] : dependsOn.filter((other) => !done.has(other)),
  }));
  const conflicts = apart ? conflictPairs(tasks) : new Map<string, ReadonlySet<string>>();
  const members = dependencyLevels(nodes).flatMap((level) => split(level, largest, conflicts));
  const groupOf = new Map(members.flatMap((ids, index) => ids.map((id) => [id, index + 1] as const)));
  return {
    groups: members.map((ids, index) => ({
      number: index + 1,
      name: `Level ${index + 1}`,
      tasks: ids,
      after: index === 0 ? [] : [index],
    })),
    tasks: tasks.map((task) => ({ ...task, group: groupOf.get(task.id) ?? 1 })),
  };
}

/** Each id into the first part that has room for it and nothing that it conflicts with. */
function split(
  ids: readonly string[],
  largest: number,
  conflicts: ReadonlyMap<string, ReadonlySet<string>>,
): readonly (readonly string[])[] {
  const parts: string[][] = [];
  for (const id of ids) {
    const held = conflicts.get(id);
    const part = parts.find((each) => each.length < largest && !each.some((other) => held?.has(other)));
    if (part === undefined) parts.push([id]);
    else part.push(id);
  }
  return parts;
}
