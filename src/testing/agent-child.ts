/** Another process that supervises an agent. Its argument is the request and the host's environment, as JSON. */

import { createAgents } from '../agents/supervise.ts';
import type { AgentRequest } from '../ports/agent.ts';
import { MARK } from './agent-bench.ts';
import { NO_SANDBOX } from './sandboxes.ts';

interface Argument {
  readonly request: AgentRequest;
  readonly hostEnv: Readonly<Record<string, string>>;
}

function isArgument(value: unknown): value is Argument {
  return typeof value === 'object' && value !== null && 'request' in value && 'hostEnv' in value;
}

const argument: unknown = JSON.parse(process.argv[2] ?? '');
if (!isArgument(argument)) throw new Error('not a request');
const agents = createAgents({ sandbox: NO_SANDBOX, hostEnv: argument.hostEnv, environment: [MARK] });
await agents.start(argument.request, () => {}).end;
