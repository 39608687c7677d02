import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import type { AgentEnd } from '../../ports/agent.ts';
import { agentBench } from '../../testing/agent-bench.ts';
import { type LaunchChange, launchRequest } from '../../testing/launch-request.ts';
import { missingPart } from '../starting/installed.ts';
import { claudeAgentSdkDriver } from './driver.ts';
import { PACKAGE } from './settings.ts';

const bench = agentBench();
after(() => bench.remove());

/** A package of that name whose `query()` is this code; gives the folder that has it. */
function install(name: string, code: string): string {
  const folder = join(bench.repository.root, name);
  const at = join(folder, 'node_modules', PACKAGE);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'package.json'), JSON.stringify({ name: PACKAGE, main: 'sdk.mjs' }));
  writeFileSync(join(at, 'sdk.mjs'), code);
  return folder;
}

async function run(options: object): Promise<AgentEnd> {
  const { end } = await bench.run(bench.request({ driver: 'claude-agent-sdk', options: { ...options } }));
  await bench.assertNoneLeft();
  return end;
}

function problemOf(end: AgentEnd): string {
  assert.ok(end.is === 'failed' && end.failure.reason === 'agent-error', JSON.stringify(end));
  return end.failure.detail;
}

const DONE = `'<promise>TASK_DONE: ' + process.env.COX_TASK_ID + '</promise>'`;

describe('the Claude Agent SDK', () => {
  test('is asked one thing, and its messages are heard', async () => {
    const asked = join(bench.repository.root, 'asked.json');
    const sdk = install(
      'well',
      `import { writeFileSync } from 'node:fs';
      export async function* query({ prompt, options: { abortController, stderr, ...options } }) {
        writeFileSync(${JSON.stringify(asked)}, JSON.stringify({ prompt, options }));
        stderr('a word aside');
        yield { type: 'system', subtype: 'init', session_id: 's-1' };
        yield { type: 'assistant', message: { content: [{ type: 'text', text: ${DONE} }] } };
        yield { type: 'result', subtype: 'success', is_error: false, usage: { output_tokens: 4 }, total_cost_usd: 1 };
      }`,
    );
    const end = await run({ sdk, model: 'opus', maxTurns: 3 });
    assert.equal(end.is, 'done', JSON.stringify(end));
    assert.deepEqual([end.session, end.usage], ['s-1', { outputTokens: 4, costUsd: 1 }]);
    const { prompt, options } = JSON.parse(readFileSync(asked, 'utf8'));
    assert.match(prompt, /^Make users/);
    assert.partialDeepStrictEqual(options, {
      cwd: bench.repository.path,
      model: 'opus',
      maxTurns: 3,
      permissionMode: 'acceptEdits',
      strictMcpConfig: true,
    });
  });

  test('that throws has failed, and its last message says more than what it throws', async () => {
    const thrown = install('thrown', `export async function* query() { throw new Error('it broke'); }`);
    assert.equal(problemOf(await run({ sdk: thrown })), 'it broke');
    const result = { type: 'result', subtype: 'error_max_turns', is_error: true, errors: ['enough'] };
    const told = install(
      'told',
      `export async function* query() { yield ${JSON.stringify(result)}; throw new Error('exit 1'); }`,
    );
    assert.equal(problemOf(await run({ sdk: told })), 'enough');
  });

  test('that is not there, or is another package, is said before anything is done', async () => {
    const other = install('other', 'export const nothing = 1;');
    assert.match(problemOf(await run({ sdk: other })), /has no query\(\)/);
    const none = join(bench.repository.root, 'none');
    assert.match(problemOf(await run({ sdk: none })), /was not found in .*none/);
    const ready = claudeAgentSdkDriver.ready({});
    assert.ok(ready.ok);
    const missing = missingPart(ready.value, { searchPath: '/no/bin', cwd: bench.repository.root });
    assert.match(missing ?? '', /npm install --global @anthropic-ai\/claude-agent-sdk/);
  });

  test('is asked to stop', async () => {
    const stopped = join(bench.repository.root, 'stopped');
    const sdk = install(
      'hang',
      `import { writeFileSync } from 'node:fs';
      export async function* query({ options: { abortController } }) {
        yield { type: 'assistant', message: { content: [{ type: 'tool_use', name: 'waits', input: {} }] } };
        const alive = setInterval(() => {}, 1000);
        await new Promise((resolve) => abortController.signal.addEventListener('abort', resolve));
        clearInterval(alive);
        writeFileSync(${JSON.stringify(stopped)}, '');
        throw new Error('aborted');
      }`,
    );
    const begun = Promise.withResolvers<void>();
    const request = bench.request({ driver: 'claude-agent-sdk', options: { sdk } });
    const handle = bench.agents.start(request, () => begun.resolve());
    await begun.promise;
    handle.stop('cancelled');
    const end = await handle.end;
    assert.ok(end.is === 'stopped' && existsSync(stopped), JSON.stringify(end));
  });
});

describe('its driver', () => {
  const ready = claudeAgentSdkDriver.ready({ permissionMode: 'plan', tools: ['Read'] });
  assert.ok(ready.ok);
  const queryOf = (change: LaunchChange): Record<string, unknown> =>
    JSON.parse(ready.value.launch(launchRequest(change)).argv[2] ?? '').query;

  test('waves everything through inside walls, and nothing outside of them', () => {
    const inside = queryOf({ isConfined: true, spec: { session: 's-1' } });
    const { permissionMode, allowDangerouslySkipPermissions, resume } = inside;
    assert.deepEqual(
      [permissionMode, allowDangerouslySkipPermissions, resume],
      ['bypassPermissions', true, 's-1'],
    );
    const outside = queryOf({});
    assert.equal(outside['permissionMode'], 'plan');
    assert.ok(!('allowDangerouslySkipPermissions' in outside) && !('resume' in outside));
    const wrong = claudeAgentSdkDriver.ready({ permissionMode: 'bypassPermissions' });
    assert.ok(!wrong.ok);
  });

  test('reads any line', () => {
    assert.deepEqual(ready.value.parse('plain'), [{ type: 'text', text: 'plain' }]);
    assert.deepEqual(ready.value.parse('{"event":"verdict","problem":null}'), [
      { type: 'verdict', problem: null },
    ]);
    const { parse } = ready.value;
    fc.assert(fc.property(fc.string(), fc.json(), (text, json) => void [parse(text), parse(json)]));
    fc.assert(fc.property(fc.json(), (json) => void parse(`{"event":${json}}`)));
  });
});
