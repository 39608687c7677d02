/** pi, headless (`@earendil-works/pi-coding-agent`). Measured with 0.74.2, which exits with 0 whatever has happened. */

import { z } from 'zod';
import { ownFile } from '../bridges/own-file.ts';
import { type AgentEvent, type Driver, defineDriver, type Launch, type LaunchRequest } from '../driver.ts';
import { answerUsage } from '../lines/answer-usage.ts';
import { endsWith } from '../lines/error-line.ts';
import { withOurEvents } from '../lines/event-line.ts';
import { type Fields, numberIn, objectIn, objectsIn, readObject, textIn } from '../lines/json-line.ts';
import { serviceErrorEvents } from '../lines/service-error.ts';
import { contentText, resultEvent, toolEvent } from '../lines/tool-step.ts';
import { optional, programOptions, text, words } from '../options.ts';
import {
  CAPABILITIES,
  type Capability,
  HOLDS_TOOLS,
  purposeOf,
  toolsFor,
  withheld,
} from '../tools/capabilities.ts';

const piOptions = z.strictObject({
  ...programOptions,
  provider: text.optional(),
  effort: text.optional(),
  tools: words.optional(),
});

const PI = 'pi';
const EXTENSION = ownFile('extension-main', import.meta.url);

export const piDriver: Driver = defineDriver({
  name: 'pi',
  abilities: { context: 'live' },
  environment: ['PI_*', 'ANTHROPIC_*', 'OPENAI_*', 'GEMINI_*', 'OPENROUTER_*'],
  files: ['.pi/agent/auth.json', '.pi/agent/models.json', '.pi/agent/settings.json'],
  homes: [{ variable: 'PI_CODING_AGENT_DIR', folder: '.pi/agent' }],
  sessionFolders: ['.pi/agent/sessions'],
  holds: HOLDS_TOOLS,
  options: piOptions,
  problems: ({ tools = [] }) =>
    tools.length > 0 && ownTools(tools)?.length === 0 ? [`tools: pi has none for ${tools.join(', ')}`] : [],
  program: ({ program }) => program ?? PI,
  launch,
  parse: withOurEvents(parsePiLine),
  parseError: endsWith({ 'No session found matching ': 'session', 'No API key found for ': 'credentials' }),
});

/** It has no permissions of its own: what it may do is what its tools can. */
function launch(options: z.infer<typeof piOptions>, { spec, isConfined }: LaunchRequest): Launch {
  const tools =
    options.tools === undefined ? toolsOf(spec.profile?.tools, isConfined) : ownTools(options.tools);
  return {
    argv: [
      options.program ?? PI,
      '--print',
      ...['--mode', 'json'],
      ...optional('--provider', options.provider),
      ...optional('--model', options.model),
      ...optional('--thinking', options.effort),
      ...optional('--tools', tools?.join(',')),
      ...optional('--session', spec.session),
      ...['--extension', EXTENSION],
      ...(options.args ?? []),
    ],
    env: {},
    stdin: spec.prompt,
  };
}

const FILE_TOOLS: readonly string[] = ['read', 'edit', 'write'];
const TOOLS: Readonly<Record<Capability, readonly string[]>> = {
  read: ['read'],
  search: ['grep', 'find', 'ls'],
  edit: ['edit', 'write'],
  run: ['bash'],
  fetch: [],
  web: [],
  delegate: [],
};

/** By its own names, those of extensions among them, or by Claude Code's. Undefined for those that it has by itself. */
function ownTools(named: readonly string[]): readonly string[] | undefined {
  if (named.includes('*')) return undefined;
  const own = Object.values(TOOLS).flat();
  const found = named.flatMap((name) => {
    const purpose = own.includes(name) ? undefined : purposeOf(name);
    return purpose === undefined ? [name] : TOOLS[purpose];
  });
  return [...new Set(found)];
}

/** Undefined for those that it has by itself. A profile gives no leave that nobody has given. */
function toolsOf(named: readonly string[] | undefined, isConfined: boolean): readonly string[] | undefined {
  if (named === undefined) return isConfined ? undefined : FILE_TOOLS;
  const kept = withheld(isConfined ? named : named.filter((tool) => !/^bash\b/i.test(tool)));
  const given = CAPABILITIES.filter((each) => !kept.includes(each));
  return toolsFor(given, TOOLS);
}

/** `message_update` repeats what has come of a message so far, and is passed over; `message_end` holds all of it. */
export function parsePiLine(line: string): readonly AgentEvent[] {
  const event = readObject(line);
  if (event === null) return line === '' ? [] : [{ type: 'text', text: line }];
  switch (textIn(event, 'type')) {
    case 'session': {
      const session = textIn(event, 'id');
      return session === undefined ? [] : [{ type: 'session', session }];
    }
    case 'tool_execution_start':
      return [toolEvent(textIn(event, 'toolName') ?? 'tool', objectIn(event, 'args'))];
    case 'tool_execution_end':
      return [resultEvent(event['isError'] === true, contentText(objectIn(event, 'result'), 'content'))];
    case 'auto_retry_start':
      return [
        { type: 'progress', step: `tries again: ${textIn(event, 'errorMessage') ?? 'its service failed'}` },
      ];
    case 'message_end':
      return ended(objectIn(event, 'message'));
    default:
      return [];
  }
}

function ended(message: Fields | null): readonly AgentEvent[] {
  if (textIn(message, 'role') !== 'assistant') return [];
  const said = objectsIn(message, 'content').flatMap((block): AgentEvent[] => {
    const words = textIn(block, 'type') === 'text' ? textIn(block, 'text') : undefined;
    return words === undefined ? [] : [{ type: 'text', text: words }];
  });
  return [...said, ...usage(message), ...verdict(message)];
}

function usage(message: Fields | null): readonly AgentEvent[] {
  const counts = objectIn(message, 'usage');
  const model = textIn(message, 'model');
  const cached = numberIn(counts, 'cacheRead') ?? 0;
  const written = numberIn(counts, 'cacheWrite') ?? 0;
  const input = (numberIn(counts, 'input') ?? 0) + cached + written;
  const output = numberIn(counts, 'output') ?? 0;
  const costUsd = numberIn(objectIn(counts, 'cost'), 'total');
  return [
    ...(model === undefined ? [] : [{ type: 'model', model } as const]),
    ...answerUsage({ input, output, cached, written, costUsd }),
  ];
}

function verdict(message: Fields | null): readonly AgentEvent[] {
  const detail = textIn(message, 'errorMessage') ?? 'it failed';
  switch (textIn(message, 'stopReason')) {
    case 'stop':
      return [{ type: 'verdict', problem: null }];
    case 'length':
      return [{ type: 'verdict', problem: { kind: 'context', detail: 'its answer became too long' } }];
    case 'aborted':
      return [{ type: 'verdict', problem: { kind: 'other', detail } }];
    case 'error': {
      const status = /^(\d{3})\b/.exec(detail)?.[1];
      return serviceErrorEvents({ status: status === undefined ? undefined : Number(status), detail });
    }
    default:
      return [];
  }
}
