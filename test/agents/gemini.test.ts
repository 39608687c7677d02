import { jsonServers } from '../lib/foreign-servers.ts';
import { acpContract, realAgentContract } from '../lib/real-agent-contract.ts';
import { GEMINI, GEMINI_BY_ACP } from '../lib/real-agents.ts';
import { byName } from '../lib/real-helpers.ts';

realAgentContract(GEMINI, {
  mcp: false,
  foreign: jsonServers('.gemini/settings.json'),
  cost: false,
  sessions: true,
  helpers: byName,
  shell: 'run_shell_command',
  tellsLostSession: true,
});

acpContract(GEMINI_BY_ACP, { mcp: true, context: true });
