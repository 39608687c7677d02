/** How long a plan takes at least, by what is estimated of its tasks. */

import { criticalPath, type GraphNode, remainingPath } from './graph.ts';
import type { Plan, Task, TaskId } from './plan.ts';
import { weightOf } from './plan-index.ts';
import type { RunSettings } from './settings.ts';

export type Pace = Pick<RunSettings, 'maxParallel' | 'schedule' | 'resources'>;

/**
 * No schedule is faster than the longest path, the work shared evenly by all slots, or what one thing is needed for.
 * Groups that are barriers add up along the longest chain of them.
 */
export function leastSeconds(plan: Plan, tasks: readonly Task[], pace: Pace): number {
  if (pace.schedule === 'dag') return leastOfGroup(tasks, pace);
  const groups = plan.groups.map(({ number, after }) => ({
    id: String(number),
    dependsOn: after.map(String),
    seconds: leastOfGroup(
      tasks.filter((task) => task.group === number),
      pace,
    ),
  }));
  const chains = remainingPath(groups, ({ seconds }) => seconds).values();
  return Math.max(secondsOf(tasks) / Math.max(1, pace.maxParallel), ...chains);
}

/**
 * The heaviest chain of tasks, each of which begins after the one before it: it depends on it, or its group waits for that
 * one's. Of equal chains that with more dependencies counts. Unless they are weighed otherwise, by estimates or sizes.
 */
export function criticalTasks(
  { groups, tasks }: Pick<Plan, 'groups' | 'tasks'>,
  { schedule }: Pick<Pace, 'schedule'>,
  weight: (task: Task) => number = weightOf(tasks),
): readonly TaskId[] {
  if (schedule === 'dag') return criticalPath(tasks, weight);
  const own = remainingPath(tasks, weight);
  const after = new Map(groups.map((group) => [group.number, group.after.map(endOf)]));
  const nodes = tasks
    .toSorted((a, b) => (own.get(b.id) ?? 0) - (own.get(a.id) ?? 0))
    .map((task) => ({
      id: task.id,
      dependsOn: [...task.dependsOn, ...(after.get(task.group) ?? [])],
      weight: weight(task),
    }));
  // One node for the end of a group, in place of an edge between each two tasks.
  const ends = groups.map(({ number, tasks: members, after: before }) => ({
    id: endOf(number),
    dependsOn: [...members, ...before.map(endOf)],
    weight: 0,
  }));
  const names = new Set(ends.map(({ id }) => id));
  return criticalPath(
    [...nodes, ...ends],
    (node: GraphNode & { readonly weight: number }) => node.weight,
  ).filter((id) => !names.has(id));
}

/** No id of a task holds such a character. */
function endOf(group: number): string {
  return `\0${group}`;
}

function leastOfGroup(tasks: readonly Task[], { maxParallel, resources }: Pace): number {
  const chains = remainingPath(tasks, (task) => task.estimateSeconds ?? 0).values();
  const held = [...new Set(tasks.flatMap((task) => task.resources))].map(
    (name) => secondsOf(tasks.filter((task) => task.resources.includes(name))) / (resources[name] ?? 1),
  );
  return Math.max(0, secondsOf(tasks) / Math.max(1, maxParallel), ...chains, ...held);
}

export function secondsOf(tasks: readonly Task[]): number {
  return tasks.reduce((sum, task) => sum + (task.estimateSeconds ?? 0), 0);
}
