import { jsonServers } from '../lib/foreign-servers.ts';
import { realAgentContract } from '../lib/real-agent-contract.ts';
import { CLAUDE_CODE } from '../lib/real-agents.ts';
import { byTool } from '../lib/real-helpers.ts';

realAgentContract(CLAUDE_CODE, {
  oneTurn: { maxTurns: 1 },
  mcp: true,
  foreign: jsonServers(),
  cost: true,
  unled: { shell: 'Bash', options: { allowedTools: undefined } },
  sessions: true,
  helpers: byTool('Agent', 'general-purpose'),
  shell: 'Bash',
  tellsLostSession: true,
});
