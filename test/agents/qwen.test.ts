import { jsonServers } from '../lib/foreign-servers.ts';
import { realAgentContract } from '../lib/real-agent-contract.ts';
import { QWEN } from '../lib/real-agents.ts';

realAgentContract(QWEN, {
  oneTurn: { maxTurns: 1 },
  mcp: true,
  foreign: jsonServers('.qwen/settings.json'),
  cost: false,
  sessions: true,
  shell: 'run_shell_command',
  tellsLostSession: true,
  isStubborn: true,
});
