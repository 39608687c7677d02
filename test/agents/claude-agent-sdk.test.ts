import { jsonServers } from '../lib/foreign-servers.ts';
import { realAgentContract } from '../lib/real-agent-contract.ts';
import { CLAUDE_SDK } from '../lib/real-agents.ts';

realAgentContract(CLAUDE_SDK, {
  oneTurn: { maxTurns: 1 },
  noTools: { allowedTools: [], disallowedTools: ['Bash'] },
  mcp: true,
  foreign: jsonServers(),
  cost: true,
  sessions: true,
  shell: 'Bash',
  tellsLostSession: true,
});
