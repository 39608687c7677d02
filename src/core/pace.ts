/** How long a plan takes at least, by what is estimated of its tasks. */

import { remainingPath } from './graph.ts';
import type { Plan, Task } from './plan.ts';
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
