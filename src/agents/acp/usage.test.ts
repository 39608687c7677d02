/** What agents tell, as it was measured; the programs themselves are run by `npm run test:agents`. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionUpdate } from '@agentclientprotocol/sdk';
import fc from 'fast-check';
import type { AgentEvent } from '../driver.ts';
import { eventLine, parseEventLine } from '../lines/event-line.ts';
import { Spending } from '../listening/spending.ts';
import { AnswerMeter, usageEvents } from './usage.ts';

const full = (used: number): SessionUpdate => ({
  sessionUpdate: 'usage_update',
  used,
  size: 200_000,
  _meta: { '_claude/model': 'claude-opus-5-5' },
});
const call = (status: 'in_progress' | 'completed'): SessionUpdate => ({
  sessionUpdate: 'tool_call_update',
  toolCallId: '1',
  status,
});

/** Through the lines that the bridge prints. */
function spent(events: readonly AgentEvent[]): Spending['used'] {
  const spending = new Spending();
  for (const event of events.flatMap((each) => parseEventLine(eventLine(each))))
    if (event.type === 'usage' || event.type === 'usage-added' || event.type === 'model')
      spending.take(event);
  return spending.used;
}

test('how full the context is tells about what each answer reads and writes', () => {
  const meter = new AnswerMeter();
  const updates = [
    full(111),
    full(130),
    call('in_progress'),
    full(130),
    call('completed'),
    full(161),
    full(180),
  ];
  const events = updates.flatMap((update) => meter.take(update));
  assert.partialDeepStrictEqual(spent(events), { inputTokens: 111 + 161, outputTokens: 19 + 19 });
  assert.equal(events.filter(({ type }) => type === 'model').length, 1);
  assert.deepEqual(events.at(-1), { type: 'context', used: 180, size: 200_000 });
  // What it sums up itself counts alone.
  const usage = { totalTokens: 290, inputTokens: 200, outputTokens: 40, cachedReadTokens: 50 };
  assert.partialDeepStrictEqual(spent([...events, ...usageEvents({ usage })]), {
    inputTokens: 250,
    outputTokens: 40,
    cachedTokens: 50,
  });
});

test('tokens that an agent tells of each answer are taken, and no more is estimated', () => {
  const meter = new AnswerMeter();
  const usage = {
    inputTokens: 100,
    outputTokens: 20,
    totalTokens: 120,
    thoughtTokens: 0,
    cachedReadTokens: 10,
  };
  const chunk: SessionUpdate = {
    sessionUpdate: 'agent_message_chunk',
    content: { type: 'text', text: '' },
    _meta: { usage, durationMs: 31 },
  };
  const events = [chunk, full(900), chunk].flatMap((update) => meter.take(update));
  assert.partialDeepStrictEqual(spent(events), { inputTokens: 200, outputTokens: 40, cachedTokens: 20 });
});

test('whether thoughts are part of what was written shows by the sum', () => {
  const of = (totalTokens: number) =>
    spent(usageEvents({ usage: { totalTokens, inputTokens: 100, outputTokens: 20, thoughtTokens: 7 } }));
  assert.equal(of(127).outputTokens, 27);
  assert.equal(of(120).outputTokens, 20);
});

test('counts by models hold what helpers used, and a row of them is read as it was written', () => {
  const usage = { totalTokens: 270, inputTokens: 200, outputTokens: 40, cachedReadTokens: 30 };
  const row = (model: string, inputTokens: number) => {
    const token_count = {
      totalTokens: inputTokens + 52,
      inputTokens,
      cachedInputTokens: 10,
      outputTokens: 40,
    };
    return { model, token_count: { ...token_count, cachedWriteTokens: 2 } };
  };
  const rows = [row('opus', 300), row('haiku', 100)];
  const told = (model_usage: readonly object[]) =>
    spent(usageEvents({ usage, _meta: { quota: { model_usage } } }));
  assert.partialDeepStrictEqual(told(rows), {
    inputTokens: 424,
    outputTokens: 80,
    cachedTokens: 20,
    cacheWriteTokens: 4,
  });
  // Of a session that is taken up they are those of one turn.
  assert.partialDeepStrictEqual(told([row('opus', 7)]), { inputTokens: 230, outputTokens: 40 });
  // Codex counts what was cached among the rest.
  const codex = { totalTokens: 500, inputTokens: 400, cachedInputTokens: 40, outputTokens: 100 };
  assert.partialDeepStrictEqual(told([{ model: 'gpt', token_count: codex }]), {
    inputTokens: 400,
    outputTokens: 100,
    cachedTokens: 40,
  });
});

test('counts that Gemini CLI gives at the end leave those of its session as they are', () => {
  const token_count = { input_tokens: 400, output_tokens: 80 };
  const answer = { stopReason: 'end_turn', _meta: { quota: { token_count, model_usage: [] } } };
  assert.deepEqual(usageEvents(answer), [{ type: 'usage', usage: { inputTokens: 400, outputTokens: 80 } }]);
});

test('anything may stand there', () => {
  fc.assert(fc.property(fc.anything(), (answer) => void usageEvents(answer)));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything()), fc.double(), (_meta, used) => {
      const meter = new AnswerMeter();
      const events = meter.take({ sessionUpdate: 'usage_update', used, size: used, _meta });
      for (const event of events) parseEventLine(eventLine(event));
    }),
  );
});
