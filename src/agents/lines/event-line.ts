/** How our own programs among the agents speak: one JSON object a line, `{"event": "progress", …}`. Other lines are plain text. */

import type { AgentProblem } from '../../core/agent-problem.ts';
import type { Usage } from '../../core/attempt.ts';
import type { AgentEvent } from '../driver.ts';
import { type Fields, fieldsOf, numberIn, objectIn, readObject, textIn } from './json-line.ts';

export function eventLine({ type, ...rest }: AgentEvent): string {
  return JSON.stringify({ event: type, ...rest });
}

/** Of a program that prints events of its own, and in which something of ours prints these. */
export function withOurEvents(
  parse: (line: string) => readonly AgentEvent[],
): (line: string) => readonly AgentEvent[] {
  return (line) => (line.startsWith(BEGINNING) ? parseEventLine(line) : parse(line));
}

const BEGINNING = '{"event":';

/** Total: a line that is no event of the protocol is the agent's own text. */
export function parseEventLine(line: string): readonly AgentEvent[] {
  const fields = line.startsWith(BEGINNING) ? readObject(line) : null;
  const event = fields === null ? null : eventOf(fields);
  return [event ?? { type: 'text', text: line }];
}

function eventOf(fields: Fields): AgentEvent | null {
  const type = textIn(fields, 'event');
  switch (type) {
    case 'text':
    case 'piece':
      return withText(fields, 'text', (text) => ({ type, text }));
    case 'question':
      return withText(fields, type, (question) => ({ type, question }));
    case 'session':
      return withText(fields, type, (session) => ({ type, session }));
    case 'summary':
      return withText(fields, type, (summary) => ({ type, summary }));
    case 'tool':
      return tool(fields);
    case 'result': {
      const failed = fields['failed'];
      if (typeof failed !== 'boolean') return null;
      return withText(fields, 'text', (text) => ({ type, failed, text }));
    }
    case 'progress':
      return progress(fields);
    case 'model':
      return withText(fields, type, (model) => ({ type, model }));
    case 'usage':
      return totals(fields);
    case 'usage-added':
      return added(fields);
    case 'context': {
      const [used, size] = [numberIn(fields, 'used'), numberIn(fields, 'size')];
      return {
        type,
        ...(used === undefined ? {} : { used }),
        ...(size === undefined ? {} : { size }),
      };
    }
    case 'quota':
      return quota(fields);
    case 'verdict':
      return verdict(fields);
    default:
      return null;
  }
}

function withText(fields: Fields, name: string, make: (text: string) => AgentEvent): AgentEvent | null {
  const text = textIn(fields, name);
  return text === undefined ? null : make(text);
}

function tool(fields: Fields): AgentEvent | null {
  const named = textIn(fields, 'tool');
  if (named === undefined) return null;
  const [input, about, call] = [textIn(fields, 'input'), textIn(fields, 'about'), textIn(fields, 'call')];
  return {
    type: 'tool',
    tool: named,
    ...(input === undefined ? {} : { input }),
    ...(about === undefined ? {} : { about }),
    ...(call === undefined ? {} : { call }),
  };
}

function progress(fields: Fields): AgentEvent | null {
  const percent = numberIn(fields, 'percent');
  const step = textIn(fields, 'step');
  const isOdd =
    (percent === undefined && fields['percent'] !== undefined) ||
    (percent !== undefined && percent > 100) ||
    (step === undefined && fields['step'] !== undefined);
  if (isOdd) return null;
  return {
    type: 'progress',
    ...(percent === undefined ? {} : { percent }),
    ...(step === undefined ? {} : { step }),
  };
}

function totals(fields: Fields): AgentEvent | null {
  const usage = usageIn(objectIn(fields, 'usage'));
  if (usage === null || fields['models'] === undefined) return usage && { type: 'usage', usage };
  const named = Object.entries(objectIn(fields, 'models') ?? {});
  const models = named.flatMap(([model, counts]) => {
    const own = usageIn(fieldsOf(counts));
    return own === null ? [] : [[model, own] as const];
  });
  return { type: 'usage', usage, models: Object.fromEntries(models) };
}

function added(fields: Fields): AgentEvent | null {
  const usage = usageIn(objectIn(fields, 'usage'));
  const [id, model] = [textIn(fields, 'id'), textIn(fields, 'model')];
  if (usage === null) return null;
  return {
    type: 'usage-added',
    usage,
    ...(id === undefined ? {} : { id }),
    ...(model === undefined ? {} : { model }),
    ...(fields['isRough'] === true ? { isRough: true } : {}),
  };
}

const COUNTS = ['inputTokens', 'outputTokens', 'cachedTokens', 'cacheWriteTokens', 'costUsd'] as const;

function usageIn(fields: Fields | null): Usage | null {
  if (fields === null) return null;
  const usage: { -readonly [K in keyof Usage]: Usage[K] } = {};
  for (const name of COUNTS) {
    if (fields[name] === undefined) continue;
    const count = numberIn(fields, name);
    if (count === undefined) return null;
    usage[name] = count;
  }
  return usage;
}

function quota(fields: Fields): AgentEvent | null {
  const until = numberIn(fields, 'until');
  const afterMs = numberIn(fields, 'afterMs');
  if (until === undefined && fields['until'] !== undefined) return null;
  if (afterMs === undefined && fields['afterMs'] !== undefined) return null;
  const of = textIn(fields, 'of');
  return {
    type: 'quota',
    ...(of === 'credential' || of === 'model' ? { of } : {}),
    ...(until === undefined ? {} : { until }),
    ...(afterMs === undefined ? {} : { afterMs }),
  };
}

const KINDS: Readonly<Record<AgentProblem['kind'], true>> = {
  service: true,
  options: true,
  credentials: true,
  turns: true,
  budget: true,
  context: true,
  session: true,
  'no-verdict': true,
  other: true,
};

function isKind(text: string | undefined): text is AgentProblem['kind'] {
  return text !== undefined && Object.hasOwn(KINDS, text);
}

function verdict(fields: Fields): AgentEvent | null {
  if (fields['problem'] === null) return { type: 'verdict', problem: null };
  const problem = fieldsOf(fields['problem']);
  const kind = textIn(problem, 'kind');
  const detail = textIn(problem, 'detail');
  if (!isKind(kind) || detail === undefined) return null;
  const of = textIn(problem, 'of') === 'model' ? ({ of: 'model' } as const) : {};
  return { type: 'verdict', problem: { kind, detail, ...of } };
}
