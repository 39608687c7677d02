/** What agents are said to be, and those that may come to do it cannot be: said, never left out in silence. */

import type { Resolved } from '../config/resolve.ts';
import { ADVISER } from '../core/advising.ts';
import { type AgentChoices, agentsAt } from '../core/agent-choice.ts';
import type { Role } from '../core/attempt.ts';
import type { Finding } from '../core/finding.ts';
import type { AgentProfile, Plan, Task } from '../core/plan.ts';
import type { AgentSettings } from '../core/settings.ts';
import { qaSettings, questionSettings, resolverSettings } from './agent-settings.ts';
import type { CliParts } from './context.ts';
import { PROJECT_CONFIG } from './read-config.ts';

type Choices = Pick<Resolved, 'agent' | 'qa' | 'resolver' | 'questions' | 'settings'>;

/** Warnings, each with the tasks that it is about: of who does a task, looks at it, resolves its conflicts, or is asked. */
export function profileGaps(
  parts: Pick<CliParts, 'profileGaps'>,
  plan: Plan,
  resolved: Choices,
): readonly Finding[] {
  const agents = choicesOf(resolved);
  if (agents === null) return [];
  const found = new Map<string, { readonly file: string; readonly tasks: Set<string> }>();
  for (const task of plan.tasks.filter(({ done }) => done !== true))
    for (const { role, profile } of rolesOf(plan, agents, task))
      for (const agent of agentsAt(agents, task, role))
        for (const gap of parts.profileGaps(agent, profile)) {
          const known = found.get(gap) ?? { file: profile.path ?? PROJECT_CONFIG, tasks: new Set() };
          found.set(gap, known);
          known.tasks.add(task.id);
        }
  return [...found].map(([gap, { file, tasks }]) => warning(gap, file, [...tasks]));
}

/** As the run would have them; null where no agent is chosen. Of a recipe only the name counts here. */
function choicesOf({ agent: choice, settings, ...helpers }: Choices): AgentChoices | null {
  if (choice.is === 'none') return null;
  const agent: AgentSettings = {
    driver: choice.is === 'recipe' ? 'recipe' : choice.driver,
    options: choice.options,
  };
  const qa = qaSettings(helpers.qa, agent);
  const questions = questionSettings(helpers.questions, agent);
  const resolver = resolverSettings(helpers.resolver, agent);
  return {
    ...settings,
    agent,
    qa: qa.ok ? qa.value : null,
    resolver,
    ...(questions.ok ? questions.value : {}),
  };
}

interface Played {
  readonly role: Role;
  readonly profile: AgentProfile;
}

/** Which roles there are at the task, and what whoever plays one is said to be. */
function rolesOf({ profiles = [] }: Plan, agents: AgentChoices, task: Task): readonly Played[] {
  const named = (role: Role, name: string | undefined): readonly Played[] =>
    profiles.filter((profile) => profile.name === name).map((profile) => ({ role, profile }));
  return [
    ...named('executor', task.agent),
    ...(agents.resolver?.agent == null ? [] : named('resolver', task.agent)),
    ...(agents.qa === null ? [] : (task.reviewers ?? []).flatMap((name) => named('qa', name))),
    ...(agents.questions?.adviser === undefined ? [] : [{ role: 'adviser' as const, profile: ADVISER }]),
  ];
}

function warning(message: string, file: string, tasks: readonly string[]): Finding {
  const remedy = 'Choose another agent for it, or name a model or tools of it under `agents`.';
  return { severity: 'warning', rule: 'agent-profile', message, remedy, file, line: 1, column: 1, tasks };
}
