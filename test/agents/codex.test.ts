import { realAgentContract } from '../lib/real-agent-contract.ts';
import { CODEX } from '../lib/real-agents.ts';

realAgentContract(CODEX, { cost: false, sessions: true, tellsLostSession: true });
