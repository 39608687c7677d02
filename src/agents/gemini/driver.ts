/** Google's Gemini CLI, headless: https://geminicli.com/docs/cli/headless */

import { join } from 'node:path';
import { z } from 'zod';
import { type Driver, defineDriver, type Launch, type LaunchRequest } from '../driver.ts';
import { lostSession } from '../lines/error-line.ts';
import { optional, programOptions, text, toolNames } from '../options.ts';
import { type Capability, HOLDS_TOOLS, toolsFor, withheldOf } from '../tools/capabilities.ts';
import { allowedServers } from '../tools/mcp.ts';
import { geminiExited, parseGeminiLine } from './events.ts';
import { geminiSessionLog } from './session-log.ts';

const geminiOptions = z.strictObject({
  ...programOptions,
  /** Outside of walls: what `--approval-mode` takes. */
  approvalMode: text.optional(),
  tools: toolNames.optional(),
});

const GEMINI = 'gemini';

export const geminiDriver: Driver = defineDriver({
  name: 'gemini',
  abilities: { context: 'live' },
  environment: ['GEMINI_*', 'GOOGLE_*'],
  files: ['.gemini/oauth_creds.json', '.gemini/google_accounts.json', '.gemini/settings.json'],
  homes: [{ variable: 'GEMINI_CLI_HOME', folder: '.' }],
  sessionLogs: [geminiSessionLog],
  holds: HOLDS_TOOLS,
  options: geminiOptions,
  program: ({ program }) => program ?? GEMINI,
  launch,
  parse: parseGeminiLine,
  parseError: lostSession('Error resuming session: '),
  exited: geminiExited,
});

const TOOLS: Readonly<Record<Capability, readonly string[]>> = {
  read: ['read_file', 'read_many_files'],
  search: ['glob', 'grep_search', 'list_directory'],
  edit: ['replace', 'write_file'],
  run: ['run_shell_command', 'list_background_processes', 'read_background_output'],
  fetch: ['web_fetch'],
  web: ['google_web_search'],
  delegate: ['invoke_agent'],
};

const POLICY_FILE = 'gemini-tools.toml';

/** Above the user's own rules and above leave for everything. */
function policyAgainst(tools: readonly string[]): string {
  return `[[rule]]\ntoolName = ${JSON.stringify(tools)}\ndecision = "deny"\npriority = 999\n`;
}

function launch(options: z.infer<typeof geminiOptions>, { spec, paths, isConfined }: LaunchRequest): Launch {
  const denied = toolsFor(withheldOf(options, spec), TOOLS);
  const isHeld = denied.length > 0;
  return {
    argv: [
      options.program ?? GEMINI,
      ...['--output-format', 'stream-json'],
      ...['--approval-mode', isConfined ? 'yolo' : (options.approvalMode ?? 'auto_edit')],
      ...optional('--model', options.model),
      ...optional('--resume', spec.session),
      // Else it starts the MCP servers of the repository's settings, where it trusts them.
      ...allowedServers({}, spec.id.run).flatMap((name) => ['--allowed-mcp-server-names', name]),
      ...(isHeld ? ['--admin-policy', join(paths.settings, POLICY_FILE)] : []),
      ...(options.args ?? []),
    ],
    env: {
      // Else it starts itself once more, and only the outer process is ended.
      GEMINI_CLI_NO_RELAUNCH: 'true',
      // A worktree is made anew for each task, so nobody was ever asked whether it is trusted; else it does not begin.
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
    },
    stdin: spec.prompt,
    files: isHeld ? { [POLICY_FILE]: policyAgainst(denied) } : {},
  };
}
