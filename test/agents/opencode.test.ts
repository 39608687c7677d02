import { OPENCODE_SERVERS } from '../lib/foreign-servers.ts';
import { realAgentContract } from '../lib/real-agent-contract.ts';
import { OPENCODE } from '../lib/real-agents.ts';
import { byTool } from '../lib/real-helpers.ts';

realAgentContract(OPENCODE, {
  mcp: true,
  foreign: OPENCODE_SERVERS,
  cost: true,
  sessions: true,
  helpers: byTool('task', 'general'),
  shell: 'bash',
  tellsLostSession: true,
  isStubborn: true,
});
