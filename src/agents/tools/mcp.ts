/**
 * MCP servers that an agent is to have: programs of the user's that it starts itself, so that they stand behind the same
 * walls. https://modelcontextprotocol.io
 */

import { z } from 'zod';
import { text } from '../options.ts';

/** Agents would put something in the place of these, each in its own way. */
const REPLACED = /\$|\{(?:env|file):/;
const plain = (schema: z.ZodString): z.ZodString =>
  schema.refine(
    (value) => !REPLACED.test(value),
    'must hold no $, {env: or {file:, for nothing is put in their place',
  );

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of a variable');

/** By name. */
export const mcpOption = z.record(
  z
    .string()
    .regex(
      /^[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){0,31}$/i,
      'must be letters, digits and single hyphens, 32 at most',
    ),
  z.strictObject({
    command: plain(text),
    args: z.array(plain(z.string())).exactOptional(),
    /** Kept in the log of the run: no place for secrets. */
    env: z.record(variable, plain(z.string())).exactOptional(),
    /** Names of the agent's environment that it gets as well. */
    environment: z.array(variable).exactOptional(),
  }),
);

export type McpServers = z.infer<typeof mcpOption>;
export type McpServer = McpServers[string];

/** As most agents are told of one. */
export interface McpEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** `valueFor` says what stands for a variable of the agent's environment; one without a value is left out. */
export function mcpEntries(
  servers: McpServers,
  valueFor: (variable: string) => string | undefined,
): Readonly<Record<string, McpEntry>> {
  return Object.fromEntries(
    Object.entries(servers).map(([name, server]) => [name, entryOf(server, valueFor)]),
  );
}

function entryOf(
  { command, args = [], env = {}, environment = [] }: McpServer,
  valueFor: (variable: string) => string | undefined,
): McpEntry {
  const given = environment.flatMap((name): [string, string][] => {
    const value = valueFor(name);
    return value === undefined ? [] : [[name, value]];
  });
  return { command, args, env: { ...env, ...Object.fromEntries(given) } };
}

/** Of agents that are told which servers they may start: at least one, for an empty list allows all. */
export function allowedServers(servers: McpServers | undefined, run: string): readonly string[] {
  const names = Object.keys(servers ?? {});
  // Nobody who writes a repository's settings can know it.
  return names.length > 0 ? names : [`none-of-${run}`];
}
