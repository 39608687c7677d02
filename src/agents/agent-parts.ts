/** What the command line is to know of agents: which there are, what they cannot be, and how their logs are read. */

import type { AgentSettings } from '../core/settings.ts';
import type { HostEnvironment } from '../process/environment.ts';
import { RedactedBytes, secretsOf } from '../process/redact.ts';
import { readLog } from './readable.ts';
import { DRIVERS, profileGaps } from './registry.ts';

/** The environment's secrets must not be shown. */
export function agentParts(env: HostEnvironment) {
  const secrets = secretsOf(env);
  return {
    agents: DRIVERS.map(({ name }) => ({ name })),
    profileGaps,
    readLog: (agent: AgentSettings) => readLog(agent, secrets),
    redactLog: () => new RedactedBytes(secrets),
  };
}
