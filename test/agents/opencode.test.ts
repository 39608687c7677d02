import { OPENCODE_SERVERS } from '../lib/foreign-servers.ts';
import { realAgentContract } from '../lib/real-agent-contract.ts';
import { OPENCODE } from '../lib/real-agents.ts';

realAgentContract(OPENCODE, {
  mcp: true,
  foreign: OPENCODE_SERVERS,
  cost: true,
  sessions: true,
  shell: 'bash',
  tellsLostSession: true,
  isStubborn: true,
});
