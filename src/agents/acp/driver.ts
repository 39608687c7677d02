/** Any agent that speaks the Agent Client Protocol, version 1: https://agentclientprotocol.com */

import { ownFile } from '../bridges/own-file.ts';
import { claudeSessionLog } from '../claude-code/session-log.ts';
import { codexTurnLog } from '../codex/session-log.ts';
import { filesOf } from '../command/started-files.ts';
import { type Driver, defineDriver, type Launch, type LaunchRequest } from '../driver.ts';
import { geminiSessionLog } from '../gemini/session-log.ts';
import { parseEventLine } from '../lines/event-line.ts';
import { opencodeByAcpEnv } from '../opencode/permissions.ts';
import { qwenByAcpSettings } from '../qwen/settings.ts';
import { claudeTools, HOLDS_TOOLS, withheldOf } from '../tools/capabilities.ts';
import { type AcpOptions, acpOptions, type BridgeSettings } from './settings.ts';

const BRIDGE = ownFile('bridge-main', import.meta.url);

export const acpDriver: Driver = defineDriver({
  name: 'acp',
  abilities: { usage: 'as-its-program', context: 'as-its-program', accumulates: ['costUsd'] },
  // Whose credentials the agent needs is the user's to say, for any agent may stand behind it.
  environment: [],
  sessionFolders: ['.claude/projects', '.codex/sessions', '.qwen/projects'],
  sessionLogs: [claudeSessionLog, codexTurnLog, geminiSessionLog],
  holds: { ...HOLDS_TOOLS, asAsked: true },
  options: acpOptions,
  program: ({ command }) => command[0] ?? null,
  startedFiles: ({ command }) => filesOf(command),
  launch,
  parse: parseEventLine,
});

function launch(options: AcpOptions, { spec, paths, isConfined }: LaunchRequest): Launch {
  const withheld = withheldOf(options, spec);
  const qwen = qwenByAcpSettings(paths, isConfined && withheld.length === 0);
  const tools = claudeTools(options.tools ?? spec.profile?.tools);
  const permissions = isConfined ? 'all' : (options.permissions ?? 'edits');
  const settings: BridgeSettings = {
    command: options.command,
    permissions,
    withheld,
    files: options.files ?? true,
    mcp: options.mcp ?? {},
    mcpServers: options.mcpServers ?? [],
    ...(tools === undefined ? {} : { tools }),
    ...(options.mode === undefined ? {} : { mode: options.mode }),
    ...(spec.session === undefined ? {} : { session: spec.session }),
  };
  return {
    argv: [process.execPath, BRIDGE, JSON.stringify(settings)],
    env: {
      // Claude Code behind the protocol would have to search for tools of MCP servers first.
      ENABLE_TOOL_SEARCH: 'false',
      // Else a model is asked what the user might say next, and there is none.
      CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION: 'false',
      CODEX_ACP_PROMPT_SUGGESTIONS: 'false',
      ...qwen.env,
      ...opencodeByAcpEnv({ permissions, withheld }),
    },
    stdin: spec.prompt,
    files: qwen.files,
  };
}
