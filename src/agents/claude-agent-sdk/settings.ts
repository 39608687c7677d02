/** What the driver is told, and what it tells its bridge, as JSON in the bridge's only argument. */

import { z } from 'zod';
import { text, words } from '../options.ts';
import { type McpServers, mcpOption } from '../tools/mcp.ts';

export const PACKAGE = '@anthropic-ai/claude-agent-sdk';

export const sdkOptions = z.strictObject({
  /** Folder of the package, or of a project that has it. */
  sdk: text.optional(),
  /** Another Claude Code than the one that the package brings. */
  program: text.optional(),
  model: text.optional(),
  effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional(),
  maxTurns: z.int().positive().optional(),
  maxBudgetUsd: z.number().positive().optional(),
  /** Outside of walls. */
  permissionMode: z.enum(['default', 'acceptEdits', 'plan', 'dontAsk', 'auto']).optional(),
  /** The only ones of its own that it has. */
  tools: words.optional(),
  allowedTools: words.optional(),
  disallowedTools: words.optional(),
  mcp: mcpOption.optional(),
});

export type SdkOptions = z.infer<typeof sdkOptions>;

export interface BridgeSettings {
  readonly sdk?: string;
  readonly program?: string;
  readonly mcp: McpServers;
  /** Options of the package's `query()` that are plain data. */
  readonly query: Readonly<Record<string, unknown>>;
}
