import { realAgentContract } from '../lib/real-agent-contract.ts';
import { CLAUDE_BY_ACP } from '../lib/real-agents.ts';

realAgentContract(CLAUDE_BY_ACP, { cost: true, sessions: true, tellsLostSession: true });
