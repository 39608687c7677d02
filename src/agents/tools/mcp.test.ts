import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { launchRequest } from '../../testing/launch-request.ts';
import { acpDriver } from '../acp/driver.ts';
import { claudeAgentSdkDriver } from '../claude-agent-sdk/driver.ts';
import { claudeCodeDriver } from '../claude-code/driver.ts';
import { codexDriver } from '../codex/driver.ts';
import type { Driver, Launch } from '../driver.ts';
import { geminiDriver } from '../gemini/driver.ts';
import { opencodeDriver } from '../opencode/driver.ts';
import { piDriver } from '../pi/driver.ts';
import { qwenDriver } from '../qwen/driver.ts';
import { mcpEntries } from './mcp.ts';

const DESK = {
  command: 'desk',
  args: ['--quiet', 'a "b"'],
  env: { PLACE: 'in\nside' },
  environment: ['KEY'],
};
const COMMAND = { command: ['agent'] };

function launch(driver: Driver, options: object, isConfined = false): Launch {
  const ready = driver.ready(options);
  assert.ok(ready.ok, JSON.stringify(ready));
  return ready.value.launch(launchRequest({ isConfined }));
}

/** The only file that is given, and where it will be. */
function fileOf({ files = {} }: Launch): { readonly path: string; readonly value: unknown } {
  const [[name, text] = ['', ''], ...more] = Object.entries(files);
  assert.deepEqual(more, []);
  return { path: `/a/settings/${name}`, value: JSON.parse(text) };
}

describe('MCP servers', () => {
  test('are told to each agent in its own way', () => {
    const { command, args } = DESK;
    const claude = launch(claudeCodeDriver, { mcp: { desk: DESK } });
    const config = fileOf(claude);
    assert.ok(
      claude.argv.join(' ').includes(`--allowedTools mcp__desk --mcp-config ${config.path} --strict`),
    );
    const env = { PLACE: 'in\nside', KEY: '$'.concat('{KEY}') };
    assert.deepEqual(config.value, { mcpServers: { desk: { command, args, env } } });

    const qwen = launch(qwenDriver, { mcp: { desk: DESK } });
    assert.equal(qwen.env['QWEN_CODE_SYSTEM_SETTINGS_PATH'], fileOf(qwen).path);
    assert.partialDeepStrictEqual(fileOf(qwen).value, {
      mcpServers: { desk: { command, args, env: { PLACE: 'in\nside', KEY: '$KEY' }, trust: true } },
    });

    const opencode = launch(opencodeDriver, { mcp: { desk: DESK } }, true);
    assert.equal(opencode.env['OPENCODE_CONFIG'], fileOf(opencode).path);
    const environment = { PLACE: 'in\nside', KEY: '{env:KEY}' };
    const local = { type: 'local', command: [command, ...args], environment, enabled: true };
    assert.partialDeepStrictEqual(fileOf(opencode).value, { mcp: { desk: local } });

    const codex = launch(codexDriver, { mcp: { desk: DESK } });
    for (const setting of [
      'mcp_servers.desk.command="desk"',
      'mcp_servers.desk.args=["--quiet","a \\"b\\""]',
      'mcp_servers.desk.env.PLACE="in\\nside"',
      'mcp_servers.desk.env_vars=["KEY"]',
    ])
      assert.ok(codex.argv.includes(setting), codex.argv.join(' '));
  });

  test('get what the agent has in its environment from the bridges', () => {
    assert.deepEqual(
      mcpEntries({ desk: DESK, plain: { command: 'plain' } }, (name) => (name === 'KEY' ? 'k' : undefined)),
      {
        desk: { command: 'desk', args: DESK.args, env: { PLACE: 'in\nside', KEY: 'k' } },
        plain: { command: 'plain', args: [], env: {} },
      },
    );
    assert.deepEqual(mcpEntries({ desk: DESK }, () => undefined)['desk']?.env, { PLACE: 'in\nside' });
  });

  test('of the repository are kept out, where an agent would start them', () => {
    assert.ok(launch(claudeCodeDriver, {}, true).argv.includes('--strict-mcp-config'));
    assert.match(launch(claudeAgentSdkDriver, {}, true).argv.join(' '), /"strictMcpConfig":true/);
    for (const driver of [geminiDriver, qwenDriver])
      assert.match(launch(driver, {}, true).argv.join(' '), /--allowed-mcp-server-names none-of-run-1/);
    assert.match(
      launch(qwenDriver, { mcp: { desk: DESK, book: DESK } }).argv.join(' '),
      /--allowed-mcp-server-names desk --allowed-mcp-server-names book/,
    );
    assert.equal(launch(opencodeDriver, {}).env['OPENCODE_DISABLE_PROJECT_CONFIG'], '1');
    assert.partialDeepStrictEqual(fileOf(launch(opencodeDriver, {})).value, {
      instructions: ['/w/AGENTS.md'],
    });
  });

  for (const [driver, more] of [
    [acpDriver, COMMAND],
    [claudeAgentSdkDriver, {}],
    [claudeCodeDriver, {}],
    [codexDriver, {}],
    [opencodeDriver, {}],
    [qwenDriver, {}],
  ] as const)
    test(`that are ill described are refused by ${driver.name}`, () => {
      assert.ok(driver.ready({ ...more, mcp: { 'my-desk2': DESK } }).ok);
      for (const wrong of [
        { 'a.b': DESK },
        { a__b: DESK },
        { '-a': DESK },
        { desk: {} },
        { desk: { ...DESK, command: '' } },
        { desk: { ...DESK, url: 'http://x' } },
        { desk: { ...DESK, args: ['$HOME'] } },
        { desk: { ...DESK, env: { A: '{file:/etc/passwd}' } } },
        { desk: { ...DESK, env: { 'A=B': '' } } },
        { desk: { ...DESK, environment: ['A B'] } },
      ]) {
        assert.ok(!driver.ready({ ...more, mcp: wrong }).ok, JSON.stringify(wrong));
      }
    });

  test('are refused for agents that cannot be given any', () => {
    for (const driver of [geminiDriver, piDriver]) assert.ok(!driver.ready({ mcp: { desk: DESK } }).ok);
  });
});
