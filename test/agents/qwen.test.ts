import { realAgentContract } from '../lib/real-agent-contract.ts';
import { QWEN } from '../lib/real-agents.ts';

realAgentContract(QWEN, {
  oneTurn: { maxTurns: 1 },
  cost: false,
  sessions: true,
  tellsLostSession: true,
  isStubborn: true,
});
