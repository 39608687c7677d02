import { realAgentContract } from '../lib/real-agent-contract.ts';
import { CLAUDE_CODE } from '../lib/real-agents.ts';

realAgentContract(CLAUDE_CODE, {
  oneTurn: { maxTurns: 1 },
  noTools: { allowedTools: [], disallowedTools: ['Bash'] },
  cost: true,
  sessions: true,
  tellsLostSession: true,
});
