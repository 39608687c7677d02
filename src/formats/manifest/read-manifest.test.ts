import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Scope, Task } from '../../core/plan.ts';
import { promptText } from '../../core/prompt-text.ts';
import { manifestFiles, messages, type TaskText, taskText } from '../../testing/manifest-files.ts';
import type { ReadPlan } from '../plan-files.ts';
import { readManifest } from './read-manifest.ts';

const TASKS: readonly TaskText[] = [
  { id: 'task-001', wave: 1 },
  { id: 'task-002', wave: 1 },
  { id: 'task-003', wave: 2, deps: ['task-001'] },
];

function read(files: ReadonlyMap<string, string>): ReadPlan {
  return readManifest({ files });
}

/** The first task of a plan whose first task file is this text, behind the front matter. */
function readTask(text: string): Task {
  const files = manifestFiles([{ id: 'task-001', wave: 1 }]);
  files.set('tasks/task-001.md', text);
  const { plan, findings } = read(files);
  const [task] = plan?.tasks ?? [];
  assert.ok(task !== undefined, JSON.stringify(findings));
  return task;
}

function readScope(scope: string): Scope & Pick<Task, 'verifyOnly'> {
  const task = readTask(taskText({ id: 'task-001', wave: 1, scope }));
  return { ...task.scope, verifyOnly: task.verifyOnly };
}

function patterns(scope: Scope): Readonly<Record<keyof Scope, readonly string[]>> {
  const text = (entries: Scope['create']): readonly string[] =>
    entries.map(({ pattern, symbol }) => (symbol === undefined ? pattern : `${pattern}::${symbol}`));
  return { create: text(scope.create), modify: text(scope.modify), boundary: text(scope.boundary) };
}

describe('a good manifest folder', () => {
  it('has no findings, and gives the plan', () => {
    const { plan, findings } = read(
      manifestFiles(TASKS, {
        title: 'A sample',
        technology: 'python',
        metadata: { total_tasks: 3, max_parallel: 2, critical_path: ['task-001', 'task-003'] },
        extra: { kept: true },
      }),
    );
    assert.deepEqual(findings, []);
    assert.equal(plan?.id, 'TS-0001');
    assert.equal(plan?.name, 'sample');
    assert.equal(plan?.title, 'A sample');
    assert.equal(plan?.technology, 'python');
    assert.deepEqual(plan?.wishes, { maxParallel: 2 });
    assert.deepEqual(plan?.groups, [
      { number: 1, name: 'Wave 1', tasks: ['task-001', 'task-002'], after: [] },
      { number: 2, name: 'Wave 2', tasks: ['task-003'], after: [1] },
    ]);
    const [, , third] = plan?.tasks ?? [];
    assert.deepEqual(third, {
      id: 'task-003',
      title: 'The task-003',
      group: 2,
      dependsOn: ['task-001'],
      scope: { create: [{ pattern: 'src/task-003.ts' }], modify: [], boundary: [{ pattern: 'other/*' }] },
      agent: 'plugin:maker',
      requirements: ['Make task-003'],
      criteria: ['task-003 works'],
      skills: [],
      contracts: [],
      resources: [],
      verifyOnly: false,
      prompt: 'TASK-003: The task-003\n\nMake task-003\ntask-003 works',
    });
  });

  it('tells the two forms of a validation apart', () => {
    const waves = [
      { number: 1, tasks: [{ id: 'task-001', agent: 'a' }], validation: "from a import B; print('OK')" },
      { number: 2, tasks: [{ id: 'task-003', agent: 'a' }], validation: 'npm test' },
    ];
    const { plan } = read(
      manifestFiles(
        [
          { id: 'task-001', wave: 1 },
          { id: 'task-003', wave: 2 },
        ],
        { waves },
      ),
    );
    assert.deepEqual(
      plan?.groups.map((group) => group.validation),
      [
        { kind: 'python', code: "from a import B; print('OK')" },
        { kind: 'shell', command: 'npm test' },
      ],
    );
  });

  it('gives agents the context, the contracts and the conventions of the repository', () => {
    const files = manifestFiles([{ id: 'task-001', wave: 1, header: ['contracts: [types.py]'] }]);
    files.set('context.md', 'The context');
    files.set('contracts/types.py', 'class A: ...');
    const repositoryFiles = new Map([['CLAUDE.md', 'Conventions']]);
    const { plan, findings } = readManifest({ files }, { repositoryFiles });
    assert.deepEqual(findings, []);
    assert.deepEqual(plan?.tasks[0]?.contracts, ['contracts/types.py']);
    assert.deepEqual(plan?.context, [
      { path: 'context.md', text: 'The context' },
      { path: 'contracts/types.py', text: 'class A: ...' },
      { path: 'CLAUDE.md', text: 'Conventions' },
    ]);
  });

  it('is read with Windows line ends and byte order marks', () => {
    const files = new Map(
      [...manifestFiles(TASKS)].map(([path, text]) => [path, `\ufeff${text.replaceAll('\n', '\r\n')}`]),
    );
    const { plan, findings } = read(files);
    assert.deepEqual(
      findings.filter(({ rule }) => rule !== 'prompt-stale'),
      [],
    );
    assert.deepEqual(plan?.tasks[2]?.dependsOn, ['task-001']);
    assert.deepEqual(plan?.tasks[2]?.scope.create, [{ pattern: 'src/task-003.ts' }]);
    assert.deepEqual(plan?.tasks[2]?.criteria, ['task-003 works']);
  });

  it('takes waves in the order of their numbers', () => {
    const waves = [
      { number: 20, tasks: [{ id: 'task-003', agent: 'a' }] },
      { number: 10, tasks: [{ id: 'task-001', agent: 'a' }] },
    ];
    const { plan } = read(
      manifestFiles(
        [
          { id: 'task-001', wave: 10 },
          { id: 'task-003', wave: 20 },
        ],
        { waves },
      ),
    );
    assert.deepEqual(
      plan?.tasks.map(({ id }) => id),
      ['task-001', 'task-003'],
    );
    assert.deepEqual(
      plan?.groups.map(({ number, after }) => [number, after]),
      [
        [10, []],
        [20, [10]],
      ],
    );
  });
});

describe('names of tasks', () => {
  it('short ids in deps and in the manifest mean the one task that has them', () => {
    const files = manifestFiles([
      { id: 'task-001', wave: 1 },
      { id: 'task-002', wave: 2 },
    ]);
    files.delete('tasks/task-001.md');
    files.delete('tasks/task-002.md');
    files.set('tasks/task-001-users.md', taskText({ id: 'task-001-users', wave: 1 }));
    files.set('tasks/task-002-orders.md', taskText({ id: 'task-002', wave: 2, deps: ['task-001-users'] }));
    const { plan } = read(files);
    assert.deepEqual(
      plan?.tasks.map(({ id, dependsOn }) => [id, dependsOn]),
      [
        ['task-001', []],
        ['task-002', ['task-001']],
      ],
    );
    const long = manifestFiles([
      { id: 'task-001-users', wave: 1 },
      { id: 'task-002-orders', wave: 2, deps: ['task-001'] },
    ]);
    assert.deepEqual(read(long).plan?.tasks[1]?.dependsOn, ['task-001-users']);
  });

  it('a short id that fits two tasks means neither', () => {
    const { findings } = read(
      manifestFiles([
        { id: 'task-001-a', wave: 1 },
        { id: 'task-001-b', wave: 1 },
        { id: 'task-002', wave: 2, deps: ['task-001'] },
      ]),
    );
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ['unknown-dependency'],
    );
  });

  it('a bare number means the task of that number', () => {
    const deps = (text: string) => {
      const files = manifestFiles([
        { id: 'task-001-users', wave: 1 },
        { id: 'task-010', wave: 1 },
        { id: 'task-020', wave: 2, deps: [text] },
      ]);
      return [read(files).plan?.tasks[2]?.dependsOn, ...messages(files)];
    };
    // To YAML 001 is 1, and 010 is 10.
    assert.deepEqual(deps('001, 010'), [['task-001-users', 'task-010']]);
    assert.deepEqual(deps('1, "10"'), [['task-001-users', 'task-010']]);
    assert.deepEqual(deps('007'), [undefined, 'task-020 names "007", which is no task of this plan']);
  });

  it('a number that fits two tasks means the one that is written so, or neither', () => {
    const deps = (text: string) => {
      const files = manifestFiles([
        { id: 'task-1', wave: 1 },
        { id: 'task-001', wave: 1 },
        { id: 'task-020', wave: 2, deps: [text] },
      ]);
      return read(files).plan?.tasks[2]?.dependsOn;
    };
    assert.deepEqual(deps('001'), ['task-001']);
    assert.deepEqual(deps('01'), undefined);
  });

  it('a blocks edge without the matching deps is a dependency', () => {
    const { plan, findings } = read(
      manifestFiles([
        { id: 'task-001', wave: 1, header: ['blocks: [task-002]'] },
        { id: 'task-002', wave: 2 },
      ]),
    );
    assert.deepEqual(findings, []);
    assert.deepEqual(plan?.tasks[1]?.dependsOn, ['task-001']);
  });
});

describe('the scope section', () => {
  const cases: readonly { readonly name: string; readonly text: string; readonly is: object }[] = [
    {
      name: 'inline lists, braces, globs and symbols',
      text: 'CREATE: a/{b,c}.py, a/tests/*.py\nMODIFY: f.py::Class.method, g.py\nBOUNDARY: other/*',
      is: {
        create: ['a/b.py', 'a/c.py', 'a/tests/*.py'],
        modify: ['f.py::Class.method', 'g.py'],
        boundary: ['other/*'],
      },
    },
    {
      name: 'names that Markdown would take for emphasis',
      text: 'CREATE: pkg/__init__.py, *.py, a/*_test.py\nMODIFY: **/x.py\nBOUNDARY: _private_/*',
      is: {
        create: ['pkg/__init__.py', '*.py', 'a/*_test.py'],
        modify: ['**/x.py'],
        boundary: ['_private_/*'],
      },
    },
    {
      name: 'bold keys with bullets in backticks',
      text: '**CREATE**:\n- `a.py` - the model\n- `b.py` - the view, with a comma\n\n**MODIFY:**\n- `c.py`\n\n**BOUNDARY**:\n- `d.py` (owned by task-002)',
      is: { create: ['a.py', 'b.py'], modify: ['c.py'], boundary: ['d.py'] },
    },
    {
      name: 'notes behind bold keys, and bold keys without a colon',
      text: '**CREATE** (new):\n- `a.py`\n\n**MODIFY**\n- `b.py`\n\n**BOUNDARY** (Do NOT modify):\n- `c.py` - task-002 owns it\n- `d/*`',
      is: { create: ['a.py'], modify: ['b.py'], boundary: ['c.py', 'd/*'] },
    },
    {
      name: 'bullets without a blank line, and keys as bullets',
      text: '- CREATE: a.py\n- MODIFY:\n  - b.py\n  - c.py\n- BOUNDARY: d.py (do not modify)',
      is: { create: ['a.py'], modify: ['b.py', 'c.py'], boundary: ['d.py'] },
    },
    {
      name: 'headings as keys',
      text: '### CREATE\n- a.py\n\n### MODIFY:\n- b.py\n\n### BOUNDARY\n- c.py',
      is: { create: ['a.py'], modify: ['b.py'], boundary: ['c.py'] },
    },
    {
      name: 'a block of code',
      text: '```yaml\nCREATE:\n  - a.py\n  - b.py\nMODIFY: []\nBOUNDARY: [c.py, d.py]\n```',
      is: { create: ['a.py', 'b.py'], modify: [], boundary: ['c.py', 'd.py'] },
    },
    {
      name: 'a list that goes on in the next line',
      text: 'CREATE: a.py,\n  b.py\nBOUNDARY: c.py',
      is: { create: ['a.py', 'b.py'], modify: [], boundary: ['c.py'] },
    },
    {
      name: 'a missing MODIFY',
      text: 'CREATE: a.py\nBOUNDARY: b.py',
      is: { create: ['a.py'], modify: [], boundary: ['b.py'] },
    },
  ];
  for (const { name, text, is } of cases) {
    it(`reads ${name}`, () => {
      const scope = readScope(text);
      assert.deepEqual(patterns(scope), is);
      assert.equal(scope.verifyOnly, false);
    });
  }

  for (const text of [
    'CREATE: []\nMODIFY: []\nBOUNDARY: a',
    'CREATE: (none)\nBOUNDARY: src/*',
    'MODIFY: none',
  ]) {
    it(`takes ${JSON.stringify(text)} for a task that only verifies`, () => {
      assert.equal(readScope(text).verifyOnly, true);
    });
  }

  for (const text of ['', 'BOUNDARY: a', 'CREATE: all that is needed for it']) {
    it(`does not take ${JSON.stringify(text)} for one`, () =>
      assert.equal(readScope(text).verifyOnly, false));
  }

  it('a task may say that it only verifies', () => {
    const header = ['verify_only: true'];
    assert.equal(
      readTask(taskText({ id: 'task-001', wave: 1, header, scope: 'BOUNDARY: a' })).verifyOnly,
      true,
    );
  });
});

describe('requirements and criteria', () => {
  it('are taken word for word, without bullets and boxes', () => {
    const task = readTask(
      [
        '---\nid: task-001\nwave: 1\n---\n# task-001: T\n\n## Requirements\n',
        '- Use `a * b`, not __c__ [link](x) &amp; <b>',
        '- Two lines\n  of one item\n  - with a part',
        '\n## Acceptance Criteria:\n\n- [x] Done\n* [ ] Open\n- plain',
      ].join('\n'),
    );
    assert.deepEqual(task.requirements, [
      'Use `a * b`, not __c__ [link](x) &amp; <b>',
      'Two lines\nof one item\n- with a part',
    ]);
    assert.deepEqual(task.criteria, ['Done', 'Open', 'plain']);
  });

  it('are found below headings with numbers, emphasis and signs', () => {
    const task = readTask(`---
id: task-001
wave: 1
---
# task-001: T

## 1. **Scope:**

CREATE: src/a.ts

## 2) Requirements

- One

## ✅ Checklist

- [ ] Two
`);
    assert.deepEqual(task.scope.create, [{ pattern: 'src/a.ts' }]);
    assert.deepEqual([task.requirements, task.criteria], [['One'], ['Two']]);
  });

  it('end at the next section, whatever it is', () => {
    const task = readTask(
      '---\nid: task-001\nwave: 1\n---\n# T\n\n## Requirements\n- a\n\n### More\n- b\n\n## Notes\n- c\n',
    );
    assert.deepEqual(task.requirements, ['a', 'b']);
  });
});

describe('prompts', () => {
  it('are found by the names that tasks go by', () => {
    const files = manifestFiles([{ id: 'task-001-users', wave: 1 }]);
    files.delete('prompts/task-001-users.txt');
    files.set('prompts/task-001.txt', 'Short');
    assert.equal(read(files).plan?.tasks[0]?.prompt, 'Short');
    files.set('prompts/own.txt', 'Own');
    const waves = [
      { number: 1, tasks: [{ id: 'task-001-users', agent: 'a', prompt_file: 'prompts/own.txt' }] },
    ];
    files.set('manifest.json', JSON.stringify({ tech_spec_id: 'T', waves }));
    assert.equal(read(files).plan?.tasks[0]?.prompt, 'Own');
  });

  it('are made on the fly where there is none', () => {
    const files = manifestFiles([{ id: 'task-001', wave: 1 }]);
    files.delete('prompts/task-001.txt');
    files.set('context.md', 'What everybody knows');
    const prompt = promptText(read(files).plan?.tasks[0]?.prompt ?? '', []);
    assert.match(prompt, /^TASK-001: The task-001\nAgent: plugin:maker\nWave: 1\nDependencies: none\n/);
    assert.match(prompt, /=== CONTEXT ===\nWhat everybody knows\n/);
    assert.match(prompt, /<promise>TASK_DONE: task-001<\/promise>/);
  });
});
