/** How Codex is started for one attempt; its prompt comes on standard input. Measured with 0.169.0. */

import { z } from 'zod';
import type { Launch, LaunchRequest } from '../driver.ts';
import { optional, programOptions, text, toolNames, words } from '../options.ts';
import { type Capability, type Holds, withheldOf } from '../tools/capabilities.ts';
import { type McpServer, mcpOption } from '../tools/mcp.ts';

export const codexOptions = z.strictObject({
  ...programOptions,
  effort: text.optional(),
  profile: text.optional(),
  /** Outside of walls: what `--sandbox` takes. */
  sandbox: text.optional(),
  tools: toolNames.optional(),
  mcp: mcpOption.optional(),
  /** `key=value` in TOML, as `--config` takes them. */
  config: words.optional(),
});

export type CodexOptions = z.infer<typeof codexOptions>;

export const CODEX = 'codex';

/** What only the makers profit from, and what costs five seconds at each end. */
const QUIET: readonly string[] = ['analytics.enabled=false', 'feedback.enabled=false'];

/** A string or a list of strings in JSON is one in TOML. */
function mcpSettings(name: string, { command, args, env = {}, environment }: McpServer): readonly string[] {
  const set = (key: string, value: unknown): string => `mcp_servers.${name}.${key}=${JSON.stringify(value)}`;
  return [
    set('command', command),
    // Whoever names a server gives leave to use it.
    set('default_tools_approval_mode', 'approve'),
    ...(args === undefined ? [] : [set('args', args)]),
    ...Object.entries(env).map(([key, value]) => set(`env.${key}`, value)),
    ...(environment === undefined ? [] : [set('env_vars', environment)]),
  ];
}

/** It reads, searches and changes files by its shell, and cannot be without one. */
export const CODEX_HOLDS: Holds = { model: false, capabilities: ['web', 'delegate'] };

function settingsAgainst(kept: readonly Capability[]): readonly string[] {
  return [
    ...(kept.includes('web') ? ['web_search="disabled"'] : []),
    ...(kept.includes('delegate') ? ['features.multi_agent=false'] : []),
  ];
}

/** Who may neither change files nor run commands can still look at everything by commands. */
function ownSandbox(options: CodexOptions, kept: readonly Capability[]): string {
  const isReader = kept.includes('edit') && kept.includes('run');
  return options.sandbox ?? (isReader ? 'read-only' : 'workspace-write');
}

/** A string in JSON is one in TOML. Else it trusts the folder that it may write to, and starts the MCP servers that it names. */
function untrusted(worktree: string): string {
  return `projects={${JSON.stringify(worktree)}={trust_level="untrusted"}}`;
}

export function launchCodex(options: CodexOptions, { spec, paths, isConfined }: LaunchRequest): Launch {
  const kept = withheldOf(options, spec);
  const settings = [
    ...QUIET,
    untrusted(paths.worktree),
    ...settingsAgainst(kept),
    ...(options.effort === undefined ? [] : [`model_reasoning_effort=${JSON.stringify(options.effort)}`]),
    ...Object.entries(options.mcp ?? {}).flatMap(([name, server]) => mcpSettings(name, server)),
    ...(options.config ?? []),
  ];
  const { session } = spec;
  return {
    argv: [
      options.program ?? CODEX,
      'exec',
      ...(isConfined
        ? ['--dangerously-bypass-approvals-and-sandbox']
        : ['--sandbox', ownSandbox(options, kept)]),
      ...['--json', '--skip-git-repo-check'],
      ...optional('--model', options.model),
      ...optional('--profile', options.profile),
      ...settings.flatMap((setting) => ['--config', setting]),
      ...(options.args ?? []),
      ...(session === undefined ? [] : ['resume', session]),
      '-',
    ],
    env: {},
    stdin: spec.prompt,
  };
}
