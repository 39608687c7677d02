/** What the bridge is told, as JSON in its only argument. */

import type { McpServer } from '@agentclientprotocol/sdk';
import { z } from 'zod';
import { text, toolNames, words } from '../options.ts';
import type { Capability } from '../tools/capabilities.ts';
import { type McpServers, mcpOption } from '../tools/mcp.ts';

/** Of what an agent asks for leave: everything, reading and writing files, or nothing at all. */
export const PERMISSIONS = ['all', 'edits', 'none'] as const;
export type Permissions = (typeof PERMISSIONS)[number];

const pairs = z.array(z.object({ name: z.string(), value: z.string() })).default([]);
const remote = { name: text, url: z.url(), headers: pairs };

/** As the protocol has them in `session/new`. */
const mcpServer = z.union([
  z.object({ name: text, command: text, args: words.default([]), env: pairs }),
  z.object({ type: z.literal('http'), ...remote }),
  z.object({ type: z.literal('sse'), ...remote }),
]);

export const acpOptions = z.strictObject({
  /** The agent's command, word by word: `[gemini, --acp]`. */
  command: z
    .array(z.string(), 'must be the command of the agent, word by word, such as [gemini, --acp]')
    .refine((command) => command.length > 0, 'names no program'),
  /** A mode of the agent's own, such as `agent-full-access` of codex-acp. */
  mode: z.string().exactOptional(),
  /** Outside of walls; inside them everything is allowed. */
  permissions: z.enum(PERMISSIONS).exactOptional(),
  /** The agent reads and writes files through us, where it asks to. */
  files: z.boolean().exactOptional(),
  /** The only ones that it is given leave for. */
  tools: toolNames.exactOptional(),
  mcp: mcpOption.exactOptional(),
  /** More of them. */
  mcpServers: z.array(mcpServer).exactOptional(),
});

export type AcpOptions = z.infer<typeof acpOptions>;

export interface BridgeSettings {
  readonly command: readonly string[];
  readonly mode?: string;
  readonly permissions: Permissions;
  /** What it is given no leave for, whatever the permissions. */
  readonly withheld: readonly Capability[];
  /** The only tools that Claude Code behind the protocol has. */
  readonly tools?: readonly string[];
  readonly files: boolean;
  readonly mcp: McpServers;
  readonly mcpServers: readonly McpServer[];
  /** To go on in. */
  readonly session?: string;
}
