import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  findings as found,
  hasPlan,
  manifestFiles,
  messages,
  type TaskText,
} from '../../../testing/manifest-files.ts';
import type { ReadOptions } from '../../plan-files.ts';
import { readManifest } from '../read-manifest.ts';

type Files = Map<string, string>;

/** Two tasks of one wave, unless said otherwise, with these scopes. */
function pair(first: string, second: string, secondWave = 1): Files {
  return manifestFiles([
    { id: 'task-001', wave: 1, scope: first },
    { id: 'task-002', wave: secondWave, scope: second },
  ]);
}

const ONE: readonly TaskText[] = [{ id: 'task-001', wave: 1 }];
const B = '\nBOUNDARY: other/*';

describe('waves', () => {
  it('the first has no dependencies', () => {
    const files = manifestFiles([
      { id: 'task-001', wave: 1, deps: ['task-002'] },
      { id: 'task-002', wave: 1 },
    ]);
    assert.deepEqual(found(files), ['error first-wave-dependency tasks/task-001.md:4:8 task-001,task-002']);
  });

  it('a dependency lies in an earlier one', () => {
    const tasks: readonly TaskText[] = [
      { id: 'task-001', wave: 1 },
      { id: 'task-002', wave: 2, deps: ['task-001', 'task-003'] },
      { id: 'task-003', wave: 2 },
      { id: 'task-004', wave: 2, deps: ['task-005'] },
      { id: 'task-005', wave: 3 },
    ];
    assert.deepEqual(found(manifestFiles(tasks)), [
      'error dependency-not-earlier tasks/task-002.md:4:18 task-002,task-003',
      'error dependency-not-earlier tasks/task-004.md:4:8 task-004,task-005',
    ]);
  });

  it('blocks within one wave is an error', () => {
    const files = manifestFiles([
      { id: 'task-001', wave: 1, header: ['blocks: [task-002]'] },
      { id: 'task-002', wave: 1 },
    ]);
    assert.deepEqual(found(files), ['error blocks-within-wave tasks/task-001.md:5:10 task-002,task-001']);
  });

  it('what a task waits for is told where the manifest alone says it', () => {
    const listed = (id: string, more: object) => ({ id, agent: 'a', ...more });
    const waves = [
      { number: 1, tasks: [listed('task-001', { deps: [] })] },
      {
        number: 2,
        tasks: [listed('task-002', { depends_on: ['task-001'] }), listed('task-003', { deps: ['task-001'] })],
      },
    ];
    const tasks: readonly TaskText[] = [
      { id: 'task-001', wave: 1 },
      { id: 'task-002', wave: 2 },
      { id: 'task-003', wave: 2, deps: ['task-001'] },
    ];
    const files = manifestFiles(tasks, { waves });
    assert.deepEqual(found(files), ['warning manifest-key manifest.json:21:25 task-002']);
    assert.match(messages(files)[0] ?? '', /^"depends_on" is not read here: what task-002 waits for stands/);
  });

  it('a cycle is told with its whole path', () => {
    const files = manifestFiles([
      { id: 'task-001', wave: 1, deps: ['task-003'] },
      { id: 'task-002', wave: 2, deps: ['task-001'] },
      { id: 'task-003', wave: 3, deps: ['task-002'] },
    ]);
    assert.deepEqual(found(files), [
      'error dependency-cycle tasks/task-001.md:4:8 task-001,task-003,task-002',
      'error first-wave-dependency tasks/task-001.md:4:8 task-001,task-003',
    ]);
    assert.equal(
      messages(files)[0],
      'circular dependency detected: task-001 → task-003 → task-002 → task-001',
    );
    assert.ok(!hasPlan(files));
    const self = manifestFiles([{ id: 'task-001', wave: 1, deps: ['task-001'] }]);
    assert.deepEqual(messages(self), ['circular dependency detected: task-001 → task-001']);
  });

  it('a dependency is a task of the plan', () => {
    const files = manifestFiles([
      ...ONE,
      { id: 'task-002', wave: 2, deps: ['task-001', 'task-777'], header: ['blocks: task-888'] },
    ]);
    assert.deepEqual(found(files), [
      'error unknown-dependency tasks/task-002.md:4:18 task-002',
      'error unknown-dependency tasks/task-002.md:5:9 task-002',
    ]);
  });

  it('are numbered in order, once each, and have tasks', () => {
    const waves = [
      { number: 2, tasks: [{ id: 'task-001', agent: 'a' }] },
      { number: 1, tasks: [] },
      { number: 2, tasks: [] },
    ];
    assert.deepEqual(found(manifestFiles([{ id: 'task-001', wave: 2 }], { waves })), [
      'warning wave-order manifest.json:15:17',
      'warning empty-wave manifest.json:16:16',
      'error duplicate-wave manifest.json:19:17',
      'warning empty-wave manifest.json:20:16',
    ]);
    assert.deepEqual(found(manifestFiles([], { waves: [] })), ['error no-tasks manifest.json:4:12']);
  });
});

describe('ownership', () => {
  it('1: a path is created by one task, over all waves', () => {
    const files = pair(`CREATE: src/a.ts, src/b.ts${B}`, `CREATE: src/{b,c}.ts${B}`, 2);
    assert.deepEqual(found(files), ['error create-create tasks/task-002.md:10:9 task-001,task-002']);
    assert.deepEqual(messages(files), ['task-001 and task-002 both create src/b.ts']);
    assert.ok(hasPlan(files));
    const globs = pair(`CREATE: src/*.ts${B}`, `CREATE: src/test_*${B}`, 2);
    assert.deepEqual(found(globs), ['error create-create tasks/task-002.md:10:9 task-001,task-002']);
    assert.match(messages(globs)[0] ?? '', /src\/\*\.ts and src\/test_\*/);
  });

  it('2: one file is modified by one task of a wave, unless their symbols are apart', () => {
    const clash = ['error modify-modify tasks/task-002.md:10:9 task-001,task-002'];
    assert.deepEqual(found(pair(`MODIFY: f.py${B}`, `MODIFY: f.py${B}`)), clash);
    assert.deepEqual(found(pair(`MODIFY: f.py::A${B}`, `MODIFY: f.py${B}`)).length, 1);
    assert.deepEqual(found(pair(`MODIFY: f.py::A${B}`, `MODIFY: f.py::A${B}`)), clash);
    assert.deepEqual(found(pair(`MODIFY: f.py::A${B}`, `MODIFY: f.py::A.run${B}`)), clash);
    assert.deepEqual(found(pair(`MODIFY: f.py::A.run${B}`, `MODIFY: f.py::A.stop${B}`)), []);
    assert.deepEqual(found(pair(`MODIFY: f.py${B}`, `MODIFY: f.py${B}`, 2)), []);
  });

  it('2: with another schedule, tasks of two waves may run at once', () => {
    const files = pair(`MODIFY: f.py${B}`, `MODIFY: f.py${B}`, 2);
    assert.equal(found(files, { schedule: 'dag' }).length, 1);
    const ordered = manifestFiles([
      { id: 'task-001', wave: 1, scope: `MODIFY: f.py${B}` },
      { id: 'task-002', wave: 2, deps: ['task-001'] },
      { id: 'task-003', wave: 3, deps: ['task-002'], scope: `MODIFY: f.py${B}` },
    ]);
    assert.deepEqual(found(ordered, { schedule: 'dag' }), []);
  });

  it('3: no task modifies what another one of the wave creates', () => {
    assert.deepEqual(found(pair(`CREATE: a/x.py${B}`, `MODIFY: a/${B}`)).length, 1);
    assert.deepEqual(found(pair(`CREATE: x.py${B}`, `MODIFY: x.py::A${B}`)), [
      'error create-modify tasks/task-002.md:10:9 task-001,task-002',
    ]);
    assert.deepEqual(found(pair(`CREATE: x.py${B}`, `MODIFY: x.py${B}`, 2)), []);
  });

  it('4: no task creates or modifies what its own BOUNDARY excludes', () => {
    const one = (scope: string): readonly string[] =>
      found(manifestFiles([{ id: 'task-001', wave: 1, scope }]));
    const error = ['error boundary-broken tasks/task-001.md:10:9 task-001'];
    assert.deepEqual(one('CREATE: other/a.py\nBOUNDARY: other/*'), error);
    assert.deepEqual(one('MODIFY: other/deep/a.py\nBOUNDARY: other/'), error);
    assert.deepEqual(one('MODIFY: f.py::A.run\nBOUNDARY: f.py::A'), error);
    assert.deepEqual(one('MODIFY: f.py::B\nBOUNDARY: f.py::A'), []);
    assert.deepEqual(one('CREATE: src/*.py\nBOUNDARY: src/secret.py'), [
      'warning boundary-overlap tasks/task-001.md:10:9 task-001',
    ]);
  });

  it('of paths that differ in case alone are warned of, and errors where the file system ignores case', () => {
    const files = pair(`CREATE: src/Users.py${B}`, `MODIFY: SRC/users.py::A${B}`);
    assert.deepEqual(found(files), ['warning case-clash tasks/task-002.md:10:9 task-001,task-002']);
    assert.ok(hasPlan(files));
    const here: ReadOptions = { ignoreCase: true };
    assert.deepEqual(found(files, here), ['error create-modify tasks/task-002.md:10:9 task-001,task-002']);
    assert.match(messages(files, here).join(), /are one file here \(core\.ignorecase\)/);
    const later = pair(`CREATE: src/Users.py${B}`, `MODIFY: SRC/users.py${B}`, 2);
    assert.deepEqual(found(later, here), []);
    const both = pair(`CREATE: Makefile${B}`, `CREATE: makefile${B}`, 2);
    assert.deepEqual(found(both), ['warning case-clash tasks/task-002.md:10:9 task-001,task-002']);
    assert.deepEqual(found(both, here), ['error create-create tasks/task-002.md:10:9 task-001,task-002']);
    const same = pair(`CREATE: Makefile${B}`, `CREATE: Makefile${B}`);
    assert.deepEqual(found(same), ['error create-create tasks/task-002.md:10:9 task-001,task-002']);
    assert.doesNotMatch(messages(same, here).join(), /core\.ignorecase/);
  });

  it('lists no more than some hundred clashes', () => {
    const tasks = Array.from({ length: 80 }, (_, index) => ({
      id: `task-${index + 1}`,
      wave: 1,
      scope: `CREATE: a.py${B}`,
    }));
    const { findings } = readManifest({ files: manifestFiles(tasks) });
    assert.equal(findings.length, 201);
    assert.ok(findings.some(({ message }) => message.startsWith('there are more findings')));
  });
});

describe('scopes', () => {
  it('must be paths of the repository', () => {
    const files = manifestFiles([
      { id: 'task-001', wave: 1, scope: `CREATE: a.py, ../b.py, /etc/x\nMODIFY: {1..1000000}${B}` },
    ]);
    assert.deepEqual(found(files), [
      'error path-outside-repository tasks/task-001.md:10:15 task-001',
      'error path-outside-repository tasks/task-001.md:10:24 task-001',
      'error too-many-paths tasks/task-001.md:11:9 task-001',
    ]);
    assert.ok(!hasPlan(files));
  });

  it('that are missing, or say nothing, are told of', () => {
    const one = (scope: string): readonly string[] =>
      found(manifestFiles([{ id: 'task-001', wave: 1, scope }]));
    assert.deepEqual(one(''), [
      'warning boundary-missing tasks/task-001.md:9:1 task-001',
      'warning scope-missing tasks/task-001.md:9:1 task-001',
    ]);
    assert.deepEqual(one('CREATE: all the files\nBOUNDARY: b'), [
      'warning scope-missing tasks/task-001.md:9:1 task-001',
      'warning scope-text tasks/task-001.md:10:9 task-001',
    ]);
    assert.deepEqual(one('MODIFY: **/*'), [
      'warning boundary-missing tasks/task-001.md:9:1 task-001',
      'warning scope-everything tasks/task-001.md:10:9 task-001',
    ]);
    assert.deepEqual(one('CREATE: (none)\nBOUNDARY: src/*'), []);
  });

  it('a task without agent and criteria is told of', () => {
    const files = manifestFiles([{ id: 'task-001', wave: 1, criteria: [] }], {
      waves: [{ number: 1, tasks: [{ id: 'task-001' }] }],
    });
    assert.deepEqual(found(files), [
      'warning agent-missing tasks/task-001.md:1:1 task-001',
      'warning criteria-missing tasks/task-001.md:7:1 task-001',
    ]);
  });
});

describe('titles', () => {
  const titled = (title: string) => {
    const files = manifestFiles([{ id: 'task-001', wave: 1 }]);
    files.set(
      'tasks/task-001-users.md',
      (files.get('tasks/task-001.md') ?? '').replace(/^# .*/m, `# ${title}`),
    );
    files.delete('tasks/task-001.md');
    files.delete('prompts/task-001.txt');
    return { found: found(files), title: readManifest({ files }).plan?.tasks[0]?.title };
  };

  it('lose the id of their task, and no other word before a colon', () => {
    for (const [text, title] of [
      ['task-001: The users', 'The users'],
      ['TASK-001-users: The users', 'The users'],
      ['1: The users', 'The users'],
      ['Users: model and views', 'Users: model and views'],
      ['2: both of them', '2: both of them'],
    ] as const)
      assert.deepEqual(titled(text), { found: [], title });
  });

  it('with the id of another task are told of', () => {
    assert.deepEqual(titled('task-777: Orders'), {
      found: ['warning title-mismatch tasks/task-001-users.md:7:1 task-001'],
      title: 'Orders',
    });
  });
});

describe('what is to be done', () => {
  it('is said in the task file or in a prompt of its own; one that was made of the task says no more', () => {
    const files = manifestFiles([{ id: 'task-001', wave: 1, requirements: [] }]);
    assert.deepEqual(found(files), []);
    files.delete('prompts/task-001.txt');
    const missing = 'warning requirements-missing tasks/task-001.md:7:1 task-001';
    assert.deepEqual(found(files), [missing]);
    const made = readManifest({ files }).plan?.tasks[0]?.prompt;
    files.set('prompts/task-001.txt', String(made));
    assert.deepEqual(found(files), [missing]);
    files.delete('prompts/task-001.txt');
    const more = `${files.get('tasks/task-001.md') ?? ''}\n## Implementation\n\nUse a map.\n`;
    assert.deepEqual(found(files.set('tasks/task-001.md', more)), []);
  });
});

describe('contracts', () => {
  it('that are named are there, and the other way round', () => {
    const files = manifestFiles([
      { id: 'task-001', wave: 1, header: ['contracts: [types.py, contracts/gone.py]'] },
    ]);
    files.set('contracts/types.py', '');
    files.set('contracts/unused.yaml', '');
    assert.deepEqual(found(files), [
      'warning contract-unused contracts/unused.yaml:1:1',
      'warning contract-missing tasks/task-001.md:5:23 task-001',
    ]);
    assert.ok(hasPlan(files));
  });

  it('are not missing where they are there and cannot be read', () => {
    const files = manifestFiles([
      { id: 'task-001', wave: 1, header: ['contracts: [types.py, contracts/gone.py]'] },
    ]);
    const rules = (unread: string): readonly string[] =>
      readManifest({ files, unreadable: new Map([[unread, 'a link']]) }).findings.map(
        ({ rule, line, column, message }) => `${rule} ${line}:${column} ${message.slice(0, 40)}`,
      );
    assert.deepEqual(rules('contracts/types.py'), [
      'file-unreadable 1:1 the file cannot be read: a link',
      'contract-missing 5:23 task-001 names the contract "contracts/g',
    ]);
    assert.deepEqual(rules('contracts/'), ['file-unreadable 1:1 the folder cannot be read: a link']);
  });
});

describe('metadata', () => {
  const tasks: readonly TaskText[] = [
    { id: 'task-001', wave: 1, header: ['estimate: 1h'] },
    { id: 'task-002', wave: 1, header: ['estimate: 9h'] },
    { id: 'task-003', wave: 2, deps: ['task-001'], header: ['estimate: 1h'] },
  ];
  function rules(metadata: object, plan = tasks): readonly string[] {
    return readManifest({ files: manifestFiles(plan, { metadata }) }).findings.map(({ rule }) => rule);
  }

  it('count the tasks', () => {
    assert.deepEqual(rules({ total_tasks: 3 }), []);
    assert.deepEqual(rules({ total_tasks: 4 }), ['total-tasks']);
  });

  it('name the critical path, by time where all tasks have one', () => {
    assert.deepEqual(rules({ critical_path: ['task-002'] }), []);
    assert.deepEqual(rules({ critical_path: ['task-001', 'task-003'] }), ['critical-path']);
    const untimed = tasks.map(({ header: _, ...task }) => task);
    assert.deepEqual(rules({ critical_path: ['task-001', 'task-003'] }, untimed), []);
    assert.deepEqual(rules({ critical_path: ['task-002'] }, untimed), ['critical-path']);
    assert.deepEqual(rules({ critical_path: ['task-001', 'task-002', 'task-003'] }, untimed), [
      'critical-path',
    ]);
    assert.deepEqual(rules({ critical_path: ['task-777'] }, untimed), ['critical-path']);
    assert.deepEqual(rules({ critical_path: ['task-777', 'task-003'] }, untimed), ['critical-path']);
  });

  it('may name one that goes from wave to wave', () => {
    assert.deepEqual(rules({ critical_path: ['task-002', 'task-003'] }), []);
    assert.deepEqual(rules({ critical_path: ['task-003', 'task-002'] }), ['critical-path']);
    const free = tasks.map(({ deps: _, ...task }) => ({ ...task, header: ['estimate: 5h'] }));
    const long = [...free, { id: 'task-004', wave: 2, header: ['estimate: 9h'] }];
    assert.deepEqual(rules({ critical_path: ['task-001', 'task-003'] }, long), ['critical-path']);
    assert.deepEqual(rules({ critical_path: ['task-001', 'task-004'] }, long), []);
  });
});

describe('a critical path', () => {
  it('is not judged where a task does not say what it waits for', () => {
    const files = manifestFiles(ONE, { metadata: { critical_path: ['x'] } });
    assert.ok(found(files).some((line) => line.includes('critical-path')));
    files.set('tasks/task-001.md', '# task-001: The task-001\n');
    assert.ok(!found(files).some((line) => line.includes('critical-path')));
  });
});

describe('every finding', () => {
  it('says what to do about it', () => {
    const files = pair('CREATE: a.py, ../x', 'MODIFY: a.py');
    for (const { remedy, message } of readManifest({ files }).findings) {
      assert.match(remedy, /\.$/);
      assert.doesNotMatch(message, /\.$/);
    }
  });
});
