/** The real agents that tests drive, and how each is told of a scripted model. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

export const CLAUDE_SDK: RealAgent = {
  driver: 'claude-agent-sdk',
  program: '../@anthropic-ai/claude-agent-sdk',
  options: (_, sdk) => ({ sdk, allowedTools: ['Bash'] }),
  env: CLAUDE_CODE.env,
};

/** As one who has a subscription, whose limits come with their ends. */
export const CLAUDE_SUBSCRIBED: RealAgent = {
  ...CLAUDE_CODE,
  env: (address) => ({
    ANTHROPIC_BASE_URL: address,
    CLAUDE_CODE_OAUTH_TOKEN: 'no-token',
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

/** Else it fetches its maker's from the network at each start. */
const NO_PLUGINS = ['features.plugins=false'];

export const CODEX: RealAgent = {
  driver: 'codex',
  program: 'codex',
  // A model with a plain shell tool; walls of its own would keep it from committing.
  options: (address, program) => ({
    program,
    model: 'gpt-5-codex',
    sandbox: 'danger-full-access',
    config: ['model_provider="scripted"', ...NO_PLUGINS, ...provider(address)],
  }),
  env: () => ({ SCRIPTED_KEY: 'no-key' }),
};

/** Claude Code behind the protocol that any agent may speak. */
export const CLAUDE_BY_ACP: RealAgent = {
  driver: 'acp',
  program: 'claude-agent-acp',
  options: (_, program) => ({ command: [program], permissions: 'all' }),
  env: (address) => ({ ...CLAUDE_CODE.env(address, ''), CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' }),
};

/** Codex behind the protocol: it commits only where it may do everything. */
export const CODEX_BY_ACP: RealAgent = {
  driver: 'acp',
  program: 'codex-acp',
  options: (_, program) => ({ command: [program], mode: 'agent-full-access', permissions: 'all' }),
  files: ['.codex/config.toml'],
  prepare(home, address) {
    const settings = [
      'model = "gpt-5-codex"',
      'model_provider = "scripted"',
      'check_for_update_on_startup = false',
      // Else it asks for its maker's.
      'features.plugins = false',
      'features.apps = false',
      ...provider(address),
    ];
    mkdirSync(join(home, '.codex'), { recursive: true });
    writeFileSync(join(home, '.codex/config.toml'), `${settings.join('\n')}\n`);
  },
  env: CODEX.env,
};

/** Of Gemini CLI and of Qwen Code: else they tell their makers of each start. */
const PRIVATE = { privacy: { usageStatisticsEnabled: false } };

export const GEMINI_SETTINGS = {
  ...PRIVATE,
  security: { auth: { selectedType: 'gemini-api-key' } },
  general: { maxAttempts: 1 },
};

export const GEMINI: RealAgent = {
  driver: 'gemini',
  program: 'gemini',
  options: (_, program) => ({ program, model: 'gemini-2.5-pro', approvalMode: 'yolo' }),
  prepare(home) {
    writeJson(home, '.gemini/settings.json', GEMINI_SETTINGS);
  },
  env: (address) => ({ GEMINI_API_KEY: 'no-key', GOOGLE_GEMINI_BASE_URL: address }),
};

/** It reads and writes files itself, for it refuses to have them offered. */
export const GEMINI_BY_ACP: RealAgent = {
  ...GEMINI,
  driver: 'acp',
  options: (_, program) => ({ command: [program, '--acp'], permissions: 'all', files: false }),
  // Only in a folder that it trusts does it start the MCP servers that it is given; here the user says so.
  env: (address, home) => ({ ...GEMINI.env(address, home), GEMINI_CLI_TRUST_WORKSPACE: 'true' }),
};

export const QWEN: RealAgent = {
  driver: 'qwen',
  program: 'qwen',
  options: (_, program) => ({ program, approvalMode: 'yolo', args: ['--auth-type', 'openai'] }),
  prepare: (home) => writeJson(home, '.qwen/settings.json', PRIVATE),
  env: (address) => ({
    OPENAI_API_KEY: 'no-key',
    OPENAI_BASE_URL: `${address}/v1`,
    // One whose context it knows.
    OPENAI_MODEL: 'qwen3-coder-plus',
  }),
};

export const QWEN_BY_ACP: RealAgent = {
  ...QWEN,
  driver: 'acp',
  options: (_, program) => ({ command: [program, '--acp', '--auth-type', 'openai'], permissions: 'all' }),
};

export const OPENCODE: RealAgent = {
  driver: 'opencode',
  program: 'opencode',
  options: (_, program) => ({ program, model: 'scripted/m', args: ['--auto'] }),
  env: (address) => ({
    OPENCODE_CONFIG_CONTENT: opencodeSettings(address),
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    // It looks for a package of its maker's at each start, and goes on without.
    npm_config_registry: address,
  }),
};

function opencodeSettings(address: string, more: object = {}): string {
  return JSON.stringify({
    autoupdate: false,
    provider: {
      scripted: {
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL: `${address}/v1`, apiKey: 'no-key' },
        // Else it tells of a price of zero.
        models: { m: { cost: { input: 1, output: 2 }, limit: { context: 100_000, output: 1000 } } },
      },
    },
    ...more,
  });
}

/** Its settings name the model. */
export const OPENCODE_BY_ACP: RealAgent = {
  ...OPENCODE,
  driver: 'acp',
  options: (_, program) => ({ command: [program, 'acp'], permissions: 'all' }),
  env: (address) => ({
    ...OPENCODE.env(address, ''),
    OPENCODE_CONFIG_CONTENT: opencodeSettings(address, { model: 'scripted/m' }),
  }),
};

export const PI: RealAgent = {
  driver: 'pi',
  program: 'pi',
  options: (_, program) => ({
    program,
    provider: 'scripted',
    model: 'm',
    tools: ['read', 'edit', 'write', 'bash'],
  }),
  prepare(home, address) {
    const cost = { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 };
    const model = {
      id: 'm',
      name: 'm',
      reasoning: false,
      input: ['text'],
      contextWindow: 100_000,
      maxTokens: 1000,
      cost,
    };
    const provider = {
      baseUrl: `${address}/v1`,
      apiKey: 'no-key',
      api: 'openai-completions',
      models: [model],
    };
    writeJson(home, '.pi/agent/models.json', { providers: { scripted: provider } });
    writeJson(home, '.pi/agent/settings.json', { retry: { enabled: false } });
  },
  env: () => ({}),
};

export function writeJson(home: string, path: string, value: unknown): void {
  mkdirSync(join(home, path, '..'), { recursive: true });
  writeFileSync(join(home, path), JSON.stringify(value));
}
