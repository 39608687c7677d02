import { jsonServers } from '../lib/foreign-servers.ts';
import { mcpContract, realAgentContract } from '../lib/real-agent-contract.ts';
import { GEMINI, GEMINI_BY_ACP } from '../lib/real-agents.ts';

realAgentContract(GEMINI, {
  mcp: false,
  foreign: jsonServers('.gemini/settings.json'),
  cost: false,
  sessions: true,
  shell: 'run_shell_command',
  tellsLostSession: true,
});

mcpContract(GEMINI_BY_ACP);
