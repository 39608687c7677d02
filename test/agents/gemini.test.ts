import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jsonServers } from '../lib/foreign-servers.ts';
import { openRealAgent, programOf } from '../lib/real-agent.ts';
import { acpContract, realAgentContract } from '../lib/real-agent-contract.ts';
import { GEMINI, GEMINI_BY_ACP, GEMINI_SETTINGS, writeJson } from '../lib/real-agents.ts';
import { byName } from '../lib/real-helpers.ts';
import { DONE } from '../lib/said.ts';

realAgentContract(GEMINI, {
  mcp: false,
  foreign: jsonServers('.gemini/settings.json'),
  cost: false,
  unled: { shell: 'run_shell_command', options: { approvalMode: undefined } },
  sessions: true,
  helpers: byName,
  shell: 'run_shell_command',
  tellsLostSession: true,
});

acpContract(GEMINI_BY_ACP, {
  mcp: true,
  context: true,
  unled: { shell: 'run_shell_command', options: { permissions: 'edits' } },
});

describe('turns that Gemini CLI bounds by its own settings', {
  skip: programOf(GEMINI) === null && 'gemini is not installed',
}, () => {
  for (const agent of [GEMINI, GEMINI_BY_ACP])
    it(`are used up, whatever it has said: ${agent.driver}`, async () => {
      const real = await openRealAgent({
        ...agent,
        prepare: (home) =>
          writeJson(home, '.gemini/settings.json', {
            ...GEMINI_SETTINGS,
            model: { maxSessionTurns: 1 },
          }),
      });
      try {
        const script = [{ run: 'true', say: DONE }, { run: 'true' }, { run: 'true' }];
        const ended = await real.start({ name: 'turns', script }).end;
        assert.ok(ended.is === 'failed' && ended.failure.reason === 'agent-error', JSON.stringify(ended));
        assert.equal(ended.failure.kind, 'turns');
      } finally {
        await real.close();
      }
    });
});
