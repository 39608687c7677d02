/**
 * Claude Code's `--output-format stream-json`, measured with 2.1.329: `system` (init, api_retry), `assistant`, `user`
 * and one `result`. A failed call of the API ends as `subtype: "success"` with `is_error: true`.
 */

import type { AgentProblem } from '../../core/agent-problem.ts';
import type { LimitedPart, Usage } from '../../core/attempt.ts';
import type { AgentEvent } from '../driver.ts';
import { type Fields, numberIn, objectIn, objectsIn, readObject, textIn } from '../lines/json-line.ts';
import { isBusy, serviceErrorEvents } from '../lines/service-error.ts';
import { contentText, resultEvent, toolEvent } from '../lines/tool-step.ts';
import { contextSizeOf } from './context-size.ts';

const CLAUDE: ClaudeDialect = { isCachedApart: true, tellsOutput: false };

export const parseClaudeLine = claudeLines(CLAUDE);

export interface ClaudeDialect {
  /** What was read from the cache is no part of the tokens of the input, as Anthropic counts. */
  readonly isCachedApart: boolean;
  /** With each answer stands how much was written; of Claude Code's only what was written when it began. */
  readonly tellsOutput: boolean;
}

/** Also for relatives that took over its format. */
export function claudeLines(dialect: ClaudeDialect): (line: string) => readonly AgentEvent[] {
  return (line) => parseLine(line, dialect);
}

function parseLine(line: string, dialect: ClaudeDialect): readonly AgentEvent[] {
  const event = readObject(line);
  if (event === null) return line === '' ? [] : [{ type: 'text', text: line }];
  switch (textIn(event, 'type')) {
    case 'system':
      return system(event);
    case 'assistant':
      return isMadeUp(event) ? notLoggedIn(event) : assistant(event, dialect);
    case 'user':
      return user(event);
    case 'rate_limit_event':
      return rateLimit(objectIn(event, 'rate_limit_info'));
    case 'result':
      return result(event, dialect);
    default:
      return [];
  }
}

/** The program's own words for an error. They are no answer of the model, and the result tells the error again. */
function isMadeUp(event: Fields): boolean {
  if (event['is_api_error_message'] === true) return true;
  const message = objectIn(event, 'message');
  const hasRead = (numberIn(objectIn(message, 'usage'), 'input_tokens') ?? 0) > 0;
  const [first] = objectsIn(message, 'content');
  return !hasRead && (textIn(first ?? null, 'text') ?? '').startsWith('[API Error: ');
}

/** What the user alone can mend. The result that follows has no status for those that no service has answered. */
const NOT_LET_IN = [
  'authentication_failed',
  'oauth_org_not_allowed',
  'account_on_hold',
  'verification_required',
  'billing_error',
  'cloud_credential_error',
];

function notLoggedIn(event: Fields): readonly AgentEvent[] {
  const error = textIn(event, 'error');
  if (error === undefined || !NOT_LET_IN.includes(error)) return [];
  const detail = contentText(objectIn(event, 'message'), 'content') || error;
  return [{ type: 'verdict', problem: { kind: 'credentials', detail } }];
}

/** Windows that are counted for one model alone; those of the others are for all that is asked. */
const LIMITS: Readonly<Record<string, LimitedPart>> = {
  five_hour: 'credential',
  seven_day: 'credential',
  overage: 'credential',
  seven_day_opus: 'model',
  seven_day_sonnet: 'model',
};

/** Of a subscription's limits; the time is in seconds. */
function rateLimit(info: Fields | null): readonly AgentEvent[] {
  const resetsAt = numberIn(info, 'resetsAt');
  // What is paid for beyond the limit goes on.
  if (textIn(info, 'status') !== 'rejected' || info?.['isUsingOverage'] === true) return [];
  const name = textIn(info, 'rateLimitType') ?? '';
  const of = Object.hasOwn(LIMITS, name) ? LIMITS[name] : undefined;
  return [
    {
      type: 'quota',
      ...(resetsAt === undefined ? {} : { until: resetsAt * 1000 }),
      ...(of === undefined ? {} : { of }),
    },
  ];
}

/** The program itself waits for shorter ones. */
const LONG_WAIT_MS = 60_000;

function system(event: Fields): readonly AgentEvent[] {
  const session = textIn(event, 'session_id');
  if (textIn(event, 'subtype') === 'init' && session !== undefined)
    return [{ type: 'session', session }, ...modelOf(event)];
  if (textIn(event, 'subtype') === 'retry') return longWait(objectIn(event, 'data'));
  if (textIn(event, 'subtype') !== 'api_retry') return [];
  const status = numberIn(event, 'error_status');
  const attempt = numberIn(event, 'attempt');
  const waitMs = numberIn(event, 'retry_delay_ms') ?? 0;
  // Others can use the slot meanwhile.
  if (waitMs >= LONG_WAIT_MS && isBusy(status)) return [{ type: 'quota', afterMs: waitMs }];
  return [
    { type: 'progress', step: `its service answered ${status ?? 'nothing'}; try ${attempt ?? '?'} follows` },
  ];
}

/** Qwen Code tries again for many reasons, but waits so long for a rate limit alone. */
function longWait(data: Fields | null): readonly AgentEvent[] {
  const afterMs = numberIn(data, 'delayMs') ?? 0;
  return afterMs >= LONG_WAIT_MS ? [{ type: 'quota', afterMs }] : [];
}

function assistant(event: Fields, dialect: ClaudeDialect): readonly AgentEvent[] {
  // What a helper of the agent says is not its own word.
  const isHelper = textIn(event, 'parent_tool_use_id') !== undefined;
  const message = objectIn(event, 'message');
  const words = objectsIn(message, 'content').flatMap((block): readonly AgentEvent[] => {
    const text = textIn(block, 'text');
    if (textIn(block, 'type') === 'text' && text !== undefined && !isHelper) return [{ type: 'text', text }];
    if (textIn(block, 'type') !== 'tool_use') return [];
    return [toolEvent(textIn(block, 'name') ?? 'tool', objectIn(block, 'input'))];
  });
  const used = tokensRead(objectIn(message, 'usage'), dialect);
  const spent = answer(message, dialect);
  return isHelper || used === 0 ? [...words, ...spent] : [...words, ...spent, { type: 'context', used }];
}

/** Each block of an answer comes in an event of its own, with the counts of the whole. */
function answer(message: Fields | null, dialect: ClaudeDialect): readonly AgentEvent[] {
  const counts = objectIn(message, 'usage');
  const id = textIn(message, 'id');
  const model = textIn(message, 'model');
  if (counts === null || id === undefined || model === undefined) return [];
  const usage = countsIn(counts, dialect);
  if (dialect.tellsOutput) return [{ type: 'usage-added', id, model, usage }];
  const { outputTokens: _, ...read } = usage;
  return [
    { type: 'usage-added', id, model, usage: read },
    { type: 'usage-added', model, usage: { outputTokens: roughTokens(message?.['content']) }, isRough: true },
  ];
}

/** Characters to a token, of code and English. */
const CHARACTERS = 4;

function roughTokens(content: unknown): number {
  return Math.ceil((JSON.stringify(content) ?? '').length / CHARACTERS);
}

function modelOf(event: Fields): readonly AgentEvent[] {
  const model = textIn(event, 'model');
  if (model === undefined) return [];
  const size = contextSizeOf(model);
  return [{ type: 'model', model }, ...(size === undefined ? [] : [{ type: 'context', size } as const])];
}

function tokensRead(counts: Fields | null, { isCachedApart }: ClaudeDialect): number {
  const parts = isCachedApart ? INPUTS : INPUTS.slice(0, 1);
  return parts.reduce((sum, name) => sum + (numberIn(counts, name) ?? 0), 0);
}

const INPUTS = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'];

/** Results of tools come as what the user says. */
function user(event: Fields): readonly AgentEvent[] {
  return objectsIn(objectIn(event, 'message'), 'content')
    .filter((block) => textIn(block, 'type') === 'tool_result')
    .map((block) => resultEvent(block['is_error'] === true, contentText(block, 'content')));
}

function result(event: Fields, dialect: ClaudeDialect): readonly AgentEvent[] {
  const text = textIn(event, 'result');
  return [
    ...usage(event, dialect),
    ...contextSize(objectIn(event, 'modelUsage')),
    ...(text === undefined || text === '' ? [] : [{ type: 'summary', summary: text } as const]),
    ...verdict(event),
  ];
}

/** Of the model that has read most: helpers may have another. */
function contextSize(models: Fields | null): readonly AgentEvent[] {
  const told = Object.keys(models ?? {}).map((name) => {
    const of = objectIn(models, name);
    const read = ['inputTokens', 'cacheReadInputTokens', 'cacheCreationInputTokens'];
    return {
      read: read.reduce((sum, key) => sum + (numberIn(of, key) ?? 0), 0),
      size: numberIn(of, 'contextWindow') ?? 0,
    };
  });
  const main = told.toSorted((a, b) => b.read - a.read)[0];
  return main === undefined || main.size === 0 ? [] : [{ type: 'context', size: main.size }];
}

/** The result's own counts are those of its turn, and without helpers; several turns, each with a result, may be in one attempt. */
function usage(event: Fields, dialect: ClaudeDialect): readonly AgentEvent[] {
  const models = objectIn(event, 'model_usage_since_last_result');
  if (models !== null) return [{ type: 'usage-summed', models: countsByModel(models) }];
  // A later one that has nothing to add.
  if ((numberIn(event, 'result_index') ?? 0) > 0) return [];
  const costUsd = numberIn(event, 'total_cost_usd');
  const counts = countsIn(objectIn(event, 'usage'), dialect);
  return [{ type: 'usage', usage: { ...counts, ...(costUsd === undefined ? {} : { costUsd }) } }];
}

function countsByModel(models: Fields): Readonly<Record<string, Usage>> {
  const named = Object.keys(models).map((name) => {
    const of = objectIn(models, name);
    const count = (key: string): number => numberIn(of, key) ?? 0;
    const [cached, written] = [count('cacheReadInputTokens'), count('cacheCreationInputTokens')];
    const usage: Usage = {
      inputTokens: count('inputTokens') + cached + written,
      outputTokens: count('outputTokens'),
      cachedTokens: cached,
      ...(written === 0 ? {} : { cacheWriteTokens: written }),
      costUsd: count('costUSD'),
    };
    return [name, usage] as const;
  });
  return Object.fromEntries(named);
}

/** As Anthropic's answers have them. */
export function claudeCounts(counts: Fields): Usage {
  return countsIn(counts, CLAUDE);
}

function countsIn(counts: Fields | null, dialect: ClaudeDialect): Usage {
  const output = numberIn(counts, 'output_tokens');
  const cached = numberIn(counts, 'cache_read_input_tokens');
  const written = numberIn(counts, 'cache_creation_input_tokens') ?? 0;
  return {
    ...(numberIn(counts, 'input_tokens') === undefined ? {} : { inputTokens: tokensRead(counts, dialect) }),
    ...(output === undefined ? {} : { outputTokens: output }),
    ...(cached === undefined ? {} : { cachedTokens: cached }),
    ...(written === 0 ? {} : { cacheWriteTokens: written }),
  };
}

const PROBLEMS: Readonly<Record<string, AgentProblem['kind']>> = {
  max_turns: 'turns',
  error_max_turns: 'turns',
  budget_exhausted: 'budget',
  error_max_budget_usd: 'budget',
  prompt_too_long: 'context',
};

function problemOf(name: string): AgentProblem['kind'] | undefined {
  return Object.hasOwn(PROBLEMS, name) ? PROBLEMS[name] : undefined;
}

function verdict(event: Fields): readonly AgentEvent[] {
  const subtype = textIn(event, 'subtype') ?? '';
  const reason = textIn(event, 'terminal_reason') ?? '';
  const isWell =
    event['is_error'] === false && subtype === 'success' && (reason === '' || reason === 'completed');
  if (isWell) return [{ type: 'verdict', problem: null }];
  const detail = textIn(event, 'result') ?? errorsOf(event) ?? (reason || subtype);
  const kind = problemOf(reason) ?? problemOf(subtype) ?? saidBefore(detail);
  if (kind !== undefined) return [{ type: 'verdict', problem: { kind, detail } }];
  const status = numberIn(event, 'api_error_status') ?? claudeStatus(detail);
  const isService = reason === 'api_error' || status !== undefined;
  return isService
    ? serviceErrorEvents({ status, detail })
    : [{ type: 'verdict', problem: { kind: 'other', detail } }];
}

/** Before anything is done, and told from other errors by its words alone: the last ones are Qwen Code's. */
function saidBefore(detail: string): AgentProblem['kind'] | undefined {
  if (/^(?:No conversation found with session ID|Error: --resume requires)\b/.test(detail)) return 'session';
  return detail.startsWith('No auth type is selected.') ? 'credentials' : undefined;
}

function errorsOf(event: Fields): string | undefined {
  const message = textIn(objectIn(event, 'error'), 'message');
  if (message !== undefined) return message;
  const errors = event['errors'];
  if (!Array.isArray(errors)) return undefined;
  const texts = errors.filter((each): each is string => typeof each === 'string');
  return texts.length === 0 ? undefined : texts.join('; ');
}

/** `API Error: 529 {"type":"error",…}` is the program's own wording of a status that it gives nowhere else. */
export function claudeStatus(detail: string): number | undefined {
  const status = /^\[?API Error: (\d{3})\b/.exec(detail)?.[1];
  return status === undefined ? undefined : Number(status);
}
