import { jsonServers } from '../lib/foreign-servers.ts';
import { acpContract, realAgentContract } from '../lib/real-agent-contract.ts';
import { QWEN, QWEN_BY_ACP } from '../lib/real-agents.ts';
import { byTool } from '../lib/real-helpers.ts';

realAgentContract(QWEN, {
  oneTurn: { maxTurns: 1 },
  mcp: true,
  foreign: jsonServers('.qwen/settings.json'),
  cost: false,
  unled: { shell: 'run_shell_command', options: { approvalMode: undefined } },
  sessions: true,
  helpers: byTool('agent', 'general-purpose'),
  hidesHelpers: true,
  shell: 'run_shell_command',
  tellsLostSession: true,
  isStubborn: true,
});

acpContract(QWEN_BY_ACP, {
  mcp: false,
  context: true,
  unled: { shell: 'run_shell_command', options: { permissions: 'edits' } },
});
