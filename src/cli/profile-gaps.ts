/** What agents that the plan names are said to be, and the chosen agent cannot be: said, never left out in silence. */

import type { Resolved } from '../config/resolve.ts';
import { plannedAgent } from '../core/agent-choice.ts';
import type { Finding } from '../core/finding.ts';
import type { Plan } from '../core/plan.ts';
import type { CliParts } from './context.ts';

/** Warnings, each with the tasks that it is about. */
export function profileGaps(
  parts: Pick<CliParts, 'profileGaps'>,
  plan: Plan,
  { agent, settings }: Pick<Resolved, 'agent' | 'settings'>,
): readonly Finding[] {
  if (agent.is !== 'driver') return [];
  const base = { agent: { driver: agent.driver, options: agent.options }, ...rulesOf(settings) };
  const found = new Map<string, Finding>();
  for (const task of plan.tasks) {
    const profile = plan.profiles?.find(({ name }) => name === task.agent);
    if (profile === undefined || task.done === true) continue;
    for (const gap of parts.profileGaps(plannedAgent(base, task), profile)) {
      const tasks = [...(found.get(gap)?.tasks ?? []), task.id];
      found.set(gap, { ...warning(gap, profile.path ?? ''), tasks });
    }
  }
  return [...found.values()];
}

function rulesOf({ agentRules }: Resolved['settings']): Pick<Resolved['settings'], 'agentRules'> {
  return agentRules === undefined ? {} : { agentRules };
}

function warning(message: string, file: string): Omit<Finding, 'tasks'> {
  const remedy = 'Choose another agent for these tasks, or name a model or tools of it under `agents`.';
  return { severity: 'warning', rule: 'agent-profile', message, remedy, file, line: 1, column: 1 };
}
