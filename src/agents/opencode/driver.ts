/** opencode, headless: https://opencode.ai/docs/cli. Measured with 1.18.33, which tries a failed call again for a minute, as long as its service asks for. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ownFile } from '../bridges/own-file.ts';
import { type AgentEvent, type Driver, defineDriver, type Launch, type LaunchRequest } from '../driver.ts';
import { answerUsage } from '../lines/answer-usage.ts';
import { lostSession } from '../lines/error-line.ts';
import { withOurEvents } from '../lines/event-line.ts';
import { type Fields, numberIn, objectIn, readObject, textIn } from '../lines/json-line.ts';
import { serviceErrorEvents } from '../lines/service-error.ts';
import { resultEvent, toolEvent } from '../lines/tool-step.ts';
import { optional, programOptions, text, toolNames } from '../options.ts';
import { HOLDS_TOOLS, withheldOf } from '../tools/capabilities.ts';
import { type McpServers, mcpEntries, mcpOption } from '../tools/mcp.ts';
import { type Denied, denied, NOT_UNASKED } from './permissions.ts';

const opencodeOptions = z.strictObject({
  ...programOptions,
  /** Provider's own word for how much it thinks. */
  effort: text.optional(),
  /** One of the user's own agents. */
  agent: text.optional(),
  tools: toolNames.optional(),
  mcp: mcpOption.optional(),
});

const OPENCODE = 'opencode';
const LEAVE = '--auto';

export const opencodeDriver: Driver = defineDriver({
  name: 'opencode',
  abilities: { context: 'live' },
  environment: ['OPENCODE_*', 'ANTHROPIC_*', 'OPENAI_*', 'GEMINI_*', 'OPENROUTER_*'],
  files: ['.local/share/opencode/auth.json', '.config/opencode'],
  homes: [
    { variable: 'XDG_DATA_HOME', folder: '.local/share' },
    { variable: 'XDG_CONFIG_HOME', folder: '.config' },
  ],
  holds: HOLDS_TOOLS,
  options: opencodeOptions,
  program: ({ program }) => program ?? OPENCODE,
  launch,
  parse: withOurEvents(parseOpencodeLine),
  parseError: lostSession('Error: Session not found'),
});

type OpencodeOptions = z.infer<typeof opencodeOptions>;

function permissions(
  options: OpencodeOptions,
  { spec, isConfined }: Pick<LaunchRequest, 'spec' | 'isConfined'>,
): Denied {
  const hasLeave = isConfined || options.args?.includes(LEAVE) === true;
  // To name a tool as an option is to give leave to use it; a profile gives none.
  const unasked = hasLeave || options.tools !== undefined ? [] : NOT_UNASKED;
  return denied([...withheldOf(options, spec), ...unasked], { outside: hasLeave });
}

const CONFIG_FILE = 'opencode.json';
const PLUGIN = ownFile('plugin-main', import.meta.url);

function launch(options: OpencodeOptions, { spec, paths, isConfined }: LaunchRequest): Launch {
  const { mcp } = options;
  return {
    argv: [
      options.program ?? OPENCODE,
      'run',
      ...['--format', 'json'],
      ...(isConfined ? [LEAVE] : []),
      // Else a model is asked for one in each fresh session.
      ...(spec.session === undefined ? ['--title', spec.id.task] : []),
      ...optional('--model', options.model),
      ...optional('--variant', options.effort),
      ...optional('--agent', options.agent),
      ...optional('--session', spec.session),
      ...(options.args ?? []),
    ],
    env: {
      OPENCODE_CONFIG: join(paths.settings, CONFIG_FILE),
      // It starts the MCP servers of the repository's settings unasked, and can only be told to overlook all of these.
      ...(isConfined ? {} : { OPENCODE_DISABLE_PROJECT_CONFIG: '1' }),
    },
    stdin: spec.prompt,
    files: {
      [CONFIG_FILE]: JSON.stringify({
        plugin: [pathToFileURL(PLUGIN).href],
        ...(mcp === undefined ? {} : { mcp: mcpConfig(mcp) }),
        permission: permissions(options, { spec, isConfined }),
        ...(isConfined ? {} : { instructions: [join(paths.worktree, 'AGENTS.md')] }),
      }),
    },
  };
}

function mcpConfig(servers: McpServers): object {
  const entries = Object.entries(mcpEntries(servers, (variable) => `{env:${variable}}`));
  const mcp = entries.map(([name, { command, args, env }]) => [
    name,
    { type: 'local', command: [command, ...args], environment: env, enabled: true },
  ]);
  return Object.fromEntries(mcp);
}

/** `step_start`, `text`, `tool_use`, `step_finish`, `error`, each of which names its session; our plugin's `helper_answer`. */
export function parseOpencodeLine(line: string): readonly AgentEvent[] {
  const event = readObject(line);
  if (event === null) return line === '' ? [] : [{ type: 'text', text: line }];
  const part = objectIn(event, 'part');
  switch (textIn(event, 'type')) {
    case 'step_start': {
      const session = textIn(event, 'sessionID');
      return session === undefined ? [] : [{ type: 'session', session }];
    }
    case 'text': {
      const said = textIn(part, 'text');
      return said === undefined ? [] : [{ type: 'text', text: said }];
    }
    case 'tool_use':
      return toolUse(textIn(part, 'tool') ?? 'tool', objectIn(part, 'state'));
    case 'step_finish':
      return [...usage(part), ...verdict(textIn(part, 'reason'))];
    case 'helper_answer':
      return usage(part).flatMap((told) =>
        told.type === 'usage-added' ? [{ ...told, ...named(event) }] : [],
      );
    case 'error':
      return failed(objectIn(event, 'error'));
    default:
      return [];
  }
}

/** Told when it is over. */
function toolUse(tool: string, state: Fields | null): readonly AgentEvent[] {
  const exit = numberIn(objectIn(state, 'metadata'), 'exit') ?? 0;
  const failed = textIn(state, 'status') === 'error' || exit !== 0;
  return [
    toolEvent(tool, objectIn(state, 'input')),
    resultEvent(failed, textIn(state, 'output') ?? textIn(state, 'error') ?? ''),
  ];
}

/** What it thinks is paid as what it writes, and may be part of the total alone. */
function usage(part: Fields | null): readonly AgentEvent[] {
  const tokens = objectIn(part, 'tokens');
  const cache = objectIn(tokens, 'cache');
  const cached = numberIn(cache, 'read') ?? 0;
  const written = numberIn(cache, 'write') ?? 0;
  const input = (numberIn(tokens, 'input') ?? 0) + cached + written;
  const output = Math.max(numberIn(tokens, 'output') ?? 0, (numberIn(tokens, 'total') ?? 0) - input);
  const costUsd = numberIn(part, 'cost');
  return answerUsage({ input, output, cached, written, costUsd });
}

/** As long as it grows it is told again. */
function named(event: Fields): { readonly id?: string; readonly model?: string } {
  const [id, model] = [textIn(event, 'id'), textIn(event, 'model')];
  return { ...(id === undefined ? {} : { id }), ...(model === undefined ? {} : { model }) };
}

function verdict(reason: string | undefined): readonly AgentEvent[] {
  if (reason === 'stop') return [{ type: 'verdict', problem: null }];
  if (reason === 'length')
    return [{ type: 'verdict', problem: { kind: 'context', detail: 'its answer became too long' } }];
  return [];
}

function failed(error: Fields | null): readonly AgentEvent[] {
  const data = objectIn(error, 'data');
  const detail = textIn(data, 'message') ?? textIn(error, 'name') ?? 'it failed';
  const status = numberIn(data, 'statusCode');
  return status === undefined
    ? [{ type: 'verdict', problem: { kind: 'other', detail } }]
    : serviceErrorEvents({ status, detail });
}
