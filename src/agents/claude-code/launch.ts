/** How Claude Code is started for one attempt; its prompt comes on standard input. Measured with 2.1.329. */

import { join } from 'node:path';
import { z } from 'zod';
import type { AgentProfile } from '../../core/plan.ts';
import type { Launch, LaunchRequest } from '../driver.ts';
import { optional, programOptions, text, words } from '../options.ts';
import { claudeTools } from '../tools/capabilities.ts';
import { type McpServers, mcpEntries, mcpOption } from '../tools/mcp.ts';

export const claudeOptions = z.strictObject({
  ...programOptions,
  effort: text.optional(),
  maxTurns: z.int().positive().optional(),
  maxBudgetUsd: z.number().positive().optional(),
  /** Outside of walls: what `--permission-mode` takes. */
  permissionMode: text.optional(),
  /** The only ones of its own that it has. */
  tools: words.optional(),
  allowedTools: words.optional(),
  disallowedTools: words.optional(),
  mcp: mcpOption.optional(),
  /** JSON or the path of a file with more MCP servers. */
  mcpConfig: text.optional(),
});

export type ClaudeOptions = z.infer<typeof claudeOptions>;

export const CLAUDE = 'claude';

export const CLAUDE_ENVIRONMENT: Readonly<Record<string, string>> = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  // Tools of MCP servers would have to be searched for first.
  ENABLE_TOOL_SEARCH: 'false',
};

/** `inherit` is a subagent's word for the model of whoever called it. */
export function modelOf(profile: AgentProfile | undefined): string | undefined {
  const model = profile?.model;
  return model === undefined || model === 'inherit' || model.startsWith('-') ? undefined : model;
}

function mcpFile(mcp: McpServers): string {
  return JSON.stringify({ mcpServers: mcpEntries(mcp, (variable) => `\${${variable}}`) });
}

/** Whoever names a server gives leave to use it. */
export function allowedTools({ mcp = {}, allowedTools: named }: AllowedTools): readonly string[] | undefined {
  const servers = Object.keys(mcp).map((name) => `mcp__${name}`);
  return named === undefined && servers.length === 0 ? undefined : [...(named ?? []), ...servers];
}

/** With them it would leave its worktree, or wait for a time that comes when it is gone. */
const NEVER = ['EnterWorktree', 'ExitWorktree', 'CronCreate', 'ScheduleWakeup'];

export function disallowedTools(named: readonly string[] = []): readonly string[] {
  return [...NEVER, ...named];
}

type AllowedTools = Pick<ClaudeOptions, 'mcp' | 'allowedTools'>;

const MCP_FILE = 'mcp.json';

export function launchClaude(options: ClaudeOptions, { spec, paths, isConfined }: LaunchRequest): Launch {
  const { session } = spec;
  const { mcp, mcpConfig } = options;
  const configs = [mcp && join(paths.settings, MCP_FILE), mcpConfig].filter((each) => each !== undefined);
  return {
    argv: [
      options.program ?? CLAUDE,
      '-p',
      ...['--output-format', 'stream-json', '--verbose'],
      ...(isConfined
        ? ['--dangerously-skip-permissions']
        : ['--permission-mode', options.permissionMode ?? 'acceptEdits']),
      ...optional('--model', options.model ?? modelOf(spec.profile)),
      ...optional('--effort', options.effort),
      ...optional('--max-turns', options.maxTurns),
      ...optional('--max-budget-usd', options.maxBudgetUsd),
      ...optional('--tools', claudeTools(options.tools ?? spec.profile?.tools)?.join(',')),
      ...['--disallowedTools', disallowedTools(options.disallowedTools).join(',')],
      ...optional('--allowedTools', allowedTools(options)?.join(',')),
      ...(configs.length === 0 ? [] : ['--mcp-config', ...configs]),
      // Else it starts those of the repository's .mcp.json unasked.
      '--strict-mcp-config',
      ...optional('--resume', session),
      ...(options.args ?? []),
    ],
    env: {
      ...CLAUDE_ENVIRONMENT,
      // As root it takes the flag above only where it is told of walls.
      ...(isConfined ? { IS_SANDBOX: '1' } : {}),
    },
    stdin: spec.prompt,
    files: mcp === undefined ? {} : { [MCP_FILE]: mcpFile(mcp) },
  };
}
