import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PrintedBy, shownLine } from '../../core/log-line.ts';
import type { AgentSettings } from '../../core/settings.ts';
import type { AgentEvent } from '../driver.ts';
import { eventLine } from '../lines/event-line.ts';
import { readLog } from './readable.ts';

const ACP = { driver: 'acp', options: { command: ['x'] } };

function shown(
  agent: AgentSettings,
  lines: readonly string[],
  more: Omit<PrintedBy, 'agent'> = {},
): readonly string[] {
  const reader = readLog({ agent, ...more }, ['a-secret-value']);
  return [...lines.flatMap((line) => reader.read(line)), ...reader.end()].map(shownLine);
}

const events = (...all: readonly AgentEvent[]): readonly string[] => shown(ACP, all.map(eventLine));

test('each step is one line', () => {
  assert.deepEqual(
    events(
      { type: 'session', session: 's' },
      { type: 'text', text: 'I look.\nThen I make it.' },
      { type: 'tool', tool: 'execute', input: 'npm test\n  --all', about: 'runs the tests' },
      { type: 'result', failed: false, text: 'ok 1\nok 2\n' },
      { type: 'tool', tool: 'think' },
      { type: 'result', failed: true, text: '' },
      { type: 'progress', percent: 40.4, step: 'Half' },
      { type: 'progress', step: 'On' },
      { type: 'question', question: 'Which?' },
      { type: 'quota' },
      { type: 'verdict', problem: { kind: 'service', detail: 'API\nError' } },
      { type: 'usage', usage: { inputTokens: 10, outputTokens: 2, cachedTokens: 3 } },
      { type: 'usage', usage: { costUsd: 0.5 } },
    ),
    [
      'I look.',
      'Then I make it.',
      '→ execute: npm test --all',
      '← ok 1 ok 2',
      '→ think',
      '← failed',
      '[40 %] Half',
      '[…] On',
      '? Which?',
      '✗ its service refuses more work for now',
      '✗ API Error',
      'Σ 10 tokens in (3 cached), 2 out, $0.5000',
    ],
  );
});

test('what is long is cut', () => {
  const [call, result] = events(
    { type: 'tool', tool: 'edit', input: 'x'.repeat(999) },
    { type: 'result', failed: false, text: 'y'.repeat(999) },
  );
  assert.deepEqual([call, result], [`→ edit: ${'x'.repeat(160)}…`, `← ${'y'.repeat(160)}…`]);
});

test('a call of which more is told later is one line, and one of which nothing is told is shown, too', () => {
  assert.deepEqual(
    events(
      { type: 'tool', tool: 'execute', about: 'Terminal', call: '1' },
      { type: 'context', used: 5 },
      { type: 'tool', tool: 'execute', input: 'ls', about: 'Terminal', call: '1' },
      { type: 'tool', tool: 'read', about: 'Reads a file', call: '2' },
      { type: 'result', failed: false, text: '' },
      { type: 'tool', tool: 'other', call: '3' },
    ),
    ['→ execute: ls', '→ read: Reads a file', '← done', '→ other'],
  );
});

test('words that come in pieces are put together, and a last account is not said twice', () => {
  assert.deepEqual(
    events(
      { type: 'piece', text: 'I ma' },
      { type: 'piece', text: 'ke it.\nThen' },
      { type: 'usage-added', usage: { outputTokens: 1 } },
      { type: 'piece', text: ' more' },
      { type: 'tool', tool: 'execute', input: 'ls' },
      { type: 'text', text: 'Done.' },
      { type: 'summary', summary: 'Done.\n' },
      { type: 'summary', summary: 'Something else' },
      { type: 'usage-added', usage: { outputTokens: 2 } },
    ),
    ['I make it.', 'Then more', '→ execute: ls', 'Done.', 'summary: Something else', 'Σ 3 out'],
  );
});

test('a secret is in no line, also when it comes in pieces', () => {
  assert.deepEqual(events({ type: 'piece', text: 'it is a-sec' }, { type: 'piece', text: 'ret-value' }), [
    'it is **************',
  ]);
});

test('a plain command prints what it prints, and so does a driver that is gone', () => {
  const lines = ['{"event":"text","text":"x"}', '  plain', ''];
  assert.deepEqual(shown({ driver: 'command', options: { command: 'x' } }, lines), lines);
  assert.deepEqual(shown({ driver: 'of-old', options: {} }, lines), lines);
});

test('what was used in the session before is no part of the sum', () => {
  const codex = { driver: 'codex', options: { model: 'm' } };
  const usage = { input_tokens: 300, output_tokens: 40, cached_input_tokens: 30 };
  const line = JSON.stringify({ type: 'turn.completed', usage });
  const counted = { inputTokens: 200, outputTokens: 30, cachedTokens: 30 };
  assert.deepEqual(shown(codex, [line]), ['Σ 300 tokens in (30 cached), 40 out']);
  assert.deepEqual(shown(codex, [line], { counted }), ['Σ 100 tokens in (0 cached), 10 out']);
  const used = { inputTokens: 150, outputTokens: 20 };
  assert.deepEqual(shown(codex, [line], { counted, used: () => used }), ['Σ 150 tokens in, 20 out']);
  const prices = [{ model: 'm', input: 1000, output: 0, cacheRead: 1000, cacheWrite: 1000 }];
  assert.deepEqual(shown(codex, [line], { counted, prices }), [
    'Σ 100 tokens in (0 cached), 10 out, $0.1000 (estimated)',
  ]);
});
