/** Qwen Code, headless; its events are those of Claude Code. Measured with 0.24.4. */

import { z } from 'zod';
import { claudeLines } from '../claude-code/events.ts';
import { type AgentEvent, type Driver, defineDriver, type Launch, type LaunchRequest } from '../driver.ts';
import { lostSession } from '../lines/error-line.ts';
import { optional, programOptions, text, toolNames } from '../options.ts';
import { type Capability, HOLDS_TOOLS, toolsFor, withheldOf } from '../tools/capabilities.ts';
import { allowedServers, mcpOption } from '../tools/mcp.ts';
import { qwenSessionLog } from './session-log.ts';
import { qwenSettings } from './settings.ts';

const qwenOptions = z.strictObject({
  ...programOptions,
  maxTurns: z.int().positive().optional(),
  /** Outside of walls: what `--approval-mode` takes. */
  approvalMode: text.optional(),
  tools: toolNames.optional(),
  mcp: mcpOption.optional(),
});

const QWEN = 'qwen';
/** The exit status when its turns are used up, which it says in no event. */
const TURNS_USED_UP = 53;

export const qwenDriver: Driver = defineDriver({
  name: 'qwen',
  abilities: { context: 'live', accumulates: ['inputTokens', 'outputTokens', 'cachedTokens'] },
  environment: ['OPENAI_*', 'QWEN_*', 'DASHSCOPE_*'],
  files: ['.qwen/oauth_creds.json', '.qwen/settings.json'],
  homes: [{ variable: 'QWEN_HOME', folder: '.qwen' }],
  sessionFolders: ['.qwen/projects'],
  sessionLogs: [qwenSessionLog],
  holds: HOLDS_TOOLS,
  options: qwenOptions,
  program: ({ program }) => program ?? QWEN,
  launch,
  parse: claudeLines({ isCachedApart: false, tellsOutput: true }),
  parseError: lostSession('No saved session found with ID '),
  exited: (code): readonly AgentEvent[] =>
    code === TURNS_USED_UP
      ? [{ type: 'verdict', problem: { kind: 'turns', detail: 'its turns are used up' } }]
      : [],
});

const TOOLS: Readonly<Record<Capability, readonly string[]>> = {
  read: ['read_file', 'zoom_image', 'read_mcp_resource'],
  search: ['glob', 'grep_search', 'list_directory'],
  edit: ['edit', 'write_file', 'notebook_edit'],
  run: ['run_shell_command', 'monitor'],
  fetch: ['web_fetch'],
  web: ['web_search'],
  delegate: ['agent', 'send_message', 'list_agents'],
};

function launch(options: z.infer<typeof qwenOptions>, { spec, paths, isConfined }: LaunchRequest): Launch {
  const { mcp } = options;
  return {
    argv: [
      options.program ?? QWEN,
      ...['--output-format', 'stream-json'],
      ...['--approval-mode', isConfined ? 'yolo' : (options.approvalMode ?? 'auto-edit')],
      ...optional('--model', options.model),
      ...optional('--max-session-turns', options.maxTurns),
      ...optional('--resume', spec.session),
      ...toolsFor(withheldOf(options, spec), TOOLS).flatMap((tool) => ['--exclude-tools', tool]),
      // Else it starts those of the repository's settings.
      ...allowedServers(mcp, spec.id.run).flatMap((name) => ['--allowed-mcp-server-names', name]),
      ...(options.args ?? []),
    ],
    stdin: spec.prompt,
    ...qwenSettings(paths, mcp),
  };
}
