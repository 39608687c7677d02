/**
 * Gemini CLI's `--output-format stream-json`, measured with 0.61.0: `init`, `message` (in pieces), `tool_use`,
 * `tool_result`, `result`. A refused call of its API ends it without a `result`: only its exit status tells, which is
 * the HTTP status modulo 256.
 */

import type { Usage } from '../../core/attempt.ts';
import type { AgentEvent } from '../driver.ts';
import { type Fields, numberIn, objectIn, readObject, textIn } from '../lines/json-line.ts';
import { serviceErrorEvents } from '../lines/service-error.ts';
import { resultEvent, toolEvent } from '../lines/tool-step.ts';

export function parseGeminiLine(line: string): readonly AgentEvent[] {
  const event = readObject(line);
  if (event === null) return line === '' ? [] : [{ type: 'text', text: line }];
  switch (textIn(event, 'type')) {
    case 'init': {
      const session = textIn(event, 'session_id');
      const model = textIn(event, 'model');
      return [
        ...(session === undefined ? [] : [{ type: 'session', session } as const]),
        ...(model === undefined ? [] : [{ type: 'model', model } as const]),
      ];
    }
    case 'message': {
      const words = textIn(event, 'content');
      if (textIn(event, 'role') !== 'assistant' || words === undefined) return [];
      return [{ type: event['delta'] === true ? 'piece' : 'text', text: words }];
    }
    case 'tool_use':
      return [toolEvent(textIn(event, 'tool_name') ?? 'tool', objectIn(event, 'parameters'))];
    case 'tool_result':
      return [
        resultEvent(
          textIn(event, 'status') === 'error',
          textIn(event, 'output') ?? textIn(objectIn(event, 'error'), 'message') ?? '',
        ),
      ];
    case 'result':
      return [...usage(objectIn(event, 'stats')), ...verdict(event)];
    default:
      return [];
  }
}

function usage(stats: Fields | null): readonly AgentEvent[] {
  const counts = countsIn(stats);
  if (Object.keys(counts).length === 0) return [];
  const each = objectIn(stats, 'models');
  // Its helpers have cheaper ones.
  const models = Object.keys(each ?? {}).map((model) => [model, countsIn(objectIn(each, model))]);
  return [
    { type: 'usage', usage: counts, ...(models.length === 0 ? {} : { models: Object.fromEntries(models) }) },
  ];
}

function countsIn(stats: Fields | null): Usage {
  const input = numberIn(stats, 'input_tokens');
  const output = numberIn(stats, 'output_tokens');
  const cached = numberIn(stats, 'cached');
  // What it thinks is part of the total alone, and is paid as what it writes.
  const written = (numberIn(stats, 'total_tokens') ?? 0) - (input ?? 0);
  return {
    ...(input === undefined ? {} : { inputTokens: input }),
    ...(output === undefined ? {} : { outputTokens: Math.max(output, written) }),
    ...(cached === undefined ? {} : { cachedTokens: cached }),
  };
}

function verdict(event: Fields): readonly AgentEvent[] {
  if (textIn(event, 'status') === 'success') return [{ type: 'verdict', problem: null }];
  const error = objectIn(event, 'error');
  const detail = textIn(error, 'message') ?? 'it failed';
  const status = numberIn(
    objectIn(readObject(/^\[API Error: (\{.*\})\]/s.exec(detail)?.[1] ?? ''), 'error'),
    'code',
  );
  if (status !== undefined) return serviceErrorEvents({ status, detail });
  // Its own words behind those of its service; its exit status tells the rest.
  const seconds = /^\[API Error: .*\bSuggested retry after (\d+(?:\.\d+)?)s\.\]/s.exec(detail)?.[1];
  if (seconds !== undefined) {
    const afterMs = Math.ceil(Number(seconds) * 1000);
    return [
      { type: 'quota', afterMs },
      { type: 'verdict', problem: { kind: 'service', detail } },
    ];
  }
  const isTurns = textIn(error, 'type') === 'FatalTurnLimitedError';
  return [{ type: 'verdict', problem: { kind: isTurns ? 'turns' : 'other', detail } }];
}

/** Its own, for a user who has not logged in. */
const NO_LOGIN = 41;

/** The statuses of HTTP that fit into an exit status, and do not stand for anything else there. */
const STATUSES = [401, 403, 429, 500, 502, 503, 504];

export function geminiExited(code: number): readonly AgentEvent[] {
  if (code === NO_LOGIN)
    return [{ type: 'verdict', problem: { kind: 'credentials', detail: 'no login is set up for it' } }];
  const status = STATUSES.find((each) => each % 256 === code);
  return status === undefined ? [] : serviceErrorEvents({ status, detail: `its service answered ${status}` });
}
