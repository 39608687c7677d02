import { basename } from 'node:path';
import { after, before, describe } from 'node:test';
import { OPENCODE_SERVERS } from '../lib/foreign-servers.ts';
import { openRealAgent, programOf, type RealAgentBench } from '../lib/real-agent.ts';
import { isCancelled } from '../lib/real-agent-cancelled.ts';
import { realAgentContract } from '../lib/real-agent-contract.ts';
import { isUnled } from '../lib/real-agent-unled.ts';
import { OPENCODE, OPENCODE_BY_ACP } from '../lib/real-agents.ts';
import { byTool } from '../lib/real-helpers.ts';

realAgentContract(OPENCODE, {
  mcp: true,
  foreign: OPENCODE_SERVERS,
  cost: true,
  unled: { shell: 'bash', options: { args: undefined } },
  sessions: true,
  helpers: byTool('task', 'general'),
  shell: 'bash',
  tellsLostSession: true,
  isStubborn: true,
});

describe(`${basename(OPENCODE_BY_ACP.program)} by acp, which asks for no leave`, {
  skip: programOf(OPENCODE_BY_ACP) === null && 'opencode is not installed',
}, () => {
  let real: RealAgentBench;
  before(async () => {
    real = await openRealAgent(OPENCODE_BY_ACP);
  });
  after(() => real.close());
  isCancelled(() => real);
  isUnled(() => real, { shell: 'bash', options: { permissions: 'edits' } });
});
