import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { launchRequest } from '../../testing/launch-request.ts';
import type { AgentEvent } from '../driver.ts';
import { Observation } from '../listening/observation.ts';
import { claudeCodeDriver } from './driver.ts';
import { parseClaudeLine } from './events.ts';
import { claudeOptions, launchClaude } from './launch.ts';

const says = (event: unknown): readonly AgentEvent[] => parseClaudeLine(JSON.stringify(event));
const result = (change: object): unknown => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  terminal_reason: 'completed',
  result: 'Made.',
  total_cost_usd: 0.5,
  usage: { input_tokens: 10, output_tokens: 4, cache_read_input_tokens: 20, cache_creation_input_tokens: 5 },
  ...change,
});
const verdictOf = (event: unknown): AgentEvent | undefined =>
  says(event).find(({ type }) => type === 'verdict');

describe('a line of Claude Code', () => {
  test('names its session, its words and its steps', () => {
    assert.deepEqual(says({ type: 'system', subtype: 'init', session_id: 's' }), [
      { type: 'session', session: 's' },
    ]);
    const content = [
      { type: 'thinking', thinking: 'hm' },
      { type: 'text', text: 'I make it.' },
      { type: 'tool_use', name: 'Bash', input: { command: 'make', description: 'build' } },
      { type: 'tool_use', name: 'TodoWrite', input: {} },
    ];
    assert.deepEqual(says({ type: 'assistant', message: { content } }), [
      { type: 'text', text: 'I make it.' },
      { type: 'tool', tool: 'Bash', input: 'make', about: 'build' },
      { type: 'tool', tool: 'TodoWrite' },
    ]);
  });

  test('holds what its tools gave back, which is no word of the agent', () => {
    const results = [
      { type: 'tool_result', tool_use_id: 't', content: 'two\nlines', is_error: false },
      {
        type: 'tool_result',
        content: [{ type: 'text', text: 'Exit code 3' }, { type: 'image' }],
        is_error: true,
      },
      { type: 'text', text: 'Go on.' },
    ];
    assert.deepEqual(says({ type: 'user', message: { role: 'user', content: results } }), [
      { type: 'result', failed: false, text: 'two\nlines' },
      { type: 'result', failed: true, text: 'Exit code 3' },
    ]);
  });

  test('of a helper of its own is no word of the agent', () => {
    const content = [{ type: 'text', text: '<promise>TASK_DONE: task-001</promise>' }];
    assert.deepEqual(says({ type: 'assistant', parent_tool_use_id: 'toolu_1', message: { content } }), []);
  });

  test('that ends it holds what was used, what it says, and how it ended', () => {
    assert.deepEqual(says(result({})), [
      {
        type: 'usage',
        usage: {
          inputTokens: 35,
          outputTokens: 4,
          cachedTokens: 20,
          cacheWriteTokens: 5,
          costUsd: 0.5,
        },
      },
      { type: 'summary', summary: 'Made.' },
      { type: 'verdict', problem: null },
    ]);
  });

  test('that calls an error a success is not believed', () => {
    const broken = { is_error: true, terminal_reason: 'api_error', result: 'API Error: 500 broken' };
    assert.deepEqual(verdictOf(result(broken)), {
      type: 'verdict',
      problem: { kind: 'service', detail: 'API Error: 500 broken' },
    });
    const refused = {
      is_error: true,
      terminal_reason: 'api_error',
      result: 'Invalid key',
      api_error_status: 401,
    };
    assert.partialDeepStrictEqual(verdictOf(result(refused)), { problem: { kind: 'credentials' } });
  });

  test('of a busy service asks for time', () => {
    for (const status of [429, 529, 503]) {
      const busy = { is_error: true, terminal_reason: 'api_error', result: `API Error: ${status} later` };
      assert.ok(
        says(result(busy)).some(({ type }) => type === 'quota'),
        String(status),
      );
    }
  });

  test('of a limit names the time, and of a long pause before its next try', () => {
    const limit = (status: string, rateLimitType = 'five_hour'): unknown => ({
      type: 'rate_limit_event',
      rate_limit_info: { status, resetsAt: 1_795_281_625, rateLimitType },
    });
    const wait = { type: 'quota', until: 1_795_281_625_000 };
    assert.deepEqual(says(limit('rejected')), [{ ...wait, of: 'credential' }]);
    assert.deepEqual(says(limit('rejected', 'seven_day_opus')), [{ ...wait, of: 'model' }]);
    assert.deepEqual(says(limit('rejected', 'seven_day_of_another')), [wait]);
    assert.deepEqual(says(limit('allowed_warning')), []);
    const paid = { status: 'rejected', resetsAt: 1_795_281_625, isUsingOverage: true };
    assert.deepEqual(says({ type: 'rate_limit_event', rate_limit_info: paid }), []);
    const retry = { type: 'system', subtype: 'api_retry', attempt: 1, error_status: 429 };
    assert.deepEqual(says({ ...retry, retry_delay_ms: 90_000 }), [{ type: 'quota', afterMs: 90_000 }]);
    assert.equal(says({ ...retry, retry_delay_ms: 2_000 })[0]?.type, 'progress');
    // Made up by the program; the model has not answered.
    const content = [{ type: 'text', text: 'API Error: 429' }];
    assert.deepEqual(says({ type: 'assistant', is_api_error_message: true, message: { content } }), []);
  });

  test('that says nobody is logged in tells it apart from a service without an answer', () => {
    const content = [{ type: 'text', text: 'Not logged in · Please run /login' }];
    const event = { type: 'assistant', is_api_error_message: true, message: { content } };
    const detail = 'Not logged in · Please run /login';
    for (const error of ['authentication_failed', 'billing_error'])
      assert.deepEqual(says({ ...event, error }), [
        { type: 'verdict', problem: { kind: 'credentials', detail } },
      ]);
    assert.deepEqual(says({ ...event, error: 'server_error' }), []);
  });

  test('of spent turns, money and room names them', () => {
    for (const [change, kind] of [
      [{ subtype: 'error_max_turns', is_error: true, result: undefined }, 'turns'],
      [{ terminal_reason: 'max_turns', is_error: true }, 'turns'],
      [{ terminal_reason: 'budget_exhausted', is_error: true }, 'budget'],
      [{ terminal_reason: 'prompt_too_long', is_error: true }, 'context'],
      [
        { terminal_reason: 'aborted_tools', is_error: true, errors: ['it was stopped'], result: undefined },
        'other',
      ],
    ] as const)
      assert.partialDeepStrictEqual(verdictOf(result(change)), { problem: { kind } });
  });

  test('is known to hold as much as its program tells at the end', () => {
    const sizeOf = (model: string): unknown =>
      parseClaudeLine(JSON.stringify({ type: 'system', subtype: 'init', session_id: 's', model })).find(
        ({ type }) => type === 'context',
      );
    for (const model of [
      'claude-opus-4-6',
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'claude-haiku-4-5',
    ])
      assert.deepEqual(sizeOf(model), { type: 'context', size: 200_000 }, model);
    for (const model of ['claude-opus-5-5', 'claude-opus-4-8', 'claude-sonnet-5', 'claude-opus-4-6[1m]'])
      assert.deepEqual(sizeOf(model), { type: 'context', size: 1_000_000 }, model);
    assert.equal(sizeOf('qwen3-coder'), undefined);
  });

  test('tells while it works how full its context is, which its last answer has read', () => {
    const observed = new Observation({ task: 'task-001', given: [] });
    const hear = (event: unknown): void => {
      for (const each of says(event)) observed.take(each, 0);
    };
    const answer = (id: string, read: number): unknown => ({
      type: 'assistant',
      message: {
        id,
        model: 'claude-opus-4-5',
        content: [],
        usage: { input_tokens: 10, cache_read_input_tokens: read },
      },
    });
    hear({ type: 'system', subtype: 'init', session_id: 's', model: 'claude-opus-4-5' });
    assert.equal(observed.context, undefined);
    hear(answer('m1', 169_990));
    assert.equal(observed.context, 0.85);
    // It has made room by itself.
    hear(answer('m2', 19_990));
    assert.equal(observed.context, 0.1);
    hear({ type: 'result', modelUsage: { 'claude-opus-4-5': { inputTokens: 9, contextWindow: 400_000 } } });
    assert.equal(observed.context, 0.05);
  });

  test('tells how full its context is', () => {
    const usage = { input_tokens: 100, cache_read_input_tokens: 10, output_tokens: 1 };
    assert.deepEqual(says({ type: 'assistant', message: { content: [], usage } }), [
      { type: 'context', used: 110 },
    ]);
    const helper = { type: 'assistant', parent_tool_use_id: 't', message: { content: [], usage } };
    assert.deepEqual(says(helper), []);
    const modelUsage = {
      small: { inputTokens: 10, contextWindow: 1000 },
      large: { inputTokens: 1, cacheReadInputTokens: 50, contextWindow: 200_000 },
    };
    assert.ok(
      says(result({ modelUsage })).some((event) => event.type === 'context' && event.size === 200_000),
    );
  });

  test('that ends a turn sums up what all its models used since the last one, helpers among them', () => {
    const counts = (outputTokens: number) => ({
      inputTokens: 100,
      outputTokens,
      cacheReadInputTokens: 10,
      cacheCreationInputTokens: 5,
      costUSD: 0.25,
    });
    const since = { opus: counts(40), haiku: { outputTokens: 'many' } };
    const told = (change: object): readonly AgentEvent[] =>
      says(result(change)).filter(({ type }) => type.startsWith('usage'));
    const opus = {
      ...{ inputTokens: 115, outputTokens: 40, cachedTokens: 10 },
      ...{ cacheWriteTokens: 5, costUsd: 0.25 },
    };
    const haiku = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, costUsd: 0 };
    assert.deepEqual(told({ result_index: 0, model_usage_since_last_result: since, modelUsage: {} }), [
      { type: 'usage-summed', models: { opus, haiku } },
    ]);
    // One behind it has used nothing more; its own counts are those of a turn that was told.
    assert.deepEqual(told({ result_index: 1 }), []);
  });

  test('with a reason that is nobody’s has no kind of its own', () => {
    for (const name of ['constructor', 'toString'])
      for (const key of ['terminal_reason', 'subtype'])
        assert.partialDeepStrictEqual(verdictOf(result({ is_error: true, [key]: name })), {
          problem: { kind: 'other' },
        });
  });

  test('tells what each answer read, and about how much it wrote', () => {
    const usage = { input_tokens: 100, cache_read_input_tokens: 10, output_tokens: 1 };
    const content = [{ type: 'text', text: 'x'.repeat(375) }];
    const message = { id: 'msg_1', model: 'claude-opus-5-5', content, usage };
    const told = says({ type: 'assistant', parent_tool_use_id: 'toolu_1', message });
    assert.deepEqual(told, [
      {
        type: 'usage-added',
        id: 'msg_1',
        model: 'claude-opus-5-5',
        usage: { inputTokens: 110, cachedTokens: 10 },
      },
      { type: 'usage-added', model: 'claude-opus-5-5', usage: { outputTokens: 101 }, isRough: true },
    ]);
  });

  test('of a session that is not there says so', () => {
    const gone = {
      subtype: 'error_during_execution',
      is_error: true,
      terminal_reason: undefined,
      result: undefined,
      errors: ['No conversation found with session ID: x'],
    };
    assert.partialDeepStrictEqual(verdictOf(result(gone)), { problem: { kind: 'session' } });
  });

  test('that is no event is its text, and nothing makes the reader fail', () => {
    assert.deepEqual(parseClaudeLine('plain words'), [{ type: 'text', text: 'plain words' }]);
    assert.deepEqual(parseClaudeLine('{"type":'), [{ type: 'text', text: '{"type":' }]);
    fc.assert(
      fc.property(fc.string(), fc.json(), (text, json) => {
        parseClaudeLine(text);
        parseClaudeLine(json);
      }),
    );
    const odd = fc.record({
      type: fc.constantFrom('system', 'assistant', 'result'),
      subtype: fc.anything(),
      message: fc.anything(),
      usage: fc.anything(),
      result: fc.anything(),
      errors: fc.anything(),
    });
    fc.assert(fc.property(odd, (event) => void says(event)));
  });
});

describe('Claude Code is started', () => {
  const options = claudeOptions.parse({ model: 'opus', maxTurns: 3, allowedTools: ['Bash', 'Edit'] });

  test('with all rights inside walls alone', () => {
    const inside = launchClaude(options, launchRequest({ isConfined: true }));
    assert.ok(inside.argv.includes('--dangerously-skip-permissions'));
    assert.equal(inside.env['IS_SANDBOX'], '1');
    const outside = launchClaude(options, launchRequest({ isConfined: false }));
    assert.ok(!outside.argv.includes('--dangerously-skip-permissions'));
    assert.deepEqual(outside.argv.slice(5, 7), ['--permission-mode', 'acceptEdits']);
    assert.equal(outside.env['IS_SANDBOX'], undefined);
  });

  test('with its options, its session, and the prompt on standard input', () => {
    const { argv, stdin } = launchClaude(
      options,
      launchRequest({ spec: { session: 'abc', prompt: '-do it' } }),
    );
    const after = (flag: string): string | undefined => argv[argv.indexOf(flag) + 1];
    assert.deepEqual(
      [after('--model'), after('--max-turns'), after('--allowedTools'), after('--resume'), stdin],
      ['opus', '3', 'Bash,Edit', 'abc', '-do it'],
    );
    assert.ok(!argv.includes('-do it'));
  });

  test('as the agent that the plan names, unless its options say otherwise', () => {
    const profile = { name: 'ada', model: 'haiku', tools: ['Read', 'Grep'] };
    const flags = (options: object, more: object = {}): readonly (string | undefined)[] => {
      const spec = { profile: { ...profile, ...more } };
      const { argv } = launchClaude(claudeOptions.parse(options), launchRequest({ spec }));
      return ['--model', '--tools'].map((flag) =>
        argv.includes(flag) ? argv[argv.indexOf(flag) + 1] : undefined,
      );
    };
    assert.deepEqual(flags({}), ['haiku', 'Read,Grep']);
    assert.deepEqual(flags({ model: 'opus', tools: ['Bash'] }), ['opus', 'Bash']);
    assert.deepEqual(flags({}, { model: 'inherit' }), [undefined, 'Read,Grep']);
    assert.deepEqual(flags({}, { model: '--evil' }), [undefined, 'Read,Grep']);
  });

  test('in no worktree but its own, whatever tools its options take away', () => {
    for (const disallowedTools of [[], ['Bash']]) {
      const { argv } = launchClaude(claudeOptions.parse({ disallowedTools }), launchRequest({}));
      const named = argv[argv.indexOf('--disallowedTools') + 1]?.split(',') ?? [];
      for (const tool of ['EnterWorktree', ...disallowedTools]) assert.ok(named.includes(tool), tool);
    }
  });

  test('not with options that it does not have, or that would be flags', () => {
    for (const wrong of [{ modle: 'x' }, { model: '--resume' }, { model: ' ' }, { maxTurns: 0 }]) {
      const ready = claudeCodeDriver.ready(wrong);
      assert.ok(!ready.ok, JSON.stringify(wrong));
    }
    assert.ok(claudeCodeDriver.ready({}).ok);
  });
});
