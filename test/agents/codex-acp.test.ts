import { realAgentContract } from '../lib/real-agent-contract.ts';
import { CODEX_BY_ACP } from '../lib/real-agents.ts';
import { byThreads } from '../lib/real-helpers.ts';

// In the mode in which it can commit it asks for no leave, so nothing keeps it from a tool; and it starts the servers that a
// repository names.
realAgentContract(CODEX_BY_ACP, {
  mcp: true,
  foreign: null,
  cost: false,
  unled: { shell: 'exec_command', options: { permissions: 'edits', mode: 'agent' } },
  sessions: true,
  helpers: byThreads,
  tellsLostSession: true,
  hidesReading: true,
});
