/**
 * Codex's `exec --json`, measured with 0.169.0: `thread.started`, `turn.started|completed|failed`,
 * `item.started|updated|completed` and `error`. Errors come in its words alone, without a status.
 */

import type { AgentProblem } from '../../core/agent-problem.ts';
import type { Usage } from '../../core/attempt.ts';
import type { AgentEvent, ClockTime } from '../driver.ts';
import { type Fields, numberIn, objectIn, objectsIn, readObject, textIn } from '../lines/json-line.ts';
import { serviceErrorEvents } from '../lines/service-error.ts';
import { contentText, resultEvent, toolEvent } from '../lines/tool-step.ts';

export function parseCodexLine(line: string): readonly AgentEvent[] {
  const event = readObject(line);
  if (event === null) return line === '' ? [] : [{ type: 'text', text: line }];
  switch (textIn(event, 'type')) {
    case 'thread.started': {
      const session = textIn(event, 'thread_id');
      return session === undefined ? [] : [{ type: 'session', session }];
    }
    case 'item.started':
      return started(objectIn(event, 'item'));
    case 'item.updated':
      return todo(objectIn(event, 'item'));
    case 'item.completed':
      return completed(objectIn(event, 'item'));
    case 'turn.completed':
      return [
        { type: 'usage', usage: codexUsage(objectIn(event, 'usage')) },
        { type: 'verdict', problem: null },
      ];
    case 'turn.failed':
      return codexProblem(textIn(objectIn(event, 'error'), 'message') ?? '');
    case 'error':
      return [{ type: 'progress', step: textIn(event, 'message') ?? 'an error' }];
    default:
      return [];
  }
}

function started(item: Fields | null): readonly AgentEvent[] {
  switch (textIn(item, 'type')) {
    case 'command_execution':
      return [{ type: 'tool', tool: 'shell', input: commandIn(item) }];
    case 'mcp_tool_call': {
      const tool = `${textIn(item, 'server') ?? ''}.${textIn(item, 'tool') ?? ''}`;
      return [toolEvent(tool, objectIn(item, 'arguments'))];
    }
    case 'web_search':
      return [toolEvent('web_search', item)];
    case 'collab_tool_call':
      return [toolEvent(textIn(item, 'tool') ?? 'helper', promptIn(item))];
    default:
      return todo(item);
  }
}

/** What a helper is to do; of a wait for one, nothing. */
function promptIn(item: Fields | null): Fields {
  const prompt = textIn(item, 'prompt');
  return prompt === undefined ? {} : { prompt };
}

/** Its list of what is to be done, told again with each change. */
function todo(item: Fields | null): readonly AgentEvent[] {
  const items = textIn(item, 'type') === 'todo_list' ? objectsIn(item, 'items') : [];
  const done = items.filter((each) => each['completed'] === true).length;
  const next = textIn(items.find((each) => each['completed'] !== true) ?? null, 'text');
  return next === undefined ? [] : [{ type: 'progress', step: `${next} (${done} of ${items.length} done)` }];
}

/** `/bin/bash -lc 'npm test'` is what it makes of `npm test`. */
function commandIn(item: Fields | null): string {
  const command = textIn(item, 'command') ?? '';
  const [, single, double] = /^\S*sh -l?c (?:'([^']*)'|"([^"\\$`]*)")$/.exec(command) ?? [];
  return single ?? double ?? command;
}

function completed(item: Fields | null): readonly AgentEvent[] {
  switch (textIn(item, 'type')) {
    case 'agent_message': {
      const text = textIn(item, 'text');
      // The last of them is its account of the work.
      return text === undefined
        ? []
        : [
            { type: 'text', text },
            { type: 'summary', summary: text },
          ];
    }
    case 'command_execution':
      return [resultEvent(isFailed(item), textIn(item, 'aggregated_output') ?? '')];
    case 'mcp_tool_call': {
      const error = textIn(objectIn(item, 'error'), 'message');
      return [resultEvent(isFailed(item), error ?? contentText(objectIn(item, 'result'), 'content'))];
    }
    case 'collab_tool_call': {
      const states = objectIn(item, 'agents_states');
      const said = Object.keys(states ?? {}).flatMap(
        (name) => textIn(objectIn(states, name), 'message') ?? [],
      );
      return [resultEvent(isFailed(item), said.join('\n'))];
    }
    case 'file_change': {
      const paths = objectsIn(item, 'changes').flatMap((change) => textIn(change, 'path') ?? []);
      return [{ type: 'tool', tool: 'edit', input: paths.join(', ') }, resultEvent(isFailed(item), '')];
    }
    case 'error':
      return [{ type: 'progress', step: textIn(item, 'message') ?? 'an error' }];
    default:
      return [];
  }
}

function isFailed(item: Fields | null): boolean {
  const status = textIn(item, 'status');
  return status === 'failed' || status === 'declined';
}

export function codexUsage(counts: Fields | null): Usage {
  const input = numberIn(counts, 'input_tokens');
  const output = numberIn(counts, 'output_tokens');
  const cached = numberIn(counts, 'cached_input_tokens');
  const written = numberIn(counts, 'cache_write_input_tokens') ?? 0;
  return {
    ...(input === undefined ? {} : { inputTokens: input }),
    ...(output === undefined ? {} : { outputTokens: output }),
    ...(cached === undefined ? {} : { cachedTokens: cached }),
    ...(written === 0 ? {} : { cacheWriteTokens: written }),
  };
}

/** `You’ve hit your usage limit. … try again at 5:20 PM.`, `rate limit exceeded: … Please try again in 11.054s.` */
function refusal(detail: string): AgentEvent | null {
  if (/^You.ve hit your usage limit\b/.test(detail)) {
    const clock = clockIn(detail);
    return { type: 'quota', ...(clock === undefined ? {} : { clock }) };
  }
  if (!detail.startsWith('rate limit exceeded')) return null;
  const afterMs = durationIn(/\btry again in ((?:\d+(?:\.\d+)? ?(?:ms|s|m|h))+)/.exec(detail)?.[1] ?? '');
  return { type: 'quota', ...(afterMs === 0 ? {} : { afterMs }) };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `1h6m0s`, `11.054s`, `250ms`; zero for none. */
function durationIn(text: string): number {
  const parts = text.matchAll(/(\d+(?:\.\d+)?) ?(ms|s|m|h)/g);
  return Math.ceil(
    parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0), 0),
  );
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const CLOCK =
  /\btry again at (?:([A-Z][a-z]{2}) (\d{1,2})(?:st|nd|rd|th), (\d{4}) )?(\d{1,2}):(\d{2}) ([AP]M)\b/;

/** Local time, without its seconds; with its date on another day than today. */
function clockIn(detail: string): ClockTime | undefined {
  const [, name = '', day, year, hour, minute, half] = CLOCK.exec(detail) ?? [];
  if (hour === undefined) return undefined;
  const clock = { hour: (Number(hour) % 12) + (half === 'PM' ? 12 : 0), minute: Number(minute) };
  const month = MONTHS.indexOf(name) + 1;
  return month === 0 ? clock : { ...clock, date: { year: Number(year), month, day: Number(day) } };
}

/** `unexpected status 401 Unauthorized: …`, `exceeded retry limit, last status: 429 Too Many Requests` */
const STATUS = /\bstatus:? (\d{3})\b/;

/** Its words for a credit that is spent, which comes as 429. */
const NOTHING_LEFT = 'Quota exceeded. Check your plan and billing details.';

/** What of a request comes from options. */
const FROM_OPTIONS = ['model', 'reasoning.effort'];
/** Of the service behind a subscription, which gives no code. */
const UNSUPPORTED = /^The '[^']*' model is not supported\b/;

/** For a request that its service refuses (400) it gives what that answered, as it came. Null for anything else. */
function requestRefused(detail: string): AgentProblem | null {
  const body = readObject(detail);
  if (body === null) return null;
  const error = objectIn(body, 'error');
  const words = textIn(error, 'message') ?? textIn(body, 'detail') ?? detail;
  const isOfOptions =
    textIn(error, 'code') === 'model_not_found' ||
    FROM_OPTIONS.includes(textIn(error, 'param') ?? '') ||
    UNSUPPORTED.test(words);
  return { kind: isOfOptions ? 'options' : 'service', detail: words };
}

/** By its words for why a turn has failed, also where something else passes them on. */
export function codexProblem(detail: string): readonly AgentEvent[] {
  const wait = refusal(detail);
  if (wait !== null) return [wait, { type: 'verdict', problem: { kind: 'service', detail } }];
  if (detail.startsWith(NOTHING_LEFT)) return [{ type: 'verdict', problem: { kind: 'credentials', detail } }];
  const refused = requestRefused(detail);
  if (refused !== null) return [{ type: 'verdict', problem: refused }];
  const status = STATUS.exec(detail)?.[1];
  return serviceErrorEvents({ status: status === undefined ? undefined : Number(status), detail });
}
