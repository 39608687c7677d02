import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searchAgents } from './agent-files.ts';
import { FindingList } from './finding-list.ts';

function search(files: Readonly<Record<string, string>>, unreadable: Readonly<Record<string, string>> = {}) {
  const named = (each: Readonly<Record<string, string>>) =>
    new Map(Object.entries(each).map(([name, text]) => [`.claude/agents/${name}`, text]));
  const findings = new FindingList();
  return { agents: searchAgents({ files: named(files), unreadable: named(unreadable) }, findings), findings };
}

test('front matter and text are told apart, also where the front matter is no YAML', () => {
  const { agents } = search({
    'ada.md': '---\nname: ada\ntools: Read, Edit\nmodel: opus\ncolor: red\n---\n\nYou build.\n',
    'bob.md': '---\r\nname: bob\r\ndescription: Use so: "Bob", then: wait\r\ntools: Read\r\n---\r\nYou test.',
    'eve.md': 'You read.',
    'fay.md': '---\ntools: Read, Bash(git add:*, git commit:*), Edit\n---\nYou commit.',
    'odd.md': '---\nname: [1\nmodel: 7\n---\nOdd.',
  });
  assert.deepEqual(agents.find('ada'), {
    profile: { name: 'ada', model: 'opus', tools: ['Read', 'Edit'], path: '.claude/agents/ada.md' },
    text: { path: '.claude/agents/ada.md', text: 'You build.' },
  });
  assert.deepEqual(agents.find('bob')?.profile.tools, ['Read']);
  assert.equal(agents.find('bob')?.text.text, 'You test.');
  assert.deepEqual(agents.find('eve')?.profile, { name: 'eve', path: '.claude/agents/eve.md' });
  assert.deepEqual(agents.find('fay')?.profile.tools, ['Read', 'Bash(git add:*, git commit:*)', 'Edit']);
  assert.equal(agents.find('odd')?.text.text, 'Odd.');
});

test('an instance is found by its own file, else by that of its role, in any case', () => {
  const { agents } = search({
    'builder.md': 'Any.',
    'builder-2.md': 'Two.',
    'x.md': '---\nname: DevOps\n---\nOps.',
  });
  assert.equal(agents.find('Builder-1')?.text.text, 'Any.');
  assert.equal(agents.find('Builder-1')?.profile.name, 'Builder-1');
  assert.equal(agents.find('BUILDER-2')?.text.text, 'Two.');
  assert.equal(agents.find('DevOps-1')?.text.text, 'Ops.');
  assert.equal(agents.find('Validator-1'), null);
  assert.equal(
    agents.lookedFor('Validator-1'),
    '.claude/agents/validator-1.md and .claude/agents/validator.md',
  );
});

test('a file that cannot be read is told of', () => {
  const { findings } = search({}, { 'ada.md': 'it is no UTF-8 text' });
  assert.deepEqual(
    findings.sorted('').map(({ severity, rule, file }) => [severity, rule, file]),
    [['warning', 'agent-file-unreadable', '.claude/agents/ada.md']],
  );
});
