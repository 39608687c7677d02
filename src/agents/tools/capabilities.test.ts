import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchRequest } from '../../testing/launch-request.ts';
import { DRIVERS, profileGaps } from '../registry.ts';
import { CAPABILITIES, withheld } from './capabilities.ts';

const profile = { name: 'ada', model: 'opus', tools: ['Read', 'Grep', 'Glob'] };
const OPTIONS: Readonly<Record<string, object>> = {
  acp: { command: ['x'] },
  command: { command: 'x' },
  recipe: { recipe: 'tasks: {}\n' },
};

function argvOf(driver: string, options: object, isConfined: boolean): readonly string[] {
  const ready = DRIVERS.find(({ name }) => name === driver)?.ready({ ...OPTIONS[driver], ...options });
  assert.ok(ready?.ok, JSON.stringify(ready));
  const { argv, files = {} } = ready.value.launch(launchRequest({ spec: { profile }, isConfined }));
  return [...argv, ...Object.values(files)];
}

test('what a list of tools withholds, in whatever case and with whatever behind the name', () => {
  assert.deepEqual(withheld(undefined), []);
  assert.deepEqual(withheld(['*']), []);
  assert.deepEqual(withheld([]), CAPABILITIES);
  assert.deepEqual(withheld(['read', 'Bash(git log:*)', 'TodoWrite', 'mcp__x__y', 'Write']), [
    'search',
    'fetch',
    'web',
    'delegate',
  ]);
});

test('Claude Code is given names alone, in its own letters, and no list where all are meant', () => {
  const given = (...tools: readonly string[]): readonly string[] =>
    ['claude-code', 'claude-agent-sdk', 'acp'].map((driver) => {
      const ready = DRIVERS.find(({ name }) => name === driver)?.ready({ ...OPTIONS[driver], tools });
      assert.ok(ready?.ok, JSON.stringify(ready));
      const { argv } = ready.value.launch(launchRequest({}));
      return /--tools,([\w,]*?),--|"tools":(\[.*?\]|\{.*?\})/.exec(argv.join())?.slice(1).join('') ?? 'all';
    });
  const list = '["Read","Bash"]';
  assert.deepEqual(given('read', 'Bash(git *)', 'bash'), ['Read,Bash', list, list]);
  assert.deepEqual(given('*'), ['all', '{"type":"preset","preset":"claude_code"}', 'all']);
});

test('a profile that only reads leaves no agent leave to change anything, with walls or without', () => {
  const holds: Readonly<Record<string, RegExp>> = {
    'claude-code': /--tools,Read,Grep,Glob/,
    'claude-agent-sdk': /"tools":\["Read","Grep","Glob"\]/,
    gemini: /--admin-policy.*"write_file".*"run_shell_command"/s,
    qwen: /--exclude-tools,write_file.*--exclude-tools,run_shell_command/,
    opencode: /"edit":"deny","bash":"deny"/,
    pi: /--tools,read,grep,find,ls(?:,--|$)/,
    acp: /"withheld":\["edit","run"/,
  };
  for (const [driver, pattern] of Object.entries(holds))
    for (const isConfined of [true, false]) {
      const words = argvOf(driver, {}, isConfined).join();
      assert.match(words, pattern);
      if (!driver.startsWith('claude')) assert.doesNotMatch(words, /opus/, driver);
    }
  assert.match(argvOf('codex', {}, false).join(), /--sandbox,read-only/);
  assert.match(argvOf('codex', {}, false).join(), /web_search="disabled".*features.multi_agent=false/);
});

test('options count before a profile, and are Claude Code’s names', () => {
  for (const driver of ['gemini', 'qwen', 'opencode', 'codex', 'acp']) {
    const all = ['Read', 'Glob', 'Edit', 'Bash', 'WebFetch', 'WebSearch', 'Task'];
    const words = argvOf(driver, { tools: all }, false).join();
    assert.doesNotMatch(
      words,
      /admin-policy|exclude-tools|(?<!external_directory":")deny|read-only|"withheld":\["/,
      driver,
    );
    const wrong = DRIVERS.find(({ name }) => name === driver)?.ready({ ...OPTIONS[driver], tools: ['Bsh'] });
    assert.ok(wrong?.ok === false && /none of Read/.test(wrong.error.join()), driver);
  }
});

test('what an agent cannot be is said, unless an option says otherwise', () => {
  const gaps = (driver: string, options: object = {}): readonly string[] =>
    profileGaps({ driver, options: { ...options } }, profile);
  assert.deepEqual(gaps('claude-code'), []);
  assert.deepEqual(gaps('command'), []);
  assert.deepEqual(gaps('qwen'), ['the model opus of ada means nothing to qwen']);
  assert.deepEqual(gaps('qwen', { model: 'x' }), []);
  assert.deepEqual(gaps('codex', { model: 'x' }), [
    'ada has no tool for changing files, running commands, fetching pages, and codex cannot be kept from that',
  ]);
  assert.deepEqual(gaps('codex', { model: 'x', tools: ['Read'] }), []);
  assert.match(gaps('acp', { model: 'x' }).join(), /only as far as its agent asks for leave/);
  assert.deepEqual(profileGaps({ driver: 'qwen', options: {} }, { name: 'x', model: 'inherit' }), []);
});
