/** Whether the tasks of a plan run at once or one by one, and why: settled and said before anything is made. */

import type { Group, Plan, Task } from './plan.ts';
import { sequentialReason } from './sequential-reason.ts';
import type { RunSettings } from './settings.ts';

export type ExecutionMode =
  | {
      readonly is: 'parallel';
      /** Agents at once. */
      readonly agents: number;
      /** What keeps the number from being larger, e.g. `limited by max_agents config`. */
      readonly because: string;
    }
  | {
      readonly is: 'sequential';
      readonly reason: string;
      /** The same in two or three words, e.g. `threshold not met`. */
      readonly short: string;
    };

/** The name each plan's family has for the limit on agents. */
const LIMITS: Readonly<Record<Plan['format'], string>> = {
  auto: 'max_agents config',
  manifest: 'max_parallel',
  queue: 'max_parallel',
  'plan-md': 'max_parallel',
};

/** What the mode depends on beside the plan. */
export type ModeSettings = Pick<RunSettings, 'maxParallel' | 'resources' | 'parallelization' | 'preflight'>;

/** The mode that follows from the plan and the settings; a decomposer's plan has reasons of its own. */
export function executionMode(plan: Plan, settings: ModeSettings): ExecutionMode {
  const { maxParallel, parallelization } = settings;
  const own = parallelization === undefined ? null : sequentialReason(plan, parallelization);
  if (own !== null) return { is: 'sequential', ...own };
  const widest = Math.max(0, ...plan.groups.map((group) => widthOf(plan, group, settings)));
  const left = plan.tasks.filter(isToDo);
  if (left.length === 0 && plan.tasks.length > 0)
    return { is: 'sequential', reason: 'Every task was done before', short: 'nothing is left' };
  if (left.length <= 1)
    return { is: 'sequential', reason: 'There is only one task', short: 'threshold not met' };
  if (widest <= 1) {
    return {
      is: 'sequential',
      reason: 'All tasks have linear dependencies',
      short: 'nothing is independent',
    };
  }
  const limit = settings.preflight?.answer === 'reduced' ? 'the pre-flight' : LIMITS[plan.format];
  if (maxParallel <= 1)
    return { is: 'sequential', reason: 'One agent at a time is allowed', short: `${limit} is 1` };
  if (maxParallel <= widest) return { is: 'parallel', agents: maxParallel, because: `limited by ${limit}` };
  return { is: 'parallel', agents: widest, because: 'one for each task of the widest group' };
}

/** Tasks of the group that wait for none of the same group, nor for a thing that another one holds. */
function widthOf(plan: Plan, group: Group, { resources }: Pick<RunSettings, 'resources'>): number {
  const listed = new Set(group.tasks);
  const tasks = plan.tasks.filter((task) => listed.has(task.id) && isToDo(task));
  const own = new Set(tasks.map(({ id }) => id));
  const held = new Map<string, number>();
  let width = 0;
  for (const { dependsOn, resources: needed } of tasks) {
    const names = [...new Set(needed)];
    const isHeld = names.some((name) => (held.get(name) ?? 0) >= (resources[name] ?? 1));
    if (isHeld || dependsOn.some((id) => own.has(id))) continue;
    for (const name of names) held.set(name, (held.get(name) ?? 0) + 1);
    width += 1;
  }
  return width;
}

/** The plan does not say that it was done before. */
export function isToDo({ done }: Task): boolean {
  return done !== true;
}
