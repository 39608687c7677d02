import { realAgentContract } from '../lib/real-agent-contract.ts';
import { GEMINI } from '../lib/real-agents.ts';

realAgentContract(GEMINI, { cost: false, sessions: true, tellsLostSession: true });
