/** Claude Code by the Claude Agent SDK: https://docs.anthropic.com/en/docs/agent-sdk/typescript */

import { claudeCodeDriver } from '../claude-code/driver.ts';
import { parseClaudeLine } from '../claude-code/events.ts';
import { type Driver, defineDriver } from '../driver.ts';
import { withOurEvents } from '../lines/event-line.ts';
import { launchSdk } from './launch.ts';
import { PACKAGE, sdkOptions } from './settings.ts';

const { abilities, environment, files, homes, sessionFolders, holds } = claudeCodeDriver;

export const claudeAgentSdkDriver: Driver = defineDriver({
  name: 'claude-agent-sdk',
  abilities,
  environment,
  files,
  homes,
  sessionFolders,
  ...(holds === null ? {} : { holds }),
  options: sdkOptions,
  program: ({ program }) => program ?? null,
  module: ({ sdk }) => ({ name: PACKAGE, folder: sdk }),
  launch: launchSdk,
  // The SDK's messages are what Claude Code prints; what the bridge adds is an event of ours.
  parse: withOurEvents(parseClaudeLine),
});
