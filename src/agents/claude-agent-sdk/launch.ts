/** How the bridge is started for one attempt, and what it asks of the Claude Agent SDK. Measured with 0.3.329. */

import { ownFile } from '../bridges/own-file.ts';
import { allowedTools, CLAUDE_ENVIRONMENT, disallowedTools, modelOf } from '../claude-code/launch.ts';
import type { Launch, LaunchRequest } from '../driver.ts';
import { claudeTools } from '../tools/capabilities.ts';
import type { BridgeSettings, SdkOptions } from './settings.ts';

const BRIDGE = ownFile('bridge-main', import.meta.url);

export function launchSdk(options: SdkOptions, request: LaunchRequest): Launch {
  const { sdk, program, mcp = {} } = options;
  const settings: BridgeSettings = {
    ...(sdk === undefined ? {} : { sdk }),
    ...(program === undefined ? {} : { program }),
    mcp,
    query: queryOptions(options, request),
  };
  return {
    argv: [process.execPath, BRIDGE, JSON.stringify(settings)],
    env: { ...CLAUDE_ENVIRONMENT, ...(request.isConfined ? { IS_SANDBOX: '1' } : {}) },
    stdin: request.spec.prompt,
  };
}

/** What is undefined is left out of JSON. */
function queryOptions(options: SdkOptions, { spec, isConfined }: LaunchRequest): BridgeSettings['query'] {
  const { model, effort, maxTurns, maxBudgetUsd, tools } = options;
  return {
    model: model ?? modelOf(spec.profile),
    tools: claudeTools(tools ?? spec.profile?.tools) ?? { type: 'preset', preset: 'claude_code' },
    ...{ effort, maxTurns, maxBudgetUsd },
    disallowedTools: disallowedTools(options.disallowedTools),
    allowedTools: allowedTools(options),
    ...(isConfined
      ? { permissionMode: 'bypassPermissions', allowDangerouslySkipPermissions: true }
      : { permissionMode: options.permissionMode ?? 'acceptEdits' }),
    // Nobody is there to be asked.
    permissionPrompts: 'none',
    // Else it is told nothing of how to work on code.
    systemPrompt: { type: 'preset', preset: 'claude_code' },
    // None of the repository's, and what ours are given is on no command line.
    ...{ strictMcpConfig: true, mcpServersDelivery: 'initialize' },
    resume: spec.session,
  };
}
