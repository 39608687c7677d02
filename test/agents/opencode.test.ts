import { realAgentContract } from '../lib/real-agent-contract.ts';
import { OPENCODE } from '../lib/real-agents.ts';

realAgentContract(OPENCODE, { cost: true, sessions: true, tellsLostSession: true, isStubborn: true });
