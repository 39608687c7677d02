/** How Codex is started for one attempt; its prompt comes on standard input. Measured with 0.169.0. */

import { z } from 'zod';
import type { Launch, LaunchRequest } from '../driver.ts';
import { type McpServer, mcpOption } from '../mcp.ts';
import { optional, text, words } from '../options.ts';

export const codexOptions = z.strictObject({
  program: text.optional(),
  model: text.optional(),
  effort: text.optional(),
  profile: text.optional(),
  /** Outside of walls: what `--sandbox` takes. */
  sandbox: text.optional(),
  mcp: mcpOption.optional(),
  /** `key=value` in TOML, as `--config` takes them. */
  config: words.optional(),
  /** More arguments, each as it is. */
  args: words.optional(),
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

export function launchCodex(options: CodexOptions, { spec, isConfined }: LaunchRequest): Launch {
  const settings = [
    ...QUIET,
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
        : ['--sandbox', options.sandbox ?? 'workspace-write']),
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
