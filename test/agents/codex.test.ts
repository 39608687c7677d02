import { CODEX_SERVERS } from '../lib/foreign-servers.ts';
import { realAgentContract } from '../lib/real-agent-contract.ts';
import { CODEX } from '../lib/real-agents.ts';
import { byThreads } from '../lib/real-helpers.ts';

realAgentContract(CODEX, {
  mcp: true,
  foreign: CODEX_SERVERS,
  cost: false,
  unled: { shell: 'exec_command', options: { sandbox: undefined } },
  sessions: true,
  helpers: byThreads,
  shell: 'exec_command',
  offersShell: true,
  untold: { sandbox: undefined },
  tellsLostSession: true,
});
