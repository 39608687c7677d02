import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReadOptions } from '../plan-files.ts';
import { looksLikeTasks } from './find-tasks.ts';
import { readAuto } from './read-auto.ts';

const FILE = 'auto-settings.md';

function read(text: string, options: ReadOptions = {}) {
  return readAuto({ files: new Map([[FILE, text]]) }, options);
}

function planOf(text: string, options: ReadOptions = {}) {
  const { plan, findings } = read(text, options);
  assert.ok(plan, JSON.stringify(findings));
  return plan;
}

function findingsOf(text: string): readonly string[] {
  return read(text).findings.map(
    ({ severity, rule, line, column, tasks }) => `${severity} ${rule} ${line}:${column} ${tasks.join(',')}`,
  );
}

/** `id ← dependencies` */
function edges(text: string): readonly string[] {
  return planOf(text).tasks.map(({ id, dependsOn }) => `${id} ← ${dependsOn.join(' ')}`.trim());
}

describe('a task', () => {
  it('without a name and a word about it is told of', () => {
    const rest = '\n- Depends on: none\n- Files: a.ts\n- Done when: it works\n';
    assert.deepEqual(findingsOf(`### Task 1:${rest}`), ['warning task-empty 1:1 task-1']);
    assert.deepEqual(findingsOf(`### Task 1:\n\nA form.\n${rest}`), []);
  });

  it('has its name, dependencies, files, criteria and size', () => {
    const plan = planOf(
      `# Settings page

### Task 1: Types for the settings

The types that all others use.

- Depends on: none
- Files: src/types.ts, src/{a,b}.ts
- Done when: \`npm test\` passes; src/types.ts exists
- Complexity: S

### Task 2: The form
- **Depends on:** Task 1
- **Files:**
  - \`src/form.tsx\` (new)
  - src/form.css
- **Done when:**
  - [ ] It can be sent
  - It has labels
- Complexity: L (two days)
- Agent: @frontend
- Type: frontend
`,
      { workType: 'BACKEND' },
    );
    assert.equal(plan.id, 'auto-settings');
    assert.equal(plan.title, 'Settings page');
    assert.equal(plan.format, 'auto');
    const [first, second] = plan.tasks.map(({ prompt: _prompt, ...rest }) => rest);
    assert.deepEqual(first, {
      id: 'task-1',
      title: 'Types for the settings',
      dependsOn: [],
      scope: {
        create: [],
        modify: [{ pattern: 'src/types.ts' }, { pattern: 'src/a.ts' }, { pattern: 'src/b.ts' }],
        boundary: [],
      },
      skills: [],
      contracts: [],
      verifyOnly: false,
      requirements: ['The types that all others use.'],
      criteria: ['`npm test` passes', 'src/types.ts exists'],
      resources: [],
      branch: 'auto/task-1',
      size: 'small',
      workType: 'BACKEND',
      group: 1,
    });
    assert.deepEqual(second?.scope.modify, [{ pattern: 'src/form.tsx' }, { pattern: 'src/form.css' }]);
    assert.deepEqual(second?.criteria, ['It can be sent', 'It has labels']);
    assert.deepEqual(
      [second?.size, second?.agent, second?.workType, second?.group],
      ['large', 'frontend', 'FRONTEND', 2],
    );
    assert.match(
      String(plan.tasks[0]?.prompt),
      /^TASK-1: Types.*=== FILES TO CREATE OR MODIFY ===\n- src\/types\.ts/s,
    );
    assert.match(String(plan.tasks[1]?.prompt), /- \[ \] It can be sent\n- \[ \] It has labels/);
  });

  const rest = (depends: string): string => `  - Depends on: ${depends}\n  - Files: a.ts\n  - Done when: x\n`;
  for (const [what, text] of [
    [
      'a heading of any rank, in bold, with a mark before it',
      `## **Task 1: One**\n${rest('-').replaceAll('  -', '-')}\n#### 🔧 Task 2: Two\n${rest('1').replaceAll('  -', '-')}`,
    ],
    ['an item of a list', `- Task 1: One\n${rest('none')}- [ ] **Task 2**: Two\n${rest('Task 1')}`],
    [
      'an item of a numbered list',
      `1. **Task 1:** One\n   - Depends on: none\n   - Files: a.ts\n   - Done when: x\n2. Task 2: Two\n   - Depends on: 1\n   - Files: b.ts\n   - Done when: x\n`,
    ],
    [
      'a bold line',
      `**Task 1: One**\n- Depends on: none\n- Files: a.ts\n- Done when: x\n\n**Task 2: Two**\n- Depends on: task-1\n- Files: b.ts\n- Done when: x\n`,
    ],
    [
      'a plain line with its fields below it',
      `Task 1: One\nFiles: a.ts\nDone when: x\n\nTask 2: Two\nDepends on: Task 1\nFiles: b.ts\nDone when: x\n`,
    ],
  ] as const) {
    it(`may be ${what}`, () => {
      assert.deepEqual(edges(text), ['task-1 ←', 'task-2 ← task-1']);
      assert.deepEqual(
        planOf(text).tasks.map(({ title }) => title),
        ['One', 'Two'],
      );
      assert.deepEqual(findingsOf(text), []);
    });
  }

  it('is told from a list of contents, from fenced examples, and from what stands behind it', () => {
    const text = `## Overview
- Task 1: One
- Task 2: Two

\`\`\`
### Task 3: An example
- Depends on: none
\`\`\`

## Task 1: One
- Depends on: none

### Notes
Mind the gap.

## Task 2: Two
- Depends on: Task 1

## Risks
- Files: none of these
`;
    const { tasks } = planOf(text);
    assert.deepEqual(
      tasks.map(({ id, requirements }) => [id, requirements]),
      [
        ['task-1', ['Notes:', 'Mind the gap.']],
        ['task-2', []],
      ],
    );
  });

  it('is done when its box is ticked', () => {
    const { tasks } = planOf(
      '- [x] Task 1: One\n  - Files: a\n- [ ] Task 2: Two\n  - Depends on: 1\n\n### Task 3: [x] Three\n\n### Task 4: [ ] Four\n',
    );
    assert.deepEqual(
      tasks.map(({ title, done = false }) => [title, done]),
      [
        ['One', true],
        ['Two', false],
        ['Three', true],
        ['Four', false],
      ],
    );
  });

  it('is told without a colon behind its number, too', () => {
    const fields = (depends: string, file: string): string =>
      `\n- Depends on: ${depends}\n- Files: ${file}\n- Done when: x\n\n`;
    const text = [
      `### Task 1: A${fields('none', 'a')}`,
      `### Task 2 - B${fields('Task 1', 'b')}`,
      `### Task 3. C${fields('T1, T2', 'c')}`,
      `### Task T4: D${fields('Task 1-T3', 'd')}`,
      `### Task 5 (optional): E${fields('Task 4 - D', 'e')}`,
      `### Task 6：F${fields('Task2', 'f')}`,
      `**Task 7 — G**${fields('6', 'g')}`,
      '- Task 8 - H\n  - Depends on:\n    - Task 6: F\n    - Task 7 – G\n  - Files: h\n  - Done when: x\n',
      '- [ ] Task 9 - I\n  - Depends on: none\n  - Files: i\n  - Done when: x\n',
    ].join('');
    assert.deepEqual(findingsOf(text), []);
    assert.deepEqual(edges(text), [
      'task-1 ←',
      'task-2 ← task-1',
      'task-3 ← task-1 task-2',
      'task-4 ← task-1 task-2 task-3',
      'task-5 ← task-4',
      'task-6 ← task-2',
      'task-7 ← task-6',
      'task-8 ← task-6 task-7',
      'task-9 ←',
    ]);
    assert.deepEqual(
      planOf(text).tasks.map(({ title }) => title),
      ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I'],
    );
  });

  it('is no sentence that names another task', () => {
    const text =
      '### Task 1: A\n- Files: a\n- Done when: x\n\nTask 2. comes later.\n\n- Task 3 - not now\n- Task 4. Never\n';
    assert.deepEqual(findingsOf(text), []);
    assert.deepEqual(planOf(text).tasks[0]?.requirements, [
      'Task 2. comes later.',
      'Task 3 - not now',
      'Task 4. Never',
    ]);
  });

  it('is told all that stands below it, headings and HTML too', () => {
    const text =
      '### Task 1: A\n- Files: a\n- Done when: x\n\n#### Details\n\nMind the gap.\n\n<details>\nhidden words\n</details>\n\n<!-- a note -->\n\n| a | b |\n|---|---|\n| Task 1: A | 2 |\n';
    assert.deepEqual(findingsOf(text), []);
    assert.deepEqual(planOf(text).tasks[0]?.requirements, [
      'Details:',
      'Mind the gap.',
      '<details>\nhidden words\n</details>',
      '| a | b |',
      '|---|---|',
      '| Task 1: A | 2 |',
    ]);
  });

  it('has its fields as headings, too', () => {
    const text =
      '### Task 1: A\n- Files: a\n- Done when: x\n\n### Task 2: B\n\n#### Depends on\n\n- Task 1: its name\n\n#### Files:\nb.ts, c.ts\n\n#### Done when\n1. It works\n2. It is fast\n\n#### Complexity: L\n\nSome words.\n\n### Task 3: C\n\n#### Depends on\n\nTask 2\n\n#### Files\n- d.ts\n\n#### Done when\nIt is there.\n';
    assert.deepEqual(findingsOf(text), []);
    const [, two, three] = planOf(text).tasks;
    assert.deepEqual(
      [two?.dependsOn, two?.scope.modify.map(({ pattern }) => pattern), two?.criteria, two?.size],
      [['task-1'], ['b.ts', 'c.ts'], ['It works', 'It is fast'], 'large'],
    );
    assert.deepEqual(two?.requirements, ['Some words.']);
    assert.deepEqual([three?.dependsOn, three?.criteria], [['task-2'], ['It is there.']]);
  });

  it('has a list of files under several words', () => {
    const text =
      '### Task 1: A\n- Dependencies:\n- Files to create: a.ts\n- Files to modify:\n  - b.ts\n- Done when: x\n';
    assert.deepEqual(findingsOf(text), []);
    assert.deepEqual(
      planOf(text).tasks[0]?.scope.modify.map(({ pattern }) => pattern),
      ['a.ts', 'b.ts'],
    );
  });

  it('depends on tasks by number, name, list or range', () => {
    const fields = [
      'none',
      '`Task 1` (the 2nd)',
      '1 & 2',
      'Tasks 1-3',
      'Task 2: T and task-4',
      'Task 1 to Task 2, #5',
    ];
    const text = fields
      .map((depends, index) => `### Task ${index + 1}: T\n- Depends on: ${depends}\n`)
      .join('\n');
    assert.deepEqual(edges(text), [
      'task-1 ←',
      'task-2 ← task-1',
      'task-3 ← task-1 task-2',
      'task-4 ← task-1 task-2 task-3',
      'task-5 ← task-2 task-4',
      'task-6 ← task-1 task-2 task-5',
    ]);
  });
});

describe('groups', () => {
  const task = (number: number, depends: string, files: string): string =>
    `### Task ${number}: T${number}\n- Depends on: ${depends}\n- Files: ${files}\n- Done when: x\n`;
  const text = [
    task(1, 'none', 'a.ts'),
    task(2, 'none', 'b.ts'),
    task(3, 'none', 'c.ts'),
    task(4, 'none', 'a.ts'),
    task(5, '1', 'd.ts'),
  ].join('\n');

  it('are the levels of dependencies, no larger than there are agents, without files in common', () => {
    const groups = (largestGroup?: number): readonly string[] =>
      planOf(text, largestGroup === undefined ? {} : { largestGroup }).groups.map(({ tasks }) =>
        tasks.join(' '),
      );
    assert.deepEqual(groups(), ['task-1 task-2 task-3', 'task-4', 'task-5']);
    assert.deepEqual(groups(2), ['task-1 task-2', 'task-3 task-4', 'task-5']);
    assert.deepEqual(
      planOf(text).groups.map(({ after }) => after),
      [[], [1], [2]],
    );
  });
});

describe('what is wrong', () => {
  it('is told with its place', () => {
    const text = `### Task 1: One
- Depends on: Task 2, the database
- Files: /etc/passwd
- Complexity: huge

### Task 2: Two
- Depends on: 1, 9
- Files: make it nice
- Type: painting

### Task 2: Again
- Depends on: 3-1
`;
    assert.deepEqual(findingsOf(text), [
      'warning criteria-missing 1:1 task-1',
      'error dependency-cycle 2:15 task-1,task-2',
      'error reference-unclear 2:23 task-1',
      'error path-outside-repository 3:10 task-1',
      'warning complexity-unclear 4:3 task-1',
      'warning criteria-missing 6:1 task-2',
      'warning scope-missing 6:1 task-2',
      'error unknown-dependency 7:18 task-2',
      'warning scope-text 8:10 task-2',
      'warning work-type-unclear 9:3 task-2',
      'warning criteria-missing 11:1 task-2',
      'error duplicate-task-id 11:1 task-2',
      'warning scope-missing 11:1 task-2',
      'error reference-unclear 12:15 task-2',
    ]);
    assert.deepEqual(
      findingsOf(
        '### Task 1: A\n- Files: a\n- Done when: x\n\n### Task 1: B\n- Depends on: 7\n- Files: b\n- Done when: x\n',
      ),
      ['error duplicate-task-id 5:1 task-1', 'error unknown-dependency 6:15 task-1'],
    );
    const cycle = read(text).findings.find(({ rule }) => rule === 'dependency-cycle');
    assert.equal(cycle?.message, 'circular dependency detected: task-1 → task-2 → task-1');
  });

  it('is a heading or an item with the fields of a task that is read as none', () => {
    const task = '### Task 1: A\n- Files: a\n- Done when: x\n';
    assert.deepEqual(findingsOf(`${task}\n### Step 2: B\n- Depends on: Task 1\n- Files: b\n`), [
      'error fields-without-task 5:1 ',
    ]);
    assert.deepEqual(
      findingsOf(
        '- Task 1: A\n  - Files: a\n  - Done when: x\n- Step 2: B\n  - Depends on: 1\n  - Complexity: S\n',
      ),
      ['error fields-without-task 4:3 '],
    );
    assert.deepEqual(findingsOf(`Complexity: M\nType: feature\n\n# Plan\n${task}`), [
      'warning fields-without-task 1:1 ',
    ]);
    const [finding] = read(`${task}\n## Step 2: B\n- Depends on: Task 1\n- Files: b\n`).findings;
    assert.equal(finding?.message, '`depends on`, `files` below "Step 2: B", which is no task');
  });

  it('is a task that is a row of a table alone, or is quoted', () => {
    const task = '### Task 1: A\n- Files: a\n- Done when: x\n\n';
    const table = '| Task | Depends on |\n|---|---|\n| Task 1: A | none |\n| **Task 2: B** | Task 1 |\n';
    assert.deepEqual(findingsOf(`${task}${table}`), ['error task-unread 8:1 ']);
    const [finding] = read(`${table}\n${task}`).findings;
    assert.equal(finding?.message, 'Task 2 is a row of a table, of which nothing is read');
    for (const quote of [
      '> ### Task 2: B\n> - Depends on: Task 1\n',
      '> Task 2: B\n> Depends on: Task 1\n',
      '> - **Task 2: B**\n',
    ])
      assert.deepEqual(findingsOf(`${task}${quote}`), ['error task-unread 5:1 '], quote);
    assert.deepEqual(findingsOf(`${task}> Task 1: A is the first.\n`), []);
  });

  it('is a field that stands there twice', () => {
    const text = `### Task 1: A
- Depends on: none
- Files: a.ts
- Done when: x
- Type: backend

The form has:
- Type: string
- Depends on: Task 2
- Files: b.ts

### Task 2: B
- Files: b.ts
- Done when: x
`;
    assert.deepEqual(findingsOf(text), [
      'warning field-repeated 8:3 task-1',
      'error field-repeated 9:3 task-1',
      'error field-repeated 10:3 task-1',
    ]);
  });

  it('is quoted as it is written', () => {
    const [finding] = read(
      '### Task 1: A\n- Depends on: what `can` start (now) at once\n- Files: a\n- Done when: x\n',
    ).findings;
    assert.match(finding?.message ?? '', /^"what `can` start \(now\) at once" names no task/);
  });

  it('a file without a task says what was looked for', () => {
    const [finding] = read('# Nothing\n').findings;
    assert.equal(finding?.rule, 'no-tasks');
    assert.match(finding?.message ?? '', /looked for `Task N: name`/);
  });
});

describe('looksLikeTasks', () => {
  it("knows a decomposer's plan from the plans of other families", () => {
    assert.ok(looksLikeTasks('### Task 1: One\n- Depends on: none\n'));
    assert.ok(looksLikeTasks('intro\n\n- [ ] **Task 12**: One\n  - **Done when:** x\n'));
    assert.ok(looksLikeTasks('### Task 1 - One\n- Depends on: none\n'));
    assert.ok(looksLikeTasks('### Task T1 (first)： One\n- Complexity: S\n'));
    assert.ok(looksLikeTasks('### Task 1: One\n- *depends_on*: [2]\n'));
    assert.ok(looksLikeTasks('### Task 1: One\n- 🔗 `Done when`: x\n'));
    assert.ok(looksLikeTasks('### Task 1.2: One\n- Depends on: Task 1.1\n'));
    assert.ok(looksLikeTasks('### Task 1：One\n- Depends on：none\n'));
    assert.ok(looksLikeTasks('### Task 1: One\n- **Dependencies:** none\n- Files: a\n'));
    assert.ok(
      !looksLikeTasks('### Parallel Group 1: A\n**Dependencies**: None\n- [ ] Task 1.1: desc (Agent: Ada)\n'),
    );
    assert.ok(!looksLikeTasks('| Task ID | Status | Dependencies |\n|---|---|---|\n| T1 | x | - |\n'));
    assert.ok(
      !looksLikeTasks('# Login\n**Status**: pending\n**Blocks**: none\n## Description\nTask 1: think\n'),
    );
  });
});
