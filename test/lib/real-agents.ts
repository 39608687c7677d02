/** The real agents that tests drive, and how each is told of a scripted model. */

import type { RealAgent } from './real-agent.ts';

export const CLAUDE_CODE: RealAgent = {
  driver: 'claude-code',
  program: 'claude',
  options: (_, program) => ({ program, allowedTools: ['Bash'] }),
  env: (address) => ({
    ANTHROPIC_BASE_URL: address,
    ANTHROPIC_API_KEY: 'no-key',
    CLAUDE_CODE_MAX_RETRIES: '0',
  }),
};

const provider = (address: string): readonly string[] =>
  Object.entries({
    name: '"scripted"',
    base_url: JSON.stringify(`${address}/v1`),
    wire_api: '"responses"',
    env_key: '"SCRIPTED_KEY"',
    request_max_retries: '0',
    stream_max_retries: '0',
  }).map(([key, value]) => `model_providers.scripted.${key}=${value}`);

export const CODEX: RealAgent = {
  driver: 'codex',
  program: 'codex',
  // A model with a plain shell tool; walls of its own would keep it from committing.
  options: (address, program) => ({
    program,
    model: 'gpt-5-codex',
    sandbox: 'danger-full-access',
    config: ['model_provider="scripted"', ...provider(address)],
  }),
  env: () => ({ SCRIPTED_KEY: 'no-key' }),
};

/** Claude Code behind the protocol that any agent may speak. */
export const CLAUDE_BY_ACP: RealAgent = {
  driver: 'acp',
  program: 'claude-agent-acp',
  options: (_, program) => ({ command: [program], permissions: 'all' }),
  env: CLAUDE_CODE.env,
};
