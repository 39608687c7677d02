/** What the programs print, as it was measured; the programs themselves are run by `npm run test:agents`. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { launchRequest } from '../testing/launch-request.ts';
import { acpDriver } from './acp/driver.ts';
import type { AgentEvent, Driver } from './driver.ts';
import { geminiDriver } from './gemini/driver.ts';
import { geminiExited, parseGeminiLine } from './gemini/events.ts';
import { opencodeDriver, parseOpencodeLine } from './opencode/driver.ts';
import { parsePiLine, piDriver } from './pi/driver.ts';
import { qwenDriver } from './qwen/driver.ts';
import { parseChatLine } from './qwen/session-log.ts';

const DRIVERS: readonly Driver[] = [geminiDriver, opencodeDriver, piDriver, qwenDriver];

function ready(driver: Driver, options: object = {}) {
  const made = driver.ready(options);
  assert.ok(made.ok, JSON.stringify(made));
  return made.value;
}

const typesOf = (events: readonly AgentEvent[]): readonly string[] => events.map(({ type }) => type);

for (const driver of DRIVERS)
  describe(`the driver ${driver.name}`, () => {
    test('reads any line without failing, and plain words as text', () => {
      const { parse } = ready(driver);
      assert.deepEqual(parse('plain words'), [{ type: 'text', text: 'plain words' }]);
      fc.assert(fc.property(fc.string(), fc.json(), (text, json) => void [parse(text), parse(json)]));
      const odd = fc.record({
        type: fc.constantFrom(
          'result',
          'message',
          'message_end',
          'step_finish',
          'helper_answer',
          'error',
          'init',
          'session',
          'text',
          'tool_use',
          'tool_result',
          'tool_execution_end',
          'user',
        ),
        parameters: fc.anything(),
        output: fc.anything(),
        result: fc.anything(),
        role: fc.anything(),
        message: fc.anything(),
        part: fc.anything(),
        error: fc.anything(),
        stats: fc.anything(),
        content: fc.anything(),
      });
      fc.assert(fc.property(odd, (event) => void parse(JSON.stringify(event))));
    });

    test('gives the prompt on standard input, the session as an argument, and no leave without walls', () => {
      const spec = { session: 'session-9', prompt: '--help' };
      const inside = ready(driver).launch(launchRequest({ spec, isConfined: true }));
      const outside = ready(driver).launch(launchRequest({ spec }));
      assert.equal(inside.stdin, '--help');
      assert.ok(inside.argv.includes('session-9') && !inside.argv.includes('--help'));
      assert.notDeepEqual(inside.argv, outside.argv);
      assert.ok(!outside.argv.some((word) => ['yolo', '--auto', '--yolo'].includes(word)));
    });

    test('refuses options that it does not have, in words', () => {
      assert.deepEqual(driver.ready({ model: 3, odd: 1 }), {
        ok: false,
        error: ['model: must be a text', 'there is no option odd'],
      });
      for (const wrong of [{ modle: 'x' }, { model: '-x' }, { program: '' }])
        assert.ok(!driver.ready(wrong).ok);
    });
  });

test('Gemini: begins in a worktree that nobody was asked about, with walls or without', () => {
  for (const isConfined of [true, false]) {
    const { env } = ready(geminiDriver).launch(launchRequest({ isConfined }));
    assert.equal(env['GEMINI_CLI_TRUST_WORKSPACE'], 'true');
  }
});

test('opencode: without walls it runs and fetches nothing unless it is given leave', () => {
  const rules = (options: object, isConfined: boolean): unknown => {
    const { files = {} } = ready(opencodeDriver, options).launch(launchRequest({ isConfined }));
    return JSON.parse(files['opencode.json'] ?? '').permission;
  };
  const denied = (...names: readonly string[]): unknown =>
    Object.fromEntries(names.map((name) => [name, 'deny']));
  assert.deepEqual(
    rules({}, false),
    denied('bash', 'webfetch', 'websearch', 'codesearch', 'external_directory'),
  );
  assert.deepEqual(rules({}, true), {});
  assert.deepEqual(rules({ args: ['--auto'] }, false), {});
  const others = ['glob', 'grep', 'list', 'edit', 'webfetch', 'websearch', 'codesearch', 'task'];
  assert.deepEqual(rules({ tools: ['Read', 'Bash'] }, false), denied(...others, 'external_directory'));
});

test('opencode: a model is asked for no title', () => {
  const words = (session: string | undefined): readonly string[] =>
    ready(opencodeDriver).launch(launchRequest({ spec: session === undefined ? {} : { session } })).argv;
  assert.ok(words(undefined).join().includes('--title,task-001') && !words('s-1').includes('--title'));
});

test('opencode: what a helper used is told by our plugin, and is not how full the conversation is', () => {
  const tokens = { total: 120, input: 90, output: 20, reasoning: 0, cache: { write: 0, read: 10 } };
  const answer = { type: 'helper_answer', id: 'msg_1', model: 'p/m', part: { tokens, cost: 0.5 } };
  assert.deepEqual(parseOpencodeLine(JSON.stringify(answer)), [
    {
      type: 'usage-added',
      id: 'msg_1',
      model: 'p/m',
      usage: { inputTokens: 100, outputTokens: 20, cachedTokens: 10, costUsd: 0.5 },
    },
  ]);
});

test('Gemini: words in pieces, turns, and statuses that only the exit tells', () => {
  assert.deepEqual(parseGeminiLine('{"type":"message","role":"assistant","content":"TASK_","delta":true}'), [
    { type: 'piece', text: 'TASK_' },
  ]);
  assert.deepEqual(parseGeminiLine('{"type":"message","role":"user","content":"x"}'), []);
  const limited = {
    type: 'result',
    status: 'error',
    error: { type: 'FatalTurnLimitedError', message: 'no more' },
  };
  assert.deepEqual(parseGeminiLine(JSON.stringify(limited)), [
    { type: 'verdict', problem: { kind: 'turns', detail: 'no more' } },
  ]);
  assert.deepEqual(typesOf(geminiExited(173)), ['quota', 'verdict']);
  assert.partialDeepStrictEqual(geminiExited(145), [{ problem: { kind: 'credentials' } }]);
  assert.partialDeepStrictEqual(geminiExited(244), [{ problem: { kind: 'service' } }]);
  assert.partialDeepStrictEqual(geminiExited(41), [{ problem: { kind: 'credentials' } }]);
  assert.deepEqual(geminiExited(1), []);
  const slow = '[API Error: Quota exceeded.\nSuggested retry after 38.5s.]\nPlease wait and try again later.';
  const waits = { type: 'result', status: 'error', error: { type: 'unknown', message: slow } };
  assert.partialDeepStrictEqual(parseGeminiLine(JSON.stringify(waits)), [
    { type: 'quota', afterMs: 38_500 },
    { problem: { kind: 'service' } },
  ]);
});

test('Qwen: used up turns are in its exit alone, and what was cached is part of its input', () => {
  const qwen = ready(qwenDriver);
  assert.partialDeepStrictEqual(qwen.exited(53), [{ problem: { kind: 'turns' } }]);
  assert.deepEqual(qwen.exited(1), []);
  const words = (input_tokens: number): unknown => {
    const content = [{ type: 'text', text: '[API Error: 401 no]' }];
    return typesOf(
      qwen.parse(JSON.stringify({ type: 'assistant', message: { content, usage: { input_tokens } } })),
    );
  };
  const pause = (delayMs: number): unknown =>
    qwen.parse(JSON.stringify({ type: 'system', subtype: 'retry', data: { reason: 'retry', delayMs } }));
  assert.deepEqual([pause(60_000), pause(2000)], [[{ type: 'quota', afterMs: 60_000 }], []]);
  // Made up by the program where no model was asked.
  assert.deepEqual([words(0), words(9)], [[], ['text', 'context']]);
  const usage = { input_tokens: 200, output_tokens: 40, cache_read_input_tokens: 20 };
  const refused = {
    type: 'result',
    subtype: 'error_during_execution',
    is_error: true,
    usage,
    error: { message: '[API Error: 429 slow down]' },
  };
  assert.deepEqual(typesOf(qwen.parse(JSON.stringify(refused))), ['usage', 'quota', 'verdict']);
  const nobody = { ...refused, error: { message: 'No auth type is selected. Please configure one.' } };
  assert.partialDeepStrictEqual(qwen.parse(JSON.stringify(nobody))[1], { problem: { kind: 'credentials' } });
  assert.partialDeepStrictEqual(qwen.parse(JSON.stringify(refused))[0], { usage: { inputTokens: 200 } });
});

test('Qwen: takes no notes, and behind ACP asks no model for more than its work', () => {
  const settingsOf = (driver: Driver, options: object, isConfined = true): Record<string, unknown> => {
    const { env, files = {} } = ready(driver, options).launch(launchRequest({ isConfined }));
    assert.equal(env['QWEN_CODE_SYSTEM_DEFAULTS_PATH'], '/a/settings/qwen.json');
    return JSON.parse(files['qwen.json'] ?? '');
  };
  const memory = { enableManagedAutoMemory: false, enableManagedAutoDream: false };
  assert.deepEqual(settingsOf(qwenDriver, {}), { memory });
  const command = ['qwen', '--acp'];
  const ui = { enableFollowupSuggestions: false };
  const byAcp = (approvalMode: string): object => ({ memory, ui, tools: { approvalMode } });
  assert.deepEqual(settingsOf(acpDriver, { command }), byAcp('yolo'));
  assert.deepEqual(settingsOf(acpDriver, { command, tools: ['Read'] }), byAcp('default'));
  assert.deepEqual(settingsOf(acpDriver, { command }, false), byAcp('default'));
});

test('Qwen: how much its context holds stands in the file of its session', () => {
  const answer = { type: 'assistant', contextWindowSize: 1000, usageMetadata: { totalTokenCount: 120 } };
  assert.deepEqual(parseChatLine(JSON.stringify(answer)), [{ type: 'context', used: 120, size: 1000 }]);
  for (const other of [{ ...answer, type: 'user' }, { ...answer, usageMetadata: 1 }, { type: 'assistant' }])
    assert.deepEqual(parseChatLine(JSON.stringify(other)), []);
  fc.assert(fc.property(fc.string(), (text) => void parseChatLine(`{"contextWindowSize":${text}`)));
});

test('what a part of ours in a program tells stands among its own lines', () => {
  for (const driver of [opencodeDriver, piDriver])
    assert.deepEqual(ready(driver).parse('{"event":"context","size":1000}'), [
      { type: 'context', size: 1000 },
    ]);
});

test('opencode: tokens of each step, and its end', () => {
  const step = (reason: string): string =>
    JSON.stringify({
      type: 'step_finish',
      part: { reason, cost: 0.5, tokens: { input: 90, output: 20, cache: { read: 10, write: 0 } } },
    });
  assert.deepEqual(parseOpencodeLine(step('tool-calls')), [
    { type: 'usage-added', usage: { inputTokens: 100, outputTokens: 20, cachedTokens: 10, costUsd: 0.5 } },
    { type: 'context', used: 120 },
  ]);
  assert.deepEqual(typesOf(parseOpencodeLine(step('stop'))), ['usage-added', 'context', 'verdict']);
  const thought = { total: 150, input: 90, output: 20, reasoning: 30, cache: { read: 10, write: 0 } };
  assert.partialDeepStrictEqual(
    parseOpencodeLine(JSON.stringify({ type: 'step_finish', part: { tokens: thought } }))[0],
    { usage: { inputTokens: 100, outputTokens: 50 } },
  );
  const error = { type: 'error', error: { name: 'APIError', data: { message: 'no', statusCode: 401 } } };
  assert.partialDeepStrictEqual(parseOpencodeLine(JSON.stringify(error)), [
    { problem: { kind: 'credentials' } },
  ]);
});

test('pi: takes a list of tools by its own names and by Claude Code’s', () => {
  const given = (...tools: readonly string[]): string | undefined => {
    const { argv } = ready(piDriver, { tools }).launch(launchRequest({}));
    return argv.includes('--tools') ? argv[argv.indexOf('--tools') + 1] : undefined;
  };
  assert.equal(given('Read', 'Bash(git *)'), 'read,bash');
  assert.equal(given('read', 'grep', 'of_an_extension'), 'read,grep,of_an_extension');
  assert.equal(given('*'), undefined);
  const nothing = piDriver.ready({ tools: ['WebFetch'] });
  assert.ok(!nothing.ok && /pi has none for WebFetch/.test(nothing.error.join()));
});

test('pi: that it has no key stands on its standard error', () => {
  const pi = ready(piDriver);
  assert.partialDeepStrictEqual(pi.parseError('No API key found for the selected model.'), [
    { problem: { kind: 'credentials' } },
  ]);
  assert.deepEqual(pi.parseError('a warning'), []);
});

test('pi: what a message holds when it has ended, and nothing before', () => {
  const message = {
    role: 'assistant',
    content: [
      { type: 'text', text: 'Made.' },
      { type: 'toolCall', name: 'bash' },
    ],
    usage: { input: 90, output: 20, cacheRead: 10, cost: { total: 0.25 } },
    stopReason: 'stop',
  };
  assert.deepEqual(parsePiLine(JSON.stringify({ type: 'message_end', message })), [
    { type: 'text', text: 'Made.' },
    { type: 'usage-added', usage: { inputTokens: 100, outputTokens: 20, cachedTokens: 10, costUsd: 0.25 } },
    { type: 'context', used: 120 },
    { type: 'verdict', problem: null },
  ]);
  assert.deepEqual(parsePiLine(JSON.stringify({ type: 'message_update', message })), []);
  const failed = { ...message, content: [], usage: {}, stopReason: 'error', errorMessage: '429 slow down' };
  assert.deepEqual(typesOf(parsePiLine(JSON.stringify({ type: 'message_end', message: failed }))), [
    'usage-added',
    'quota',
    'verdict',
  ]);
});
