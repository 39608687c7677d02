/** Options of which agent does what, beside the one that does the tasks. */

import { agentPart, agentParts, agentRules } from './agent-kinds.ts';
import { duration } from './kinds.ts';
import { meta } from './option-meta.ts';

export const AGENT_OPTIONS = {
  agentRules: agentRules().prefault([]).register(meta, {
    section: 'Agents',
    key: 'agents',
    description:
      'another agent or model for some tasks: the first rule counts whose `when` holds; without a role it is for those who do the tasks',
  }),
  lastTry: agentPart().optional().register(meta, {
    section: 'Agents',
    key: 'agent.lastTry',
    description: 'what is another on the last try of a task, such as a stronger model',
  }),
  fallback: agentParts().prefault([]).register(meta, {
    section: 'Agents',
    key: 'agent.fallback',
    description:
      'agents or models that stand in, in this order, while the service of the first refuses work or its credentials',
  }),
  fallbackAfter: duration().prefault('10m').register(meta, {
    section: 'Agents',
    key: 'agent.fallbackAfter',
    env: 'COX_FALLBACK_AFTER',
    description: 'a wait for the service of an agent that is not longer than this is waited for',
  }),
};
