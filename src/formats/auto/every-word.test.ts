/** What a decomposer's plan says is told to an agent, used, or named in a finding: no word of it is dropped in silence. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { promptText } from '../../core/prompt-text.ts';
import { readAuto } from './read-auto.ts';

function read(text: string) {
  return readAuto({ files: new Map([['auto-settings.md', text]]) });
}

function planOf(text: string) {
  const { plan, findings } = read(text);
  assert.ok(plan, JSON.stringify(findings));
  return plan;
}

describe('a task', () => {
  it('has fields that go on in the next line, and items below them', () => {
    const text = `### Task 1: A
- Files: a.ts,
  b.ts
- Done when: all tests pass, and the
  page shows the header
- Complexity: S

### Task 2: B
- Depends on:
  Task 1
- Files: c.ts
  d.ts, e.ts
- Done when:
  - It can be sent
    and is kept
  - It has labels

### Task 3: C
Depends on: Task 1,
Task 2: B
Files: f.ts,
g.ts
Done when: x

### Task 4: D
- Depends on: Task 1
  - Task 2: B
- Files: h.ts
  - i.ts
- Done when: it works
  - It is fast
`;
    assert.deepEqual(read(text).findings, []);
    assert.deepEqual(
      planOf(text).tasks.map(({ dependsOn, scope, criteria, requirements }) => [
        dependsOn.join(' '),
        scope.modify.map(({ pattern }) => pattern).join(' '),
        criteria,
        requirements,
      ]),
      [
        ['', 'a.ts b.ts', ['all tests pass, and the page shows the header'], []],
        ['task-1', 'c.ts d.ts e.ts', ['It can be sent and is kept', 'It has labels'], []],
        ['task-1 task-2', 'f.ts g.ts', ['x'], []],
        ['task-1 task-2', 'h.ts i.ts', ['it works', 'It is fast'], []],
      ],
    );
  });

  it('is told words right below its fields that are none of theirs', () => {
    const text = `### Task 1: A
- Depends on: none
  It comes first.
- Files: a.ts
  Create the types.
- Done when: x
Mind the gap.
Task 2: B
- Files: b.ts
- Done when: x
`;
    assert.deepEqual(read(text).findings, []);
    assert.deepEqual(
      planOf(text).tasks.map(({ requirements, criteria }) => [requirements, criteria]),
      [
        [['It comes first.', 'Create the types.', 'Mind the gap.'], ['x']],
        [[], ['x']],
      ],
    );
  });

  it('is told what its fields say beside what is read of them, and HTML in its list', () => {
    const text =
      '### Task 1: A\n- Depends on: none (but ask Eve)\n- Files: a.ts (new), b.ts\n- Done when: x\n- Complexity: M (two days)\n\n### Task 2: B\n- Depends on: [Task 1](#task-1-a)\n- Files: c.ts\n- Done when: x\n- Words\n  <!-- a note -->\n\n  <details>\n  hidden words\n  </details>\n';
    assert.deepEqual(read(text).findings, []);
    assert.deepEqual(
      planOf(text).tasks.map(({ requirements }) => requirements),
      [
        ['Depends on: none (but ask Eve)', 'Files: a.ts (new), b.ts', 'Complexity: M (two days)'],
        ['Words', '<details>', 'hidden words', '</details>'],
      ],
    );
  });

  it('is no heading for a rule below its lines', () => {
    const text =
      'Task 1: A\nFiles: a.ts\nDone when: x\n---\n\nTask 2: B\nDepends on: 1\nFiles: b.ts\nDone when: x\n---\n';
    assert.deepEqual(read(text).findings, []);
    assert.deepEqual(
      planOf(text).tasks.map(({ id, dependsOn }) => [id, dependsOn]),
      [
        ['task-1', []],
        ['task-2', ['task-1']],
      ],
    );
  });

  it('is told code in a list with its indentation', () => {
    const text = '- Task 1: A\n  - Files: a\n  - Done when: x\n\n  ```yaml\n  a:\n    b: 1\n  ```\n';
    assert.deepEqual(read(text).findings, []);
    assert.deepEqual(planOf(text).tasks[0]?.requirements, ['a:', '  b: 1']);
  });
});

describe('what stands outside of tasks', () => {
  const task = '### Task 1: A\n- Files: a\n- Done when: x\n';
  const context = (text: string) => planOf(text).context.find(({ path }) => path === 'context.md')?.text;

  it('is told to every agent', () => {
    const text = `---\nby: me\n---\n# Page\n\nUse **Node**.\n\n- one\n  - two\n\n## Tasks\n\n${task}\n## Risks\n\n> None.\n\n## More\n\n### Task 2: B\n- Files: b\n- Done when: x\n`;
    const words = '---\nby: me\n---\n\n# Page\n\nUse **Node**.\n\n- one\n  - two\n\n## Risks\n\n> None.';
    assert.equal(context(text), words);
    for (const { prompt } of planOf(text).tasks)
      assert.ok(
        promptText(prompt, planOf(text).context).includes(`=== CONTEXT ===\n${words}\n\n=== OBJECTIVE`),
      );
    assert.equal(context(`# Page\n\n${task}`), undefined);
  });

  it('is told wherever it stands', () => {
    const before = [
      'zebra',
      '```\nzebra\n```',
      '<b>\nzebra\n</b>',
      '> zebra',
      '| zebra | b |\n|--|--|\n| c | d |',
      '## zebra\n\nx',
    ];
    for (const odd of before)
      for (const text of [
        `${odd}\n\n${task}`,
        `# T\n\n## Overview\n- Task 1: A\n\n${odd}\n\n## Tasks\n${task}`,
        `${task}\n# Risks\n\n${odd}\n`,
        `- a zebra\n- Task 1: A\n  - Files: a\n  - Done when: x\n`,
      ])
        assert.match(context(text) ?? '', /zebra/, text);
  });
});
