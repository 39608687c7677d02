import { realAgentContract } from '../lib/real-agent-contract.ts';
import { PI } from '../lib/real-agents.ts';

realAgentContract(PI, {
  mcp: false,
  cost: true,
  unled: { shell: 'bash', options: { tools: undefined } },
  sessions: true,
  shell: 'bash',
  untold: { tools: undefined },
  tellsLostSession: true,
});
