/** Which agent does an attempt. */

import type { Role } from './attempt.ts';
import type { AgentSettings, RunSettings } from './settings.ts';

type Agents = Pick<RunSettings, 'agent' | 'qa' | 'resolver'>;

export function agentOfRole({ agent, qa, resolver }: Agents, role: Role): AgentSettings {
  switch (role) {
    case 'qa':
      return qa?.agent ?? agent;
    case 'resolver':
      return resolver?.agent ?? agent;
    default:
      return agent;
  }
}
