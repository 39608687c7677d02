/** Agents by the names at which a manifest finds what the repository says of them: its agents have no numbers. */

import type { AgentProfile, Plan } from '../../../core/plan.ts';

export function namedAgents(plan: Plan, changes: string[]): Plan {
  const names = new Map(
    (plan.profiles ?? []).flatMap((profile) => {
      const name = nameInFiles(profile);
      return name === undefined ? [] : [[profile.name, name]];
    }),
  );
  const used = new Set(plan.tasks.map(({ agent }) => agent));
  for (const [was, is] of names)
    if (used.has(was)) changes.push(`the agent ${was} is now ${is}: a manifest finds its file by that name`);
  return {
    ...plan,
    tasks: plan.tasks.map((task) => {
      const agent = names.get(task.agent ?? '');
      return agent === undefined ? task : { ...task, agent };
    }),
    ...(plan.profiles === undefined
      ? {}
      : { profiles: plan.profiles.map((each) => ({ ...each, name: names.get(each.name) ?? each.name })) }),
  };
}

/** Of one that is described as one of several. */
function nameInFiles({ name, path }: AgentProfile): string | undefined {
  const stem = path?.replace(/^.*\//s, '').replace(/\.md$/i, '');
  return stem !== undefined && /\d$/.test(name) && !/\d$/.test(stem) ? stem : undefined;
}
