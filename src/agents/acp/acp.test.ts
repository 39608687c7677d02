import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AgentEnd } from '../../ports/agent.ts';
import { type AttemptChange, agentBench } from '../../testing/agent-bench.ts';
import { launchRequest } from '../../testing/launch-request.ts';
import type { AgentEvent } from '../driver.ts';
import { acpDriver } from './driver.ts';
import { answerPermission } from './permission.ts';
import { Updates } from './updates.ts';

const AGENT = fileURLToPath(new URL('../../testing/acp-agent.ts', import.meta.url));
const bench = agentBench();
after(() => bench.remove());
let count = 0;

interface Seen {
  readonly end: AgentEnd;
  readonly reports: readonly { readonly step?: string }[];
  /** What the agent noted. */
  readonly trace: readonly string[];
  /** What the bridge printed. */
  readonly log: string;
}

async function run(behaviour: string, options: object = {}, change: AttemptChange = {}): Promise<Seen> {
  count += 1;
  const trace = join(bench.repository.root, `trace-${count}`);
  const settings = {
    driver: 'acp',
    options: { command: [process.execPath, AGENT, behaviour, trace], ...options },
  };
  const request = bench.request(settings, change);
  const { end, reports } = await bench.run(request);
  const noted = existsSync(trace) ? readFileSync(trace, 'utf8').trimEnd().split('\n') : [];
  const log = readFileSync(join(request.folder, 'agent', 'stdout.log'), 'utf8');
  return { end, reports, trace: noted, log };
}

function problemOf(end: AgentEnd): string {
  assert.ok(end.is === 'failed' && end.failure.reason === 'agent-error', JSON.stringify(end));
  return end.failure.kind;
}

describe('an agent that speaks ACP', () => {
  test('works through our files, says that it is done, and is ended though it stays', async () => {
    const { end, reports, trace } = await run('success', { mode: 'careful' });
    assert.equal(end.is, 'done', JSON.stringify(end));
    assert.deepEqual([end.exitCode, end.session], [0, 'session-1']);
    assert.deepEqual(end.usage, { inputTokens: 12, outputTokens: 5, unpricedTokens: 17 });
    assert.equal(readFileSync(join(bench.repository.path, 'made.txt'), 'utf8'), 'made\n');
    assert.ok(reports.some(({ step }) => step === 'edit: Write made.txt'));
    assert.equal(trace[0], 'mode careful');
    await bench.assertNoneLeft();
  });

  test('writes nothing outside of its worktree through us', async () => {
    const { trace } = await run('outside');
    assert.match(trace.join('\n'), /refused .*leads out of the worktree/);
    assert.ok(!existsSync(join(bench.repository.root, 'outside.txt')));
  });

  test('reads whole files and lines of them through us, and nothing outside of its worktree', async () => {
    writeFileSync(join(bench.repository.path, 'lines.txt'), 'a\nb\nc');
    const { trace } = await run('reads');
    assert.deepEqual(trace.slice(1, 6), ['"a\\nb\\nc"', '"b\\nc"', '"b"', '"a\\nb"', '""']);
    assert.match(trace[6] ?? '', /^refused Resource not found/);
    assert.match(trace[7] ?? '', /^refused .*leads out of the worktree/);
    const kept = await run('reads', { tools: ['Bash'] });
    const none = await run('reads', { permissions: 'none' });
    assert.ok(none.trace.slice(1).every((line) => line.startsWith('refused')));
    assert.ok(
      kept.trace.slice(1).every((line) => line.startsWith('refused')),
      kept.trace.join(),
    );
  });

  test('is given leave by policy', async () => {
    assert.deepEqual((await run('permission')).trace.slice(1), ['edit yes', 'execute no']);
    assert.deepEqual((await run('permission', { permissions: 'all' })).trace.slice(1), [
      'edit yes',
      'execute yes',
    ]);
    assert.deepEqual((await run('permission', { permissions: 'none' })).trace.slice(1), [
      'edit no',
      'execute no',
    ]);
  });

  test('goes on in its session, whose old words do not count again', async () => {
    const { end, trace } = await run('success', {}, { spec: { session: 'session-1', prompt: 'Go on.' } });
    assert.equal(end.is, 'done', JSON.stringify(end));
    assert.deepEqual(trace, ['loaded', 'prompt 6']);
  });

  test('says so where the session is not to be had, and does nothing without it', async () => {
    const { end, trace } = await run('success', {}, { spec: { session: 'gone' } });
    assert.equal(problemOf(end), 'session', JSON.stringify(end));
    assert.ok(!trace.some((line) => line.startsWith('prompt')), trace.join());
  });

  test('that ends its turn in another way is not done, whatever it said', async () => {
    assert.equal(problemOf((await run('turns')).end), 'turns');
    assert.equal(problemOf((await run('login')).end), 'credentials');
    assert.equal(problemOf((await run('broken')).end), 'service');
    assert.equal(problemOf((await run('exit')).end), 'other');
    assert.equal((await run('busy')).end.is, 'quota');
  });

  test('that does not know its mode is told by the option’s name, and which it knows', async () => {
    const { end, trace } = await run('success', { mode: 'nonsense' });
    assert.ok(end.is === 'failed' && end.failure.reason === 'agent-error', JSON.stringify(end));
    assert.equal(end.failure.kind, 'options');
    assert.equal(end.failure.detail, 'mode "nonsense" (it knows usual, careful): Invalid params');
    assert.ok(!trace.some((line) => line.startsWith('prompt')), trace.join());
  });

  test('whose turn breaks off has said what it said before', async () => {
    const { end, log } = await run('broken');
    assert.equal(problemOf(end), 'service');
    assert.match(log, /its disk is full/);
  });

  test('that goes at once when it has answered is heard to its end', async () => {
    const { end } = await run('last');
    assert.equal(end.is, 'done', JSON.stringify(end));
  });

  test('that is not there could not be started', async () => {
    const { end } = await run('', { command: ['no-such-agent'] });
    assert.ok(end.is === 'failed', JSON.stringify(end));
    assert.match(JSON.stringify(end.failure), /no-such-agent/);
  });
});

test('leave is given in the narrowest way that is offered, and refused where none fits', () => {
  const leave = { withheld: [], mcp: {}, mcpServers: [] };
  const toolCall = { toolCallId: '1', kind: 'execute' } as const;
  const ask = (...kinds: ('allow_once' | 'allow_always' | 'reject_once')[]) => ({
    sessionId: 's',
    toolCall,
    options: kinds.map((kind) => ({ optionId: kind, name: kind, kind })),
  });
  assert.deepEqual(
    answerPermission({ ...leave, permissions: 'all' }, ask('allow_always', 'allow_once')).outcome,
    {
      outcome: 'selected',
      optionId: 'allow_once',
    },
  );
  assert.deepEqual(answerPermission({ ...leave, permissions: 'edits' }, ask('allow_once')).outcome, {
    outcome: 'cancelled',
  });
  const kept = { ...leave, permissions: 'all', withheld: ['run'] } as const;
  assert.deepEqual(answerPermission(kept, ask('allow_once', 'reject_once')).outcome, {
    outcome: 'selected',
    optionId: 'reject_once',
  });
});

test('what an agent does not name is refused where something is withheld, unless it has servers', () => {
  const answer = (withheld: readonly 'web'[], mcp: object = {}): string => {
    const settings = { permissions: 'all', withheld, mcp: { ...mcp }, mcpServers: [] } as const;
    const options = (['allow_once', 'reject_once'] as const).map((kind) => ({
      optionId: kind,
      name: kind,
      kind,
    }));
    const { outcome } = answerPermission(settings, {
      sessionId: 's',
      toolCall: { toolCallId: '1' },
      options,
    });
    return 'optionId' in outcome ? outcome.optionId : outcome.outcome;
  };
  assert.equal(answer([]), 'allow_once');
  assert.equal(answer(['web']), 'reject_once');
  assert.equal(answer(['web'], { desk: { command: 'desk' } }), 'allow_once');
});

test('a call is told once more when it says what it is about, and what it gave back', () => {
  const told: AgentEvent[] = [];
  const updates = new Updates((event) => told.push(event));
  const call = { toolCallId: '1' };
  updates.take({ sessionUpdate: 'tool_call', ...call, title: 'Terminal', kind: 'execute', rawInput: {} });
  updates.take({ sessionUpdate: 'tool_call_update', ...call, title: 'ls', rawInput: { command: 'ls' } });
  updates.take({
    sessionUpdate: 'tool_call_update',
    ...call,
    status: 'in_progress',
    rawInput: { command: 'ls' },
  });
  const content = (text: string) => [{ type: 'content', content: { type: 'text', text } }] as const;
  updates.take({
    sessionUpdate: 'tool_call_update',
    ...call,
    status: 'completed',
    content: [...content('```console\na\n```')],
  });
  updates.take({
    sessionUpdate: 'tool_call',
    toolCallId: '2',
    title: 'x',
    status: 'failed',
    content: [...content('no')],
  });
  assert.deepEqual(told, [
    { type: 'tool', tool: 'execute', about: 'Terminal', call: '1' },
    { type: 'tool', tool: 'execute', about: 'ls', input: 'ls', call: '1' },
    { type: 'result', failed: false, text: 'a' },
    { type: 'tool', tool: 'tool', about: 'x', call: '2' },
    { type: 'result', failed: true, text: 'no' },
  ]);
});

test('what a call that has not begun is given may be a part of it', () => {
  const told: AgentEvent[] = [];
  const updates = new Updates((event) => told.push(event));
  const call = { toolCallId: '1', kind: 'execute' } as const;
  const rawInput = { cwd: '/work', command: 'ls' };
  const begin = { sessionUpdate: 'tool_call', ...call, title: 'bash', status: 'pending' } as const;
  updates.take({ ...begin, rawInput: { cwd: '/work' } });
  updates.take({ sessionUpdate: 'tool_call_update', ...call, title: 'ls', status: 'in_progress', rawInput });
  updates.take({ sessionUpdate: 'tool_call_update', ...call, status: 'completed' });
  // Of one of which nothing more is told, all that was.
  updates.take({ ...begin, toolCallId: '2', rawInput });
  updates.take({ sessionUpdate: 'tool_call_update', toolCallId: '2', status: 'completed' });
  assert.deepEqual(told, [
    { type: 'tool', tool: 'execute', about: 'bash', call: '1' },
    { type: 'tool', tool: 'execute', input: 'ls', about: 'ls', call: '1' },
    { type: 'result', failed: false, text: '' },
    { type: 'tool', tool: 'execute', about: 'bash', call: '2' },
    { type: 'tool', tool: 'execute', input: 'ls', about: 'bash', call: '2' },
    { type: 'result', failed: false, text: '' },
  ]);
});

test('opencode, which asks for no leave, is kept from what it would be given none for', () => {
  const deniedBy = (options: object, isConfined = false): unknown => {
    const ready = acpDriver.ready({ command: ['opencode', 'acp'], ...options });
    assert.ok(ready.ok);
    const { env } = ready.value.launch(launchRequest({ isConfined }));
    return env['OPENCODE_PERMISSION'] === undefined
      ? undefined
      : Object.keys(JSON.parse(env['OPENCODE_PERMISSION']));
  };
  const unasked = ['bash', 'webfetch', 'websearch', 'codesearch'];
  assert.deepEqual(deniedBy({}), [...unasked, 'external_directory']);
  assert.deepEqual(deniedBy({ permissions: 'all' }), undefined);
  assert.deepEqual(deniedBy({}, true), undefined);
  const reader = deniedBy({ tools: ['Read', 'Grep'] }, true);
  assert.deepEqual(reader, ['edit', ...unasked, 'task']);
  assert.partialDeepStrictEqual(deniedBy({ permissions: 'none' }), ['read', 'glob', 'grep', 'list', 'edit']);
});

test('inside walls an agent is asked nothing', () => {
  const ready = acpDriver.ready({ command: ['x'], permissions: 'none' });
  assert.ok(ready.ok);
  const settings = (isConfined: boolean): unknown =>
    JSON.parse(ready.value.launch(launchRequest({ isConfined })).argv[2] ?? '');
  assert.partialDeepStrictEqual(settings(true), { permissions: 'all' });
  assert.partialDeepStrictEqual(settings(false), { permissions: 'none' });
  assert.ok(!acpDriver.ready({ command: [] }).ok);
});

test('servers are given as the protocol has them, or refused before anything is started', () => {
  const mcpServers = (...servers: readonly object[]) =>
    acpDriver.ready({ command: ['x'], mcpServers: servers });
  const remote = { type: 'http', name: 'tickets', url: 'https://example.org/mcp' };
  const given = mcpServers(remote, { name: 'desk', command: 'desk-mcp' });
  assert.ok(given.ok);
  assert.partialDeepStrictEqual(JSON.parse(given.value.launch(launchRequest({})).argv[2] ?? ''), {
    mcpServers: [
      { ...remote, headers: [] },
      { name: 'desk', command: 'desk-mcp', args: [], env: [] },
    ],
  });
  for (const odd of [{ name: 'x' }, { ...remote, url: 'no address' }, { ...remote, type: 'other' }])
    assert.ok(!mcpServers(odd).ok, JSON.stringify(odd));
});
