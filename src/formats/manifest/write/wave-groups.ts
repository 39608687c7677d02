/** Waves that a manifest can have: each waits for the one before, and what may not run at once lies in two. */

import { conflictPairs } from '../../../core/ownership.ts';
import type { Group, Plan, Task, TaskId } from '../../../core/plan.ts';
import { levelGroups } from '../../level-groups.ts';

export function waveGroups(plan: Plan, changes: string[]): Plan {
  const groups = plan.groups.filter(({ tasks }) => tasks.length > 0);
  if (groups.length < plan.groups.length) changes.push('groups without tasks are left out');
  const filled = { ...plan, groups };
  if (!inOrder(filled)) return byLevels(filled, changes);
  const parts = groups.map((group) => partsOf(filled, group));
  const asTheyAre = parts.every((part) => part.length === 1) && groups.every(isNumbered);
  if (asTheyAre) return chained(filled, groups, changes);
  changes.push(
    'waves are numbered anew: a group holds tasks that wait for each other or write to the same files',
  );
  const waves = groups.flatMap((group, index) =>
    (parts[index] ?? []).map((tasks, at, all) => {
      const { validation, ...rest } = group;
      const last = at === all.length - 1;
      return { ...rest, tasks, ...(last && validation !== undefined ? { validation } : {}) };
    }),
  );
  return chained(
    filled,
    waves.map((wave, index) => ({ ...wave, number: index + 1 })),
    changes,
  );
}

function isNumbered({ number }: Group, index: number, all: readonly Group[]): boolean {
  return number >= 0 && Number.isSafeInteger(number) && number > (all[index - 1]?.number ?? -1);
}

/** Nothing waits for a task of a later group. */
function inOrder({ groups, tasks }: Plan): boolean {
  const place = placesOf(groups);
  return tasks.every(({ id, dependsOn }) =>
    dependsOn.every((other) => (place.get(other) ?? 0) <= (place.get(id) ?? 0)),
  );
}

function placesOf(groups: readonly Group[]): ReadonlyMap<TaskId, number> {
  return new Map(groups.flatMap(({ tasks }, index) => tasks.map((id) => [id, index] as const)));
}

/** The group itself, or what of it may run at once, one after the other. */
function partsOf({ tasks }: Plan, group: Group): readonly (readonly TaskId[])[] {
  const members = new Set(group.tasks);
  const own = tasks
    .filter(({ id }) => members.has(id))
    .map((task) => ({ ...task, dependsOn: task.dependsOn.filter((id) => members.has(id)) }));
  const conflicts = conflictPairs(own);
  const free = own.every(
    ({ id, dependsOn }) => dependsOn.length === 0 && (conflicts.get(id)?.size ?? 0) === 0,
  );
  return free ? [group.tasks] : levelGroups(own, { apart: true }).groups.map((level) => level.tasks);
}

function byLevels(plan: Plan, changes: string[]): Plan {
  changes.push('waves are made anew from the dependencies: a task waits for one of a later group');
  for (const { name, validation } of plan.groups)
    if (validation !== undefined) changes.push(`the validation of ${name} has no wave any more`);
  const { groups } = levelGroups(plan.tasks, { apart: true });
  return chained(plan, groups, changes);
}

/** In a manifest every wave waits for the one before it, and its tasks come in the order of the waves. */
function chained(plan: Plan, waves: readonly Group[], changes: string[]): Plan {
  if (waves.some(({ afterSuccess }) => afterSuccess === true))
    changes.push(
      'a failed task holds back only what depends on it: a wave begins when the one before it is settled',
    );
  const groups = waves.map(({ afterSuccess: _, ...wave }, index) => {
    const before = waves[index - 1];
    return { ...wave, after: before === undefined ? [] : [before.number] };
  });
  const loose = plan.groups.some(({ after }, index) => index > 0 && after.length === 0);
  if (loose) changes.push('every wave waits for the one before it: groups ran beside each other');
  const byId = new Map(plan.tasks.map((task) => [task.id, task]));
  const tasks = groups.flatMap(({ number, tasks: ids }) =>
    ids.flatMap((id): readonly Task[] => {
      const task = byId.get(id);
      return task === undefined ? [] : [{ ...task, group: number }];
    }),
  );
  return { ...plan, groups, tasks };
}
