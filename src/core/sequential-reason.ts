/** Why the tasks of a decomposer's plan run one by one, although more agents are allowed. */

import { countedAs } from './counted-as.ts';
import { dependencyLevels } from './graph.ts';
import { conflictPairs } from './ownership.ts';
import type { Plan, Task, TaskId, TaskSize } from './plan.ts';
import type { Parallelization } from './settings.ts';

export interface SequentialReason {
  readonly reason: string;
  /** The same in two or three words. */
  readonly short: string;
}

const SIZES: readonly TaskSize[] = ['small', 'medium', 'large'];

/** The first that holds; null when none does. Of two that hold the user's own word comes first. */
export function sequentialReason(plan: Plan, settings: Parallelization): SequentialReason | null {
  const asked = askedFor(settings);
  if (asked !== null || settings.override === 'force') return asked;
  const tasks = plan.tasks.filter(({ done }) => done !== true);
  if (tasks.length === 0) return null;
  for (const find of [tooFewTasks, singleFile, linear, sharedFiles, tooFewIndependent, tooSmall]) {
    const found = find(tasks, settings);
    if (found !== null) return found;
  }
  const { shortOf } = settings;
  return shortOf === undefined
    ? null
    : { reason: `Limited system resources: ${shortOf}`, short: 'limited resources' };
}

type Rule = (tasks: readonly Task[], settings: Parallelization) => SequentialReason | null;

function askedFor({ enabled, override, saidBy }: Parallelization): SequentialReason | null {
  if (override === 'skip-decomposer')
    return {
      reason: `The decomposition is skipped (${saidBy ?? 'overrides.skip_decomposer'})`,
      short: 'skipped by override',
    };
  if (override === 'skip-parallel')
    return {
      reason: `Parallel work is skipped (${saidBy ?? 'overrides.skip_parallel'})`,
      short: 'skipped by override',
    };
  if (!enabled && override !== 'force')
    return {
      reason: `Parallelization is disabled (${saidBy ?? 'parallelization.enabled is false'})`,
      short: saidBy === undefined ? 'disabled in config' : 'disabled by the user',
    };
  return null;
}

const tooFewTasks: Rule = (tasks, { minTasks }) => {
  if (tasks.length >= minTasks) return null;
  const own = new Set(tasks.map(({ id }) => id));
  const chained = tasks.some(({ dependsOn }) => dependsOn.some((id) => own.has(id)));
  const what = `${tasks.length} ${countedAs(tasks)}${tasks.length === 1 ? '' : 's'}`;
  return { reason: `Only ${what}${chained ? ' with dependencies' : ''}`, short: 'threshold not met' };
};

const singleFile: Rule = (tasks) => {
  const files = new Set(tasks.flatMap(filesOf));
  const [file] = files;
  if (file === undefined || files.size > 1 || !tasks.every((task) => filesOf(task).length > 0)) return null;
  return { reason: `Single file changes: every task changes ${file}`, short: 'single file' };
};

const linear: Rule = (tasks) =>
  dependencyLevels(tasks).some((level) => level.length > 1)
    ? null
    : { reason: 'All tasks have linear dependencies', short: 'nothing is independent' };

const sharedFiles: Rule = (tasks) =>
  independent(tasks) > 1
    ? null
    : { reason: 'Shared mutable state: tasks write to the same files', short: 'shared files' };

const tooFewIndependent: Rule = (tasks, { minTasks }) => {
  const count = independent(tasks);
  if (count >= minTasks) return null;
  return { reason: `Only ${count} independent tasks (min_tasks is ${minTasks})`, short: 'threshold not met' };
};

/** Tasks that do not say are taken for medium ones. */
const tooSmall: Rule = (tasks, { minComplexity }) => {
  const largest = Math.max(...tasks.map(({ size = 'medium' }) => SIZES.indexOf(size)));
  if (largest >= SIZES.indexOf(minComplexity)) return null;
  return {
    reason: `The largest task is ${SIZES[largest]} (min_complexity is ${minComplexity})`,
    short: 'complexity below threshold',
  };
};

function filesOf({ scope }: Task): readonly string[] {
  return [...new Set([...scope.create, ...scope.modify].map(({ pattern }) => pattern))];
}

/** Most tasks of one level none of which writes to the files of another, as they are found one after the other. */
export function independent(tasks: readonly Task[]): number {
  const conflicts = conflictPairs(tasks);
  return Math.max(
    ...dependencyLevels(tasks).map((level) => {
      const chosen: TaskId[] = [];
      for (const id of level) if (!chosen.some((other) => conflicts.get(id)?.has(other))) chosen.push(id);
      return chosen.length;
    }),
  );
}
