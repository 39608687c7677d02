/** OpenAI's Codex, headless: https://developers.openai.com/codex/noninteractive */

import { type Driver, defineDriver } from '../driver.ts';
import { lostSession } from '../lines/error-line.ts';
import { parseCodexLine, parseRollout } from './events.ts';
import { CODEX, CODEX_HOLDS, codexOptions, launchCodex } from './launch.ts';

export const codexDriver: Driver = defineDriver({
  name: 'codex',
  abilities: {
    completion: 'signal',
    progress: true,
    usage: true,
    questions: false,
    quota: true,
    sessions: true,
    accumulates: ['inputTokens', 'outputTokens', 'cachedTokens', 'cacheWriteTokens'],
    verdict: true,
    adoption: 'stream',
  },
  environment: ['OPENAI_*', 'CODEX_*', 'AZURE_OPENAI_*'],
  files: ['.codex/auth.json', '.codex/config.toml'],
  sessionFolders: ['.codex/sessions'],
  sessionLog: {
    folder: '.codex/sessions',
    home: { variable: 'CODEX_HOME', folder: 'sessions' },
    nameEnd: (session) => `-${session}.jsonl`,
    parse: parseRollout,
  },
  holds: CODEX_HOLDS,
  options: codexOptions,
  program: ({ program }) => program ?? CODEX,
  launch: launchCodex,
  parse: parseCodexLine,
  parseError: lostSession('Error: thread/resume: '),
});
