import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { launchRequest } from '../../testing/launch-request.ts';
import type { AgentEvent } from '../driver.ts';
import { codexDriver } from './driver.ts';
import { parseCodexLine } from './events.ts';
import { codexOptions, launchCodex } from './launch.ts';

const says = (event: unknown): readonly AgentEvent[] => parseCodexLine(JSON.stringify(event));
const item = (type: string, more: object): unknown => ({ type: 'item.completed', item: { type, ...more } });

describe('a line of Codex', () => {
  test('names its session, its words and its steps', () => {
    assert.deepEqual(says({ type: 'thread.started', thread_id: 't' }), [{ type: 'session', session: 't' }]);
    assert.deepEqual(says(item('agent_message', { text: 'Made.' })), [
      { type: 'text', text: 'Made.' },
      { type: 'summary', summary: 'Made.' },
    ]);
    const started = (command: string): unknown =>
      says({ type: 'item.started', item: { type: 'command_execution', command } });
    for (const [command, input] of [
      ['make', 'make'],
      ["/bin/bash -lc 'make all'", 'make all'],
      ['/bin/bash -lc "echo it\'s"', "echo it's"],
      [`/bin/bash -lc 'echo '"'"'x'"'"`, `/bin/bash -lc 'echo '"'"'x'"'"`],
    ] as const)
      assert.deepEqual(started(command), [{ type: 'tool', tool: 'shell', input }]);
    assert.deepEqual(
      says(item('command_execution', { aggregated_output: 'no\n', exit_code: 3, status: 'failed' })),
      [{ type: 'result', failed: true, text: 'no\n' }],
    );
    assert.deepEqual(
      says(item('file_change', { changes: [{ path: 'a' }, { path: 'b' }, 3], status: 'completed' })),
      [
        { type: 'tool', tool: 'edit', input: 'a, b' },
        { type: 'result', failed: false, text: '' },
      ],
    );
    const mcp = { type: 'mcp_tool_call', server: 's', tool: 't', arguments: { query: 'x' } };
    assert.deepEqual(says({ type: 'item.started', item: mcp }), [{ type: 'tool', tool: 's.t', input: 'x' }]);
    assert.deepEqual(
      says({ type: 'item.completed', item: { ...mcp, result: { content: [{ text: 'y' }] } } }),
      [{ type: 'result', failed: false, text: 'y' }],
    );
    assert.deepEqual(says(item('reasoning', { text: 'hm' })), []);
  });

  test('names what it has helpers do, and how far its list is', () => {
    const call = { type: 'collab_tool_call', tool: 'spawn_agent', prompt: 'Look at it.', agents_states: {} };
    assert.deepEqual(says({ type: 'item.started', item: call }), [
      { type: 'tool', tool: 'spawn_agent', input: 'Look at it.' },
    ]);
    const states = { a: { status: 'completed', message: 'seen' }, b: { status: 'running', message: null } };
    const wait = { ...call, tool: 'wait', prompt: null };
    assert.deepEqual(says({ type: 'item.started', item: wait }), [{ type: 'tool', tool: 'wait' }]);
    assert.deepEqual(says(item('collab_tool_call', { ...wait, agents_states: states, status: 'failed' })), [
      { type: 'result', failed: true, text: 'seen' },
    ]);
    const list = (...done: readonly boolean[]): unknown => ({
      type: 'item.updated',
      item: { type: 'todo_list', items: done.map((completed, at) => ({ text: `part ${at}`, completed })) },
    });
    assert.deepEqual(says(list(true, false, false)), [{ type: 'progress', step: 'part 1 (1 of 3 done)' }]);
    assert.deepEqual(says(list(true)), []);
  });

  test('that ends it holds what was used, and that it is well', () => {
    const usage = { input_tokens: 10, cached_input_tokens: 3, output_tokens: 4 };
    assert.deepEqual(says({ type: 'turn.completed', usage }), [
      { type: 'usage', usage: { inputTokens: 10, outputTokens: 4, cachedTokens: 3 } },
      { type: 'verdict', problem: null },
    ]);
  });

  test('of a failed turn says why', () => {
    const failed = (message: string): readonly AgentEvent[] =>
      says({ type: 'turn.failed', error: { message } });
    assert.deepEqual(failed('stream closed'), [
      { type: 'verdict', problem: { kind: 'service', detail: 'stream closed' } },
    ]);
    assert.partialDeepStrictEqual(failed('unexpected status 401 Unauthorized: no'), [
      { problem: { kind: 'credentials' } },
    ]);
    assert.deepEqual(
      failed('exceeded retry limit, last status: 429 Too Many Requests').map(({ type }) => type),
      ['quota', 'verdict'],
    );
  });

  test('of a request that its service refuses tells a model that nobody knows from anything else', () => {
    const refused = (body: object): unknown =>
      says({ type: 'turn.failed', error: { message: JSON.stringify(body) } });
    const problem = (kind: string, detail: string): unknown => [
      { type: 'verdict', problem: { kind, detail } },
    ];
    const detail = "The 'gpt-5-codx' model is not supported when using Codex with a ChatGPT account.";
    assert.deepEqual(refused({ detail }), problem('options', detail));
    const error = { message: 'no', type: 'invalid_request_error', param: null, code: 'model_not_found' };
    assert.deepEqual(refused({ error }), problem('options', 'no'));
    for (const param of ['model', 'reasoning.effort'])
      assert.deepEqual(
        refused({ error: { ...error, code: 'invalid_value', param } }),
        problem('options', 'no'),
      );
    assert.deepEqual(
      refused({ error: { ...error, code: 'other', param: 'input' } }),
      problem('service', 'no'),
    );
    assert.deepEqual(refused({}), problem('service', '{}'));
  });

  test('of its standard error says that a session is not there, and nothing else', () => {
    const line = 'Error: thread/resume: thread/resume failed: no rollout found for thread id x (code -32600)';
    const ready = codexDriver.ready({});
    assert.ok(ready.ok);
    const { parseError } = ready.value;
    assert.partialDeepStrictEqual(parseError(line), [{ type: 'verdict', problem: { kind: 'session' } }]);
    assert.deepEqual(parseError('WARNING: no rollout found'), []);
  });

  test('of a limit names the wait', () => {
    const failed = (message: string): unknown => says({ type: 'turn.failed', error: { message } })[0];
    const limit = 'You’ve hit your usage limit. Upgrade to Pro (https://x) or try again at';
    assert.deepEqual(failed(`${limit} 5:20 PM.`), { type: 'quota', clock: { hour: 17, minute: 20 } });
    assert.deepEqual(failed(`${limit} Nov 22nd, 2026 12:05 AM.`), {
      type: 'quota',
      clock: { hour: 0, minute: 5, date: { year: 2026, month: 11, day: 22 } },
    });
    assert.deepEqual(failed('You’ve hit your usage limit.'), { type: 'quota' });
    const limited = 'rate limit exceeded: Rate limit reached for gpt-5. Please try again in 11.054s.';
    assert.deepEqual(failed(limited), { type: 'quota', afterMs: 11_054 });
    assert.deepEqual(failed(limited.replace('11.054s', '1h2m3s')), { type: 'quota', afterMs: 3_723_000 });
    assert.deepEqual(failed('rate limit exceeded: try again soon'), { type: 'quota' });
    const spent = failed('Quota exceeded. Check your plan and billing details.');
    assert.partialDeepStrictEqual(spent, { type: 'verdict', problem: { kind: 'credentials' } });
  });

  test('of an error that it tries again is no end', () => {
    assert.deepEqual(says({ type: 'error', message: 'Reconnecting... 1/5' }), [
      { type: 'progress', step: 'Reconnecting... 1/5' },
    ]);
  });

  test('that is no event is its text, and nothing makes the reader fail', () => {
    assert.deepEqual(parseCodexLine('plain'), [{ type: 'text', text: 'plain' }]);
    fc.assert(
      fc.property(fc.string(), fc.json(), (text, json) => {
        parseCodexLine(text);
        parseCodexLine(json);
      }),
    );
    const odd = fc.record({
      type: fc.constantFrom(
        'item.started',
        'item.updated',
        'item.completed',
        'turn.completed',
        'turn.failed',
        'error',
      ),
      item: fc.anything(),
      usage: fc.anything(),
      error: fc.anything(),
    });
    fc.assert(fc.property(odd, (event) => void says(event)));
  });
});

describe('Codex is started', () => {
  const options = codexOptions.parse({ model: 'm', effort: 'high', config: ['a.b="c"'] });

  test('without walls of its own inside ours alone', () => {
    const inside = launchCodex(options, launchRequest({ isConfined: true })).argv;
    assert.ok(inside.includes('--dangerously-bypass-approvals-and-sandbox'));
    const outside = launchCodex(options, launchRequest({ isConfined: false })).argv;
    assert.ok(!outside.includes('--dangerously-bypass-approvals-and-sandbox'));
    assert.deepEqual(outside.slice(2, 4), ['--sandbox', 'workspace-write']);
  });

  test('with its options and its session, and the prompt on standard input', () => {
    const { argv, stdin } = launchCodex(options, launchRequest({ spec: { session: 't', prompt: '--help' } }));
    assert.deepEqual(argv.slice(-3), ['resume', 't', '-']);
    assert.equal(argv[argv.indexOf('--model') + 1], 'm');
    assert.ok(argv.includes('model_reasoning_effort="high"') && argv.includes('a.b="c"'));
    assert.equal(stdin, '--help');
  });

  test('in a folder that it is not to trust, walls or not', () => {
    for (const isConfined of [true, false]) {
      const request = launchRequest({ isConfined });
      const path = JSON.stringify(request.paths.worktree);
      const { argv } = launchCodex(options, request);
      assert.ok(argv.includes(`projects={${path}={trust_level="untrusted"}}`), argv.join(' '));
    }
  });

  test('not with options that it does not have', () => {
    for (const wrong of [{ maxTurns: 3 }, { model: '-x' }, { config: 'a=b' }])
      assert.ok(!codexDriver.ready(wrong).ok, JSON.stringify(wrong));
  });
});
