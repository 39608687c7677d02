/** What an agent's `session/update` says, and how its turn ended. */

import {
  RequestError,
  type SessionUpdate,
  type StopReason,
  type ToolCall,
  type ToolCallUpdate,
} from '@agentclientprotocol/sdk';
import type { AgentProblem } from '../../core/agent-problem.ts';
import type { AgentEvent } from '../driver.ts';
import { fieldsOf, numberIn, textIn } from '../lines/json-line.ts';
import { serviceErrorEvents } from '../lines/service-error.ts';
import { inputText, resultEvent } from '../lines/tool-step.ts';
import { AnswerMeter } from './usage.ts';

/** Words come in pieces of any size; they are whole when something else comes. Calls are told of again and again. */
export class Updates {
  readonly #emit: (event: AgentEvent) => void;
  readonly #meter = new AnswerMeter();
  #words = '';
  /** By call: what was told of those that are not over. */
  readonly #calls = new Map<string, ToldCall>();

  constructor(emit: (event: AgentEvent) => void) {
    this.#emit = emit;
  }

  take(update: SessionUpdate): void {
    const use = this.#meter.take(update);
    if (use.length > 0) this.flush();
    for (const event of use) this.#emit(event);
    if (update.sessionUpdate === 'agent_message_chunk') {
      if (update.content.type === 'text') this.#words += update.content.text;
      return;
    }
    const isCall = update.sessionUpdate === 'tool_call' || update.sessionUpdate === 'tool_call_update';
    const events = isCall ? this.#callEvents(update) : eventsOf(update);
    if (events.length > 0) this.flush();
    for (const event of events) this.#emit(event);
  }

  flush(): void {
    if (this.#words !== '') this.#emit({ type: 'text', text: this.#words });
    this.#words = '';
  }

  /** Some tell what a call is about only once it runs, or a part of it before. */
  #callEvents(update: ToolCall | ToolCallUpdate): readonly AgentEvent[] {
    const call = update.toolCallId;
    const before = this.#calls.get(call);
    const input = inputText(fieldsOf(update.rawInput)) ?? before?.input;
    const about = update.title ?? before?.about;
    const tool = update.kind ?? before?.tool ?? 'tool';
    const isWhole = before !== undefined || update.status !== 'pending';
    const shown = before?.shown ?? (isWhole ? input : undefined);
    const told = {
      tool,
      ...(shown === undefined ? {} : { input: shown }),
      ...(about === undefined ? {} : { about }),
    };
    const isNew = before === undefined || (before.shown === undefined && shown !== undefined);
    const events: readonly AgentEvent[] = isNew ? [{ type: 'tool', ...told, call }] : [];
    if (update.status !== 'completed' && update.status !== 'failed') {
      this.#calls.set(call, { tool, input, about, shown });
      return events;
    }
    this.#calls.delete(call);
    return [...events, resultEvent(update.status === 'failed', outputOf(update))];
  }
}

interface ToldCall {
  readonly tool: string;
  readonly input: string | undefined;
  readonly about: string | undefined;
  /** Of its input, what our event had. */
  readonly shown: string | undefined;
}

function outputOf({ content, rawOutput }: ToolCall | ToolCallUpdate): string {
  const texts = (content ?? []).map((part) => {
    if (part.type === 'diff') return part.path;
    return part.type === 'content' && part.content.type === 'text' ? unfenced(part.content.text) : '';
  });
  const text = texts.filter((each) => each !== '').join('\n');
  return text === '' && typeof rawOutput === 'string' ? rawOutput : text;
}

/** Some give the output of a command as Markdown. */
function unfenced(text: string): string {
  return /^```\w*\n([\s\S]*?)\n?```\s*$/.exec(text)?.[1] ?? text;
}

function eventsOf(update: SessionUpdate): readonly AgentEvent[] {
  if (update.sessionUpdate !== 'plan') return [];
  const doing = update.entries.find(({ status }) => status === 'in_progress');
  return doing === undefined ? [] : [{ type: 'progress', step: doing.content }];
}

const STOPS: Readonly<Record<StopReason, AgentProblem | null>> = {
  end_turn: null,
  max_tokens: { kind: 'context', detail: 'it reached the most tokens of an answer' },
  max_turn_requests: { kind: 'turns', detail: 'it reached the most requests of a turn' },
  refusal: { kind: 'other', detail: 'its model refused to go on' },
  cancelled: { kind: 'other', detail: 'it was cancelled' },
};

export function stopProblem(reason: StopReason): AgentProblem | null {
  // An agent of a later version may know more of them.
  return Object.hasOwn(STOPS, reason) ? STOPS[reason] : { kind: 'other', detail: `it stopped: ${reason}` };
}

/** The protocol's code for an agent that is not logged in. */
const AUTH_REQUIRED = -32_000;
/** It does not understand what it was asked; another code may tell of its service. */
const NOT_OF_ITS_SERVICE: readonly number[] = [-32_700, -32_600, -32_601, -32_602];

/** Of a request that was refused, or an agent that went away. */
export function errorEvents(error: unknown): readonly AgentEvent[] {
  const detail = wordsOf(error);
  if (!(error instanceof RequestError)) return [{ type: 'verdict', problem: { kind: 'other', detail } }];
  if (error.code === AUTH_REQUIRED) return [{ type: 'verdict', problem: { kind: 'credentials', detail } }];
  const status = statusOf(error);
  if (status === undefined && NOT_OF_ITS_SERVICE.includes(error.code))
    return [{ type: 'verdict', problem: { kind: 'other', detail } }];
  return serviceErrorEvents({ status, detail });
}

/** As claude-agent-acp 0.100.0 names what its service answered. */
const KINDS: Readonly<Record<string, number>> = {
  rate_limit: 429,
  overloaded: 529,
  authentication_failed: 401,
};

/** It refuses for its service's sake, and not for what it was asked. */
export function isOfService(error: RequestError): boolean {
  return error.code === AUTH_REQUIRED || statusOf(error) !== undefined;
}

function statusOf({ code, data }: RequestError): number | undefined {
  if (code >= 400 && code < 600) return code;
  const fields = fieldsOf(data);
  const kind = textIn(fields, 'errorKind') ?? '';
  if (Object.hasOwn(KINDS, kind)) return KINDS[kind];
  return numberIn(fields, 'status') ?? numberIn(fields, 'statusCode') ?? numberIn(fields, 'httpStatus');
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const data = error instanceof RequestError ? fieldsOf(error.data) : null;
  const more = data === null ? '' : `: ${JSON.stringify(data)}`;
  return `${error.message}${more}`;
}
