import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENTS_FOLDER, reportUnreadAgents, searchAgents } from './agent-files.ts';
import { FindingList } from './finding-list.ts';

function search(files: Readonly<Record<string, string>>) {
  const named = Object.entries(files).map(([name, text]) => [`.claude/agents/${name}`, text] as const);
  return { agents: searchAgents({ files: new Map(named) }, { hasInstances: true }), files: new Map(named) };
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

test('a name that ends in a number is a name, where agents are no instances', () => {
  const { files } = search({ 'python.md': 'Python.', 'gpt-4.md': 'Four.' });
  const agents = searchAgents({ files });
  assert.equal(agents.find('python-3'), null);
  assert.equal(agents.lookedFor('python-3'), '.claude/agents/python-3.md');
  assert.equal(agents.find('GPT 4')?.text.text, 'Four.');
});

test('a file that cannot be read is told of, and so is a folder on the way to it', () => {
  const findings = new FindingList();
  const link = 'it is a link';
  const unreadable = new Map([
    ['.claude/', link],
    ['.claude/agents/ada.md', 'it is no UTF-8 text'],
    ['.claude/plugins/a/', link],
    ['.claude/plugins/b/', link],
  ]);
  const folders = [AGENTS_FOLDER, '.claude/plugins/a/agents/'];
  reportUnreadAgents({ files: new Map(), unreadable }, folders, findings);
  assert.deepEqual(
    findings.sorted('').map(({ severity, file, message }) => `${severity} ${file} ${message}`),
    [
      'warning .claude/ the folder cannot be read: it is a link',
      'warning .claude/agents/ada.md the file cannot be read: it is no UTF-8 text',
      'warning .claude/plugins/a/ the folder cannot be read: it is a link',
    ],
  );
});
