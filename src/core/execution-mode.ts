/** Whether the tasks of a plan run at once or one by one, and why: settled and said before anything is made. */

import { mostAtOnce } from './at-once.ts';
import { dependencyLevels } from './graph.ts';
import type { Plan, Task } from './plan.ts';
import { independent, sequentialReason } from './sequential-reason.ts';
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
export type ModeSettings = Pick<
  RunSettings,
  'maxParallel' | 'schedule' | 'resources' | 'parallelization' | 'preflight'
>;

/** The mode that follows from the plan and the settings; a decomposer's plan has reasons of its own. */
export function executionMode(plan: Plan, settings: ModeSettings): ExecutionMode {
  const { maxParallel, parallelization } = settings;
  const own = parallelization === undefined ? null : sequentialReason(plan, parallelization);
  if (own !== null) return { is: 'sequential', ...own };
  const left = plan.tasks.filter(isToDo);
  if (left.length === 0 && plan.tasks.length > 0)
    return { is: 'sequential', reason: 'Every task was done before', short: 'nothing is left' };
  if (left.length <= 1) return { is: 'sequential', reason: 'There is only one task', short: 'one task' };
  const limit =
    settings.preflight?.answer === 'reduced'
      ? 'the pre-flight'
      : (parallelization?.limit ?? LIMITS[plan.format]);
  // The groups of a decomposer's plan are cut by the limit, so that they do not show what could run without it.
  if (maxParallel <= 1 && dependencyLevels(left).some((level) => level.length > 1))
    return { is: 'sequential', reason: 'One agent at a time is allowed', short: `${limit} is 1` };
  const most = mostAtOnce(plan, left, settings);
  if (most <= 1) {
    return {
      is: 'sequential',
      reason: 'All tasks have linear dependencies',
      short: 'nothing is independent',
    };
  }
  if (maxParallel <= 1)
    return { is: 'sequential', reason: 'One agent at a time is allowed', short: `${limit} is 1` };
  const couldBe = plan.format === 'auto' ? Math.max(most, independent(left)) : most;
  if (maxParallel < couldBe) return { is: 'parallel', agents: maxParallel, because: `limited by ${limit}` };
  return { is: 'parallel', agents: most, because: 'no more tasks can be at work at once' };
}

/** The plan does not say that it was done before. */
export function isToDo({ done }: Task): boolean {
  return done !== true;
}
