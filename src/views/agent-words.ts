/** Which agent is meant, with what it was told of its model. */

import type { AgentSettings } from '../core/settings.ts';

/** `codex, model gpt-5, effort high`; untrusted text may be part of it. */
export function agentWords({ driver, options }: AgentSettings): string {
  const told = ['model', 'effort'].flatMap((name) => {
    const value = options[name];
    return typeof value === 'string' ? [`${name} ${value}`] : [];
  });
  return [driver, ...told].join(', ');
}

/** Null where it is left to the agent. */
export function modelOf({ options }: AgentSettings): string | null {
  const { model } = options;
  return typeof model === 'string' ? model : null;
}
