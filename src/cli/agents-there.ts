/** Whether each agent that a run may start can be started, and where the one is set that cannot. */

import type { LocalSettings } from '../config/local-settings.ts';
import type { OptionName } from '../config/options.ts';
import type { Resolved } from '../config/resolve.ts';
import { type AgentChoices, agentsOf } from '../core/agent-choice.ts';
import type { AgentSettings, RunSettings } from '../core/settings.ts';
import type { Cli } from './cli.ts';
import type { OpenRequest } from './context.ts';
import { EXIT, type Stop, stopOf } from './exit.ts';

interface Source {
  /** What of the settings brings them in beside the run's own agents. */
  readonly option?: OptionName;
  readonly words: string;
  readonly agents: readonly AgentSettings[];
}

export interface AgentsToStart {
  readonly settings: AgentChoices;
  readonly places: Resolved['places'];
  /** What they are to be confined by; null for nothing. */
  readonly inside: OpenRequest | null;
}

/** Null when all are there. */
export async function agentNotThere(
  cli: Cli,
  { settings, places, inside }: AgentsToStart,
): Promise<Stop | null> {
  const looked = new Set<string>();
  for (const { option, words, agents } of sourcesOf(settings)) {
    for (const agent of agents) {
      const key = JSON.stringify([agent.driver, agent.options]);
      if (looked.has(key)) continue;
      looked.add(key);
      const refusal = await cli.parts.agentProblem(agent, inside);
      if (refusal === null) continue;
      const stop = { ...stopOf(refusal), code: EXIT.refused };
      if (option === undefined) return stop;
      const where = [places[option], words].filter((part) => part !== undefined).join(' ');
      return { ...stop, message: `${where}: ${stop.message}`, remedy: 'Mend it there, or take it out.' };
    }
  }
  return null;
}

/** What each of them adds to those before it. */
function sourcesOf(settings: AgentChoices): readonly Source[] {
  const { agentRules = [], lastTry, fallback, ...own } = settings;
  const ruled = { ...own, agentRules };
  return [
    { words: '', agents: agentsOf(own) },
    ...agentRules.map((rule, at): Source => {
      const agents = agentsOf({ ...own, agentRules: [rule] });
      return { option: 'agentRules', words: `agents, rule ${at + 1}`, agents };
    }),
    ...(lastTry === undefined
      ? []
      : [{ option: 'lastTry', words: 'agent.lastTry', agents: agentsOf({ ...ruled, lastTry }) } as const]),
    ...(fallback === undefined
      ? []
      : [{ option: 'fallback', words: 'agent.fallback', agents: agentsOf(settings) } as const]),
  ];
}

/** What agents are confined by; null where they are not to be, or there is no repository. */
export function confinedIn(
  root: string | null,
  { settings, local }: { readonly settings: Pick<RunSettings, 'isolation'>; readonly local: LocalSettings },
): OpenRequest | null {
  return root === null || settings.isolation.sandbox === 'off' ? null : { root, local };
}
