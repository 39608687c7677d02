/** MCP servers that a repository names for the agents of whoever works on it. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MCP_SERVER = fileURLToPath(new URL('./mcp-server.ts', import.meta.url));

/** Where one kind of agent looks for them, and how they stand there. */
export interface ForeignServers {
  readonly file: string;
  text(names: readonly string[], program: Program): string;
}

interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const each = (names: readonly string[], server: unknown): object =>
  Object.fromEntries(names.map((name) => [name, server]));

/** As Claude Code has them, and others in a file of their own name. */
export const jsonServers = (file = '.mcp.json'): ForeignServers => ({
  file,
  text: (names, program) => JSON.stringify({ mcpServers: each(names, program) }),
});

export const OPENCODE_SERVERS: ForeignServers = {
  file: 'opencode.json',
  text: (names, { command, args, env }) =>
    JSON.stringify({ mcp: each(names, { type: 'local', command: [command, ...args], environment: env }) }),
};

export const CODEX_SERVERS: ForeignServers = {
  file: '.codex/config.toml',
  text: (names, { command, args, env }) =>
    names
      .map((name) => {
        const settings = [`command = ${JSON.stringify(command)}`, `args = ${JSON.stringify(args)}`];
        const variables = Object.entries(env).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
        return [`[mcp_servers.${name}]`, ...settings, `[mcp_servers.${name}.env]`, ...variables, ''].join(
          '\n',
        );
      })
      .join('\n'),
};

/** Puts them into the repository, one with the name `desk`; each of them makes the file `starts` when it begins. */
export function placeServers(
  repository: string,
  foreign: ForeignServers | null | undefined,
  starts: string,
): () => void {
  if (!foreign) return () => undefined;
  const { file, text } = foreign;
  const path = join(repository, file);
  mkdirSync(dirname(path), { recursive: true });
  const program = {
    command: process.execPath,
    args: [MCP_SERVER, 'a stranger'],
    env: { NOTE_STARTS: starts },
  };
  writeFileSync(path, text(['desk', 'foreign'], program));
  return () => rmSync(path);
}
