/** OpenAI's Codex, headless: https://developers.openai.com/codex/noninteractive */

import { type Driver, defineDriver } from '../driver.ts';
import { lostSession } from '../lines/error-line.ts';
import { parseCodexLine } from './events.ts';
import { CODEX, CODEX_HOLDS, codexOptions, launchCodex } from './launch.ts';
import { codexSessionLog } from './session-log.ts';

export const codexDriver: Driver = defineDriver({
  name: 'codex',
  abilities: {
    context: 'live',
    accumulates: ['inputTokens', 'outputTokens', 'cachedTokens', 'cacheWriteTokens'],
  },
  environment: ['OPENAI_*', 'CODEX_*', 'AZURE_OPENAI_*'],
  files: ['.codex/auth.json', '.codex/config.toml'],
  homes: [{ variable: 'CODEX_HOME', folder: '.codex' }],
  sessionFolders: ['.codex/sessions'],
  sessionLogs: [codexSessionLog],
  holds: CODEX_HOLDS,
  options: codexOptions,
  program: ({ program }) => program ?? CODEX,
  launch: launchCodex,
  parse: parseCodexLine,
  parseError: lostSession('Error: thread/resume: '),
});
