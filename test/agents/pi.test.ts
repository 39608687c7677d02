import { realAgentContract } from '../lib/real-agent-contract.ts';
import { PI } from '../lib/real-agents.ts';

realAgentContract(PI, {
  noTools: { tools: ['read'] },
  mcp: false,
  cost: true,
  sessions: true,
  shell: 'bash',
  untold: { tools: undefined },
  tellsLostSession: true,
});
