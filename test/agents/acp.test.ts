import { jsonServers } from '../lib/foreign-servers.ts';
import { realAgentContract } from '../lib/real-agent-contract.ts';
import { CLAUDE_BY_ACP } from '../lib/real-agents.ts';

realAgentContract(CLAUDE_BY_ACP, {
  mcp: true,
  foreign: jsonServers(),
  cost: true,
  sessions: true,
  shell: 'Bash',
  tellsLostSession: true,
});
