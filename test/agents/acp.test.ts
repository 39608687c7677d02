import { jsonServers } from '../lib/foreign-servers.ts';
import { realAgentContract } from '../lib/real-agent-contract.ts';
import { CLAUDE_BY_ACP } from '../lib/real-agents.ts';
import { byTool } from '../lib/real-helpers.ts';

realAgentContract(CLAUDE_BY_ACP, {
  mcp: true,
  foreign: jsonServers(),
  cost: true,
  unled: { shell: 'Bash', options: { permissions: 'edits' } },
  sessions: true,
  helpers: byTool('Agent', 'general-purpose'),
  shell: 'Bash',
  tellsLostSession: true,
});
