/** What scheduling asks of a plan again and again, worked out once. */

import { reach, remainingPath } from './graph.ts';
import { conflictPairs, type ScopedTask } from './ownership.ts';
import type { Group, Plan, Task, TaskId, TaskSize } from './plan.ts';

export interface PlanIndex {
  readonly task: ReadonlyMap<TaskId, Task>;
  readonly group: ReadonlyMap<number, Group>;
  readonly dependents: ReadonlyMap<TaskId, readonly TaskId[]>;
  /** For a group the tasks of those that open only if all of its own are done. */
  readonly behindGroup: ReadonlyMap<number, readonly TaskId[]>;
  /**
   * Place in the order of urgency, 0 first: longest remaining path, then most dependents, then fewest dependencies, then the
   * plan's priority, then its order.
   */
  readonly rank: ReadonlyMap<TaskId, number>;
  readonly byRank: readonly TaskId[];
  /** Place in the plan. */
  readonly place: ReadonlyMap<TaskId, number>;
  /** Tasks whose scopes, or the paths they name, do not allow them to run at once. */
  readonly conflicts: ReadonlyMap<TaskId, ReadonlySet<TaskId>>;
  /**
   * Groups in which a task depends on one that may not be merged when the group opens, of the same group or of one that
   * it runs beside: their merges cannot wait for the whole group.
   */
  readonly chained: ReadonlySet<number>;
}

export function indexPlan(plan: Plan): PlanIndex {
  const task = new Map(plan.tasks.map((each) => [each.id, each]));
  const dependents = new Map<TaskId, TaskId[]>(plan.tasks.map((each) => [each.id, []]));
  const chained = new Set<number>();
  const before = groupsBefore(plan.groups);
  for (const each of plan.tasks) {
    for (const id of each.dependsOn) {
      dependents.get(id)?.push(each.id);
      const needed = task.get(id);
      if (needed !== undefined && !before(each.group).has(String(needed.group))) chained.add(each.group);
    }
  }
  const place = new Map(plan.tasks.map((each, index) => [each.id, index]));
  const byRank = orderByUrgency(plan.tasks, dependents);
  return {
    task,
    group: new Map(plan.groups.map((each) => [each.number, each])),
    dependents,
    behindGroup: behindGroups(plan.groups),
    rank: new Map(byRank.map((id, index) => [id, index])),
    byRank,
    place,
    conflicts: conflictPairs(plan.tasks.map(withMentions)),
    chained,
  };
}

function behindGroups(groups: readonly Group[]): ReadonlyMap<number, readonly TaskId[]> {
  const behind = new Map<number, readonly TaskId[]>();
  for (const { after, afterSuccess, tasks } of groups) {
    if (afterSuccess !== true) continue;
    for (const number of after) behind.set(number, [...(behind.get(number) ?? []), ...tasks]);
  }
  return behind;
}

/** For a group all groups that are closed before it opens. */
function groupsBefore(groups: readonly Group[]): (group: number) => ReadonlySet<string> {
  const edges = new Map(groups.map(({ number, after }) => [String(number), after.map(String)]));
  const known = new Map<number, ReadonlySet<string>>();
  return (group) => {
    const before = known.get(group) ?? reach(edges, String(group));
    known.set(group, before);
    return before;
  };
}

function orderByUrgency(
  tasks: readonly Task[],
  dependents: ReadonlyMap<TaskId, readonly TaskId[]>,
): TaskId[] {
  const path = remainingPath(tasks, weightOf(tasks));
  const of = (id: TaskId): number => path.get(id) ?? 0;
  const unblocks = (id: TaskId): number => dependents.get(id)?.length ?? 0;
  const done = new Set(tasks.filter((task) => task.done === true).map(({ id }) => id));
  const waitsFor = ({ dependsOn }: Task): number => dependsOn.filter((id) => !done.has(id)).length;
  // Array.sort is stable, so equals keep the plan's order.
  return [...tasks]
    .sort(
      (a, b) =>
        of(b.id) - of(a.id) ||
        unblocks(b.id) - unblocks(a.id) ||
        waitsFor(a) - waitsFor(b) ||
        (b.priority ?? 0) - (a.priority ?? 0),
    )
    .map(({ id }) => id);
}

function withMentions({ id, scope, mentions = [] }: Task): ScopedTask {
  return { id, scope: { ...scope, modify: [...scope.modify, ...mentions] } };
}

/** A task of each size beside a small one. */
const SIZE_WEIGHTS: Readonly<Record<TaskSize, number>> = { small: 1, medium: 2, large: 4 };

/**
 * Estimates where all tasks have one, else sizes; otherwise every task weighs the same, which does nearly as well. What
 * is done weighs nothing.
 */
export function weightOf(tasks: readonly Task[]): (task: Task) => number {
  const left = tasks.filter(({ done }) => done !== true);
  const estimated = left.every(({ estimateSeconds }) => estimateSeconds !== undefined);
  const sized = left.every(({ size }) => size !== undefined);
  return ({ done, estimateSeconds = 1, size = 'small' }) => {
    if (done === true) return 0;
    if (estimated) return estimateSeconds;
    return sized ? SIZE_WEIGHTS[size] : 1;
  };
}
