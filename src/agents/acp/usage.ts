/**
 * What agents behind the protocol tell of their use. The protocol itself has how full the context is, and counts in the
 * answer to a prompt; the rest is what the agents that were measured put into `_meta`: Qwen Code 0.24.4 the tokens of each
 * answer, claude-agent-acp 0.100.0 the name of its model, Gemini CLI 0.61.0 its counts in the answer to a prompt.
 */

import type { SessionUpdate } from '@agentclientprotocol/sdk';
import { tokensIn } from '../../core/prices.ts';
import { addUsage, type Usage } from '../../core/usage.ts';
import type { AgentEvent } from '../driver.ts';
import { type Fields, fieldsOf, numberIn, objectIn, objectsIn, textIn } from '../lines/json-line.ts';

/** Of an answer that is not over. */
interface Answer {
  readonly id: string;
  /** Tokens that its context held when it began. */
  readonly read: number;
}

/**
 * Use while a prompt is worked on. Of an agent that tells only how full its context is, what each answer reads is
 * estimated by that: an answer begins with the first word of it behind the result of a tool.
 */
export class AnswerMeter {
  #answer: Answer | null = null;
  #answers = 0;
  #isExact = false;
  #model: string | undefined;

  take(update: SessionUpdate): readonly AgentEvent[] {
    const meta = fieldsOf(update._meta);
    const told = objectIn(meta, 'usage');
    if (told !== null) {
      this.#isExact = true;
      return [{ type: 'usage-added', usage: countsIn(told) }];
    }
    if (update.sessionUpdate === 'tool_call_update' && OVER.has(update.status ?? '')) this.#answer = null;
    if (update.sessionUpdate !== 'usage_update') return [];
    const { cost, used, size } = update;
    const isUsd = cost?.currency === 'USD';
    return [
      ...this.#named(textIn(meta, '_claude/model')),
      ...(this.#isExact || !(used > 0) ? [] : [this.#estimated(used)]),
      { type: 'context', used: Math.max(0, used), size: Math.max(0, size) },
      ...(isUsd ? [{ type: 'usage', usage: { costUsd: Math.max(0, cost.amount) } } as const] : []),
    ];
  }

  #named(model: string | undefined): readonly AgentEvent[] {
    if (model === undefined || model === this.#model) return [];
    this.#model = model;
    return [{ type: 'model', model }];
  }

  #estimated(used: number): AgentEvent {
    if (this.#answer === null) {
      this.#answers += 1;
      this.#answer = { id: `answer-${this.#answers}`, read: used };
    }
    const { id, read } = this.#answer;
    const usage = { inputTokens: Math.min(read, used), outputTokens: Math.max(0, used - read) };
    return { type: 'usage-added', id, usage, isRough: true };
  }
}

const OVER: ReadonlySet<string> = new Set(['completed', 'failed']);

/** Counts in the answer to a prompt: of the conversation itself, and where they are told by models, of helpers too. */
export function usageEvents(answer: unknown): readonly AgentEvent[] {
  const fields = fieldsOf(answer);
  const usage = objectIn(fields, 'usage');
  const quota = objectIn(objectIn(fields, '_meta'), 'quota');
  if (usage !== null) return [{ type: 'usage', usage: mostOf(countsIn(usage), modelsIn(quota)) }];
  const totals = objectIn(quota, 'token_count');
  const input = numberIn(totals, 'input_tokens');
  const output = numberIn(totals, 'output_tokens');
  if (input === undefined || output === undefined) return [];
  // Its session has told the same by its models, whose names it gives here only in part.
  return [{ type: 'usage', usage: { inputTokens: input, outputTokens: output } }];
}

function modelsIn(quota: Fields | null): Usage {
  return objectsIn(quota, 'model_usage')
    .map((row) => countsIn(objectIn(row, 'token_count') ?? {}))
    .reduce(addUsage, {});
}

function mostOf(left: Usage, right: Usage): Usage {
  return tokensIn(right) > tokensIn(left) ? right : left;
}

/** Whether what was cached or thought is a part of the other counts shows by their sum. */
function countsIn(counts: Fields): Usage {
  const input = numberIn(counts, 'inputTokens');
  const output = numberIn(counts, 'outputTokens');
  const cached = numberIn(counts, 'cachedReadTokens') ?? numberIn(counts, 'cachedInputTokens');
  const written = numberIn(counts, 'cachedWriteTokens') ?? 0;
  const apart = (numberIn(counts, 'totalTokens') ?? 0) - (input ?? 0) - (output ?? 0);
  const ofCache = (cached ?? 0) + written;
  const cachedApart = apart >= ofCache ? ofCache : 0;
  const thought = Math.max(0, Math.min(apart - cachedApart, numberIn(counts, 'thoughtTokens') ?? 0));
  return {
    ...(input === undefined ? {} : { inputTokens: input + cachedApart }),
    ...(output === undefined ? {} : { outputTokens: output + thought }),
    ...(cached === undefined ? {} : { cachedTokens: cached }),
    ...(written === 0 ? {} : { cacheWriteTokens: written }),
  };
}
