/** Claude Code, headless: https://docs.anthropic.com/en/docs/claude-code/headless */

import { type Driver, defineDriver } from '../driver.ts';
import { HOLDS_TOOLS } from '../tools/capabilities.ts';
import { parseClaudeLine } from './events.ts';
import { CLAUDE, claudeOptions, launchClaude } from './launch.ts';

export const claudeCodeDriver: Driver = defineDriver({
  name: 'claude-code',
  abilities: { context: 'live', accumulates: ['costUsd'] },
  environment: [
    'ANTHROPIC_*',
    'CLAUDE_CODE_*',
    'CLAUDE_CONFIG_DIR',
    'AWS_*',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'CLOUD_ML_REGION',
    'VERTEX_REGION_*',
  ],
  files: ['.claude/.credentials.json'],
  homes: [{ variable: 'CLAUDE_CONFIG_DIR', folder: '.claude' }],
  sessionFolders: ['.claude/projects'],
  holds: { ...HOLDS_TOOLS, model: true },
  options: claudeOptions,
  program: ({ program }) => program ?? CLAUDE,
  launch: launchClaude,
  parse: parseClaudeLine,
});
