import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promptText } from '../../core/prompt-text.ts';
import { manifestFiles } from '../../testing/manifest-files.ts';
import type { ReadPlan } from '../plan-files.ts';
import { readManifest } from './read-manifest.ts';

const OWN = '.claude/agents/maker.md';
const PLUGIN = '.claude/plugins/plugin/agents/maker.md';

function read(agentFiles: Readonly<Record<string, string>>): ReadPlan {
  const files = new Map(
    [...manifestFiles([{ id: 'task-001', wave: 1 }])].filter(([path]) => !path.startsWith('prompts/')),
  );
  return readManifest({ files }, { agentFiles: { files: new Map(Object.entries(agentFiles)) } });
}

function promptOf({ plan }: ReadPlan): string {
  const task = plan?.tasks[0];
  return task === undefined ? '' : promptText(task.prompt, plan?.context ?? []);
}

test("the project's own description of an agent counts, and then the plugin's", () => {
  const theirs = '---\nname: maker\nmodel: opus\n---\nThe plugin makes things.';
  const both = read({
    [OWN]: '---\nmodel: haiku\ntools: Read, Write\n---\nWe make things.',
    [PLUGIN]: theirs,
  });
  assert.deepEqual(both.findings, []);
  assert.deepEqual(both.plan?.profiles, [
    { name: 'plugin:maker', model: 'haiku', tools: ['Read', 'Write'], path: OWN },
  ]);
  assert.match(promptOf(both), /=== YOUR ROLE ===[\s\S]*We make things\./);
  assert.deepEqual(
    both.plan?.context.map(({ path }) => path),
    [OWN],
  );
  const plugin = read({ [PLUGIN]: theirs, '.claude/plugins/other/agents/maker.md': 'Others.' });
  assert.deepEqual(plugin.plan?.profiles, [{ name: 'plugin:maker', model: 'opus', path: PLUGIN }]);
});

test('an agent that is not described gets a plain prompt, and a warning where others are described', () => {
  const none = read({});
  assert.deepEqual(none.findings, []);
  assert.doesNotMatch(promptOf(none), /YOUR ROLE/);
  const other = read({ '.claude/agents/other.md': 'Another.' });
  assert.deepEqual(
    other.findings.map(({ rule, tasks }) => [rule, ...tasks]),
    [['agent-unknown', 'task-001']],
  );
  assert.match(
    other.findings[0]?.message ?? '',
    /looked for \.claude\/agents\/maker\.md and \.claude\/plugins\/plugin\//,
  );
  assert.doesNotMatch(promptOf(other), /YOUR ROLE/);
  assert.equal(other.plan?.profiles, undefined);
});

test('a file of an agent that cannot be read is told of once, however many agents are looked for', () => {
  const files = manifestFiles([
    { id: 'task-001', wave: 1 },
    { id: 'task-002', wave: 1 },
  ]);
  const named = (id: string, agent: string) => ({ id, agent });
  const waves = [{ number: 1, tasks: [named('task-001', 'a:one'), named('task-002', 'b:two')] }];
  files.set('manifest.json', JSON.stringify({ tech_spec_id: 'TS-1', waves }));
  const unreadable = new Map([['.claude/agents/eve.md', 'no text']]);
  const agentFiles = { files: new Map<string, string>(), unreadable };
  assert.deepEqual(
    readManifest({ files }, { agentFiles }).findings.map(({ rule, file }) => [rule, file]),
    [['agent-file-unreadable', '.claude/agents/eve.md']],
  );
});

test('an agent that the manifest and the task file call otherwise is quoted', () => {
  const files = manifestFiles([{ id: 'task-001', wave: 1, header: ['agent: c:d'] }]);
  const waves = [{ number: 1, tasks: [{ id: 'task-001', agent: 'a\nerror:b' }] }];
  files.set('manifest.json', JSON.stringify({ tech_spec_id: 'TS-1', waves }));
  const [finding] = readManifest({ files }).findings;
  assert.match(finding?.message ?? '', /whose word counts: "a\\nerror:b"$/);
});
