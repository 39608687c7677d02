/** Which agent is meant, with what it was told of its model. */

import { agentOfRole } from '../core/agent-choice.ts';
import type { RunState } from '../core/run-state.ts';
import type { AgentSettings } from '../core/settings.ts';
import type { AttemptRecord } from '../core/task-state.ts';

/** `codex, model gpt-5, effort high`; untrusted text may be part of it. */
export function agentWords({ driver, options }: AgentSettings): string {
  const told = ['model', 'effort'].flatMap((name) => {
    const value = options[name];
    return typeof value === 'string' ? [`${name} ${value}`] : [];
  });
  return [driver, ...told].join(', ');
}

/** What differs from the run's own agent of that role; null where nothing does. */
export function unusualAgent({ settings }: RunState, { agent, role }: AttemptRecord): string | null {
  return agent === agentOfRole(settings, role) ? null : agentWords(agent);
}

/** As its program has told, else as it was told; null where it was left to the agent, which has said nothing of it. */
export function modelOfAttempt({ agent, outcome }: Pick<AttemptRecord, 'agent' | 'outcome'>): string | null {
  return outcome?.model ?? modelOf(agent);
}

/** Null where it is left to the agent. */
export function modelOf({ options }: AgentSettings): string | null {
  const { model } = options;
  return typeof model === 'string' ? model : null;
}
