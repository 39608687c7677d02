/** Settings of Qwen Code's that are no flags. Measured with 0.24.4. */

import { join } from 'node:path';
import type { AttemptPaths, Launch } from '../driver.ts';
import { type McpServers, mcpEntries } from '../tools/mcp.ts';

/** With them it has its model look at each attempt once more, for notes on its user, and writes those into the home. */
const NO_MEMORY = { enableManagedAutoMemory: false, enableManagedAutoDream: false };

const FILE = 'qwen.json';

/** Of the program itself. What the user has set counts before it, but for the servers. */
export function qwenSettings(
  { settings }: AttemptPaths,
  mcp: McpServers | undefined,
): Pick<Launch, 'env' | 'files'> {
  const path = join(settings, FILE);
  return {
    env: {
      QWEN_CODE_SYSTEM_DEFAULTS_PATH: path,
      // Those of the system are the only settings that the repository's do not replace.
      ...(mcp === undefined ? {} : { QWEN_CODE_SYSTEM_SETTINGS_PATH: path }),
    },
    files: { [FILE]: JSON.stringify({ memory: NO_MEMORY, ...(mcp === undefined ? {} : serversOf(mcp)) }) },
  };
}

function serversOf(mcp: McpServers): object {
  const entries = Object.entries(mcpEntries(mcp, (variable) => `$${variable}`));
  // Whoever names a server gives leave to use it.
  const trusted = entries.map(([name, entry]) => [name, { ...entry, trust: true }]);
  // Their tools would have to be searched for first.
  return { mcpServers: Object.fromEntries(trusted), tools: { toolSearch: { enabled: false } } };
}

/** Behind ACP, where it asks a model as well what its user might say next, and which commands are harmless. */
export function qwenByAcpSettings(
  { settings }: AttemptPaths,
  mayAll: boolean,
): Required<Pick<Launch, 'env' | 'files'>> {
  // Of what it does unasked nothing can be withheld.
  const approvalMode = mayAll ? 'yolo' : 'default';
  const wanted = { memory: NO_MEMORY, ui: { enableFollowupSuggestions: false }, tools: { approvalMode } };
  return {
    env: { QWEN_CODE_SYSTEM_DEFAULTS_PATH: join(settings, FILE) },
    files: { [FILE]: JSON.stringify(wanted) },
  };
}
