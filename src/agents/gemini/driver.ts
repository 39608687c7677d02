/** Google's Gemini CLI, headless: https://geminicli.com/docs/cli/headless */

import { z } from 'zod';
import { type Driver, defineDriver, type Launch, type LaunchRequest } from '../driver.ts';
import { lostSession } from '../lines/lost-session.ts';
import { allowedServers } from '../mcp.ts';
import { optional, text, words } from '../options.ts';
import { geminiExited, parseGeminiLine } from './events.ts';

const geminiOptions = z.strictObject({
  program: text.optional(),
  model: text.optional(),
  /** Outside of walls: what `--approval-mode` takes. */
  approvalMode: text.optional(),
  args: words.optional(),
});

const GEMINI = 'gemini';

export const geminiDriver: Driver = defineDriver({
  name: 'gemini',
  abilities: {
    completion: 'signal',
    progress: true,
    usage: true,
    questions: false,
    quota: true,
    sessions: true,
    verdict: true,
    adoption: 'stream',
  },
  environment: ['GEMINI_*', 'GOOGLE_*'],
  files: ['.gemini/oauth_creds.json', '.gemini/google_accounts.json', '.gemini/settings.json'],
  options: geminiOptions,
  program: ({ program }) => program ?? GEMINI,
  launch,
  parse: parseGeminiLine,
  parseError: lostSession('Error resuming session: '),
  exited: geminiExited,
});

function launch(options: z.infer<typeof geminiOptions>, { spec, isConfined }: LaunchRequest): Launch {
  return {
    argv: [
      options.program ?? GEMINI,
      ...['--output-format', 'stream-json'],
      ...['--approval-mode', isConfined ? 'yolo' : (options.approvalMode ?? 'auto_edit')],
      ...optional('--model', options.model),
      ...optional('--resume', spec.session),
      // Else it starts the MCP servers of the repository's settings, where it trusts them.
      ...allowedServers({}, spec.id.run).flatMap((name) => ['--allowed-mcp-server-names', name]),
      ...(options.args ?? []),
    ],
    env: {
      // Else it starts itself once more, and only the outer process is ended.
      GEMINI_CLI_NO_RELAUNCH: 'true',
      // A worktree is made anew for each task, so nobody was ever asked whether it is trusted.
      ...(isConfined ? { GEMINI_CLI_TRUST_WORKSPACE: 'true' } : {}),
    },
    stdin: spec.prompt,
  };
}
