import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { AgentSettings } from '../core/settings.ts';
import { agentBench, eventually, MARK } from '../testing/agent-bench.ts';
import { NO_SANDBOX } from '../testing/sandboxes.ts';
import { createAgents } from './supervise.ts';

const command = (text: string): AgentSettings => ({ driver: 'command', options: { command: text } });
const DONE = 'echo "<promise>TASK_DONE: task-001</promise>"';

describe('supervision', () => {
  const bench = agentBench();
  after(() => bench.remove());

  test('an agent is given its prompt, its folders and nothing of the host that was not allowed', async () => {
    const request = bench.request(
      command(`env >env.txt; cat >stdin.txt; cat "$COX_CONTEXT_DIR/a/feedback.md" >feedback.txt; ${DONE}`),
      {
        spec: { context: [{ path: 'a/feedback.md', text: 'try again' }] },
      },
    );
    const { end } = await bench.run(request);
    assert.equal(end.is, 'done', JSON.stringify(end));
    const read = (name: string): string => readFileSync(join(bench.repository.path, name), 'utf8');
    const env = new Map(
      read('env.txt')
        .split('\n')
        .map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
    );
    assert.equal(read('stdin.txt'), request.spec.prompt);
    assert.equal(read('feedback.txt'), 'try again');
    assert.equal(env.has('SECRET_TOKEN'), false);
    assert.ok(env.has(MARK));
    assert.equal(readFileSync(env.get('COX_PROMPT_FILE') ?? '', 'utf8'), request.spec.prompt);
    assert.deepEqual(
      ['COX_RUN_ID', 'COX_TASK_ID', 'COX_ATTEMPT', 'COX_BRANCH', 'COX_PORT_BASE', 'TERM'].map((name) =>
        env.get(name),
      ),
      ['run-1', 'task-001-users', '1', 'cox/run-1/task-001-users', '40100', 'dumb'],
    );
    assert.equal(env.get('COX_WORKTREE'), bench.repository.path);
    assert.equal(env.get('COX_BASE'), request.spec.base);
    for (const name of ['COX_INBOX', 'COX_OUTBOX']) assert.ok(existsSync(env.get(name) ?? ''), name);
    assert.equal(dirname(env.get('COX_STATUS_FILE') ?? ''), env.get('COX_OUTBOX'));
  });

  for (const [what, settings, detail] of [
    [
      'an unknown driver',
      { driver: 'oracle', options: {} },
      /no agent driver "oracle"; choose one of acp, claude-agent-sdk, claude-code, codex, gemini, opencode, pi, qwen, command, recipe/,
    ],
    [
      'bad options',
      { driver: 'command', options: { comand: 'x' } },
      /options of the agent driver "command" are wrong.*command/,
    ],
    [
      'a broken recipe',
      { driver: 'recipe', options: { recipe: 'default:\n  - dance: 1\n' } },
      /recipe:2:5: .*no step "dance"/,
    ],
    [
      'a missing program',
      { driver: 'command', options: { command: 'true' } },
      /cannot be found|no such|not/i,
    ],
  ] as const) {
    test(`${what} is a failure to start`, async () => {
      const bare = createAgents({
        sandbox: NO_SANDBOX,
        hostEnv: what === 'a missing program' ? { PATH: '/nowhere' } : bench.hostEnv,
      });
      const end = await bare.start(bench.request(settings), () => {}).end;
      assert.ok(end.is === 'failed' && end.failure.reason === 'not-started', JSON.stringify(end));
      assert.match(end.failure.detail, detail);
    });
  }

  for (const path of ['../prompt.txt', '/etc/x', 'a//b', 'a/../../b', 'a\\b', '']) {
    test(`the context file ${JSON.stringify(path)} is refused`, async () => {
      const { end } = await bench.run(
        bench.request(command(DONE), { spec: { context: [{ path, text: 'x' }] } }),
      );
      assert.ok(end.is === 'failed' && end.failure.reason === 'not-started', JSON.stringify(end));
    });
  }

  test('the marker file is a sign, but not one that was there before', async () => {
    const marker = join(bench.repository.path, '.claude-task-complete');
    const made = await bench.run(bench.request(command('touch .claude-task-complete')));
    assert.equal(made.end.is, 'done');
    utimesSync(marker, new Date(1000), new Date(1000));
    const stale = await bench.run(bench.request(command('true')));
    assert.ok(stale.end.is === 'failed' && stale.end.failure.reason === 'no-completion-sign');
    bench.repository.write({ '.claude-task-complete': null });
  });

  test('a secret that an agent is given is in no log and no report, however it prints it', async () => {
    const secret = 'sk-very-secret-0123456789';
    const hostEnv = { ...bench.hostEnv, MY_API_KEY: secret };
    const agents = createAgents({ sandbox: NO_SANDBOX, hostEnv, environment: ['MY_API_KEY'] });
    const print = `test -n "$MY_API_KEY" && echo "key $MY_API_KEY" && echo "err $MY_API_KEY" >&2; exit 3`;
    const request = bench.request(command(print));
    const reports: unknown[] = [];
    const end = await agents.start(request, (report) => reports.push(report)).end;
    assert.ok(end.is === 'failed' && end.exitCode === 3, JSON.stringify(end));
    const logs = ['stdout.log', 'stderr.log'].map((name) =>
      readFileSync(join(request.folder, 'agent', name), 'utf8'),
    );
    assert.deepEqual(logs, [`key ${'*'.repeat(25)}\n`, `err ${'*'.repeat(25)}\n`]);
    assert.doesNotMatch(JSON.stringify([end, reports]), /very-secret/);
    assert.match(JSON.stringify(end), /key \*{25}/);
  });

  test('nor is one that it says in pieces', async () => {
    const secret = 'AIza-very-secret-0123456789';
    const hostEnv = { ...bench.hostEnv, GEMINI_API_KEY: secret };
    const agents = createAgents({ sandbox: NO_SANDBOX, hostEnv });
    const line = (content: string): string =>
      JSON.stringify({ type: 'message', role: 'assistant', content, delta: true });
    const [id, half] = ['task-001-users', secret.length / 2];
    const lines = [`<promise>TASK_FAILED: ${id} ${secret.slice(0, half)}`, `${secret.slice(half)}</promise>`];
    const program = join(bench.repository.root, 'gemini');
    writeFileSync(program, `#!/bin/sh\ncat <<'X'\n${lines.map(line).join('\n')}\nX\n`, { mode: 0o755 });
    const request = bench.request({ driver: 'gemini', options: { program } });
    const reports: unknown[] = [];
    const end = await agents.start(request, (report) => reports.push(report)).end;
    assert.deepEqual(end.is === 'failed' && end.failure, {
      reason: 'declared-failed',
      detail: '*'.repeat(secret.length),
    });
    assert.doesNotMatch(JSON.stringify([end, reports]), /secret/);
  });

  test('adoption writes nothing through what the agent left in its folder', async () => {
    const link = `rm -r "$COX_CONTEXT_DIR" && ln -s "$COX_WORKTREE" "$COX_CONTEXT_DIR"; ${DONE}`;
    const request = bench.request(command(link), { spec: { context: [{ path: 'stolen.md', text: 'x' }] } });
    await bench.run(request);
    const { end } = await bench.run(request);
    assert.equal(end.is, 'done');
    assert.equal(existsSync(join(bench.repository.path, 'stolen.md')), false);
  });

  test('a folder that cannot be written is a failure to start', async () => {
    const request = bench.request(command(DONE));
    symlinkSync('/dev/null/nowhere', request.folder);
    const { end } = await bench.run(request);
    assert.ok(end.is === 'failed' && end.failure.reason === 'not-started', JSON.stringify(end));
  });

  test('a full log is said once, and silence after it is not taken for idleness', async () => {
    const flood = `head -c 5000 /dev/zero | tr '\\0' x; sleep 6; ${DONE}`;
    const request = bench.request(command(flood), { limits: { logBytes: 1024, idleMs: 4_000 } });
    const { end, reports } = await bench.run({
      ...request,
      spec: { ...request.spec, agent: { ...request.spec.agent, completion: 'exit-code' } },
    });
    assert.equal(end.is, 'done', JSON.stringify(end));
    assert.deepEqual(
      reports.map(({ step }) => /passed 1024 bytes/.test(step ?? '')),
      [true],
    );
  });

  test('the tail of the output is short and steers no terminal', async () => {
    const noisy =
      'i=0; while [ $i -lt 500 ]; do printf "\\033[31mline %s\\007\\n" $i; i=$((i+1)); done; echo why >&2; exit 1';
    const { end } = await bench.run(bench.request(command(noisy)));
    assert.ok(end.is === 'failed' && end.failure.reason === 'exit-code');
    assert.ok(Buffer.byteLength(end.failure.tail) <= 2048);
    assert.match(end.failure.tail, /^line \d+\n[^\u0007\u001b]*line 499\nwhy$/);
  });

  test('its summary and usage go with its end', async () => {
    const said = JSON.stringify({ task_completed: true, summary: 'Made\u0007 it.' });
    const { end } = await bench.run(bench.request(command(`cat <<'X'\n${said}\nX`)));
    assert.equal(end.is, 'done');
    assert.equal(end.summary, 'Made it.');
    assert.deepEqual(end.usage, {});
  });

  test('a promise that stands alone on standard error counts; a trace of the command does not', async () => {
    const promise = '<promise>TASK_DONE: $COX_TASK_ID</promise>';
    const said = await bench.run(bench.request(command(`echo "${promise}" >&2; exit 1`)));
    assert.equal(said.end.is, 'done');
    const traced = await bench.run(
      bench.request(command(`set -x; false && echo "${promise}"; : "${promise}"`)),
    );
    assert.ok(traced.end.is === 'failed', JSON.stringify(traced.end));
    const failed = `echo "<promise>TASK_FAILED: $COX_TASK_ID - no disk</promise>" >&2; sleep 60`;
    const { end } = await bench.run(bench.request(command(failed)));
    assert.deepEqual(end.is === 'failed' && end.failure, { reason: 'declared-failed', detail: 'no disk' });
  });

  test('an agent that was killed has failed by that signal', async () => {
    const { end } = await bench.run(bench.request(command('kill -9 $$')));
    assert.deepEqual(end.is === 'failed' && end.failure, {
      reason: 'signal',
      signal: 'SIGKILL',
      status: 137,
      tail: '',
    });
  });

  test('one that is let go before it has begun is not started', async () => {
    const request = bench.request(command(`touch started.txt; ${DONE}`));
    bench.agents.start(request, () => {}).detach();
    const other = await bench.run(bench.request(command(DONE)));
    assert.equal(other.end.is, 'done');
    assert.equal(await eventually(() => !existsSync(join(request.folder, 'agent'))), true);
    assert.equal(existsSync(join(bench.repository.path, 'started.txt')), false);
  });
});
