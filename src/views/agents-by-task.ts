/** Who does each task, as JSON: before the last try, and as long as its service takes work. */

import { type AgentChoices, usualAgent } from '../core/agent-choice.ts';
import type { Role } from '../core/attempt.ts';
import type { Plan } from '../core/plan.ts';
import { modelOf } from './agent-words.ts';

export interface TaskAgent {
  readonly driver: string;
  /** Null where it is left to the agent. */
  readonly model: string | null;
}

export interface TaskAgents {
  readonly task: string;
  readonly executor: TaskAgent;
  /** Null when nobody does it. */
  readonly qa: TaskAgent | null;
  readonly resolver: TaskAgent | null;
  readonly adviser: TaskAgent | null;
}

export function agentsByTask(plan: Plan, settings: AgentChoices): readonly TaskAgents[] {
  return plan.tasks.map((task) => {
    const of = (role: Role): TaskAgent => {
      const agent = usualAgent(settings, task, role);
      return { driver: agent.driver, model: modelOf(agent) };
    };
    return {
      task: task.id,
      executor: of('executor'),
      qa: settings.qa === null ? null : of('qa'),
      resolver: settings.resolver?.agent == null ? null : of('resolver'),
      adviser: settings.questions?.adviser === undefined ? null : of('adviser'),
    };
  });
}
