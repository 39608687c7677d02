import type { Plan } from '../core/plan.ts';

/** The plan as a run of these groups has it: what is left out is as good as done, and nothing waits for it. */
export function onlyGroups(plan: Plan, only: readonly number[] | null): Plan {
  if (only === null) return plan;
  const tasks = plan.tasks.filter(({ group }) => only.includes(group));
  const left = new Set(tasks.map(({ id }) => id));
  return {
    ...plan,
    groups: plan.groups
      .filter(({ number }) => only.includes(number))
      .map((group) => ({ ...group, after: group.after.filter((number) => only.includes(number)) })),
    tasks: tasks.map((task) => ({ ...task, dependsOn: task.dependsOn.filter((id) => left.has(id)) })),
  };
}
