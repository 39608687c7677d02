import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import {
  findings as found,
  hasPlan,
  manifestFiles,
  messages,
  type TaskText,
  taskText,
} from '../../testing/manifest-files.ts';
import { isManifestFile, readManifest } from './read-manifest.ts';

type Files = Map<string, string>;

const ONE: readonly TaskText[] = [{ id: 'task-001', wave: 1 }];

describe('manifest.json', () => {
  function manifest(text: string): Files {
    return manifestFiles(ONE).set('manifest.json', text);
  }

  it('must be there', () => {
    const files = manifestFiles(ONE);
    files.delete('manifest.json');
    assert.deepEqual(found(files), ['error manifest-missing manifest.json:1:1']);
  });

  it('may hold any value where a text belongs', () => {
    const lines = found(manifest('{"tech_spec_id": {"length": {"valueOf": 1, "toString": 1}}, "waves": []}'));
    assert.equal(lines[0]?.split(':')[0], 'error manifest-field manifest.json');
  });

  it('is strict JSON', () => {
    assert.deepEqual(found(manifest('{\n  "a": 1,\n}')), ['error json-syntax manifest.json:3:1']);
    assert.deepEqual(found(manifest('{\n  // why\n  "a": 1\n}')), ['error json-syntax manifest.json:2:3']);
    assert.equal(found(manifest('')).length, 1);
    assert.deepEqual(messages(manifest(' \n')), ['manifest.json is empty']);
    assert.equal(found(manifest('[[[')).length > 0, true);
    assert.deepEqual(found(manifest('['.repeat(5000))), ['error json-syntax manifest.json:1:101']);
  });

  for (const text of ['/*', '{}/*', '{"a": 1 /*', '//', '{"a', '"\\u12', '{} /* x', '\u0000/*\r\n']) {
    it(`ends at the end of ${JSON.stringify(text)}`, () => {
      assert.deepEqual(
        found(manifest(text)).map((line) => line.split(':')[0]),
        ['error json-syntax manifest.json'],
      );
    });
  }

  it('must have its fields, all missing ones named at once', () => {
    const files = manifest('{ "waves": [\n  { "tasks": [{}] } ] }');
    assert.deepEqual(messages(files), [
      'ERROR: manifest.json validation failed\nMissing required fields:\n  - tech_spec_id\n  - waves[0].number\n  - waves[0].tasks[0].id',
    ]);
    assert.deepEqual(found(files), ['error missing-required-fields manifest.json:1:1']);
    assert.match(
      messages(manifest('{}'))[0] ?? '',
      /^ERROR: manifest\.json validation failed\nMissing required fields:\n {2}- tech_spec_id\n {2}- waves$/,
    );
  });

  it('must have the right kinds of values', () => {
    const files = manifest('{ "tech_spec_id": "T", "waves": [\n  { "number": "one", "tasks": {} } ] }');
    assert.deepEqual(found(files), [
      'error manifest-field manifest.json:2:15',
      'error manifest-field manifest.json:2:31',
    ]);
    assert.deepEqual(found(manifest('[]')), ['error manifest-field manifest.json:1:1']);
  });

  it('may be wrong in what only informs', () => {
    const files = manifestFiles(ONE, { metadata: { max_parallel: 'many' }, title: 7 });
    assert.deepEqual(
      found(files).map((line) => line.split(' ').slice(0, 2).join(' ')),
      ['warning manifest-field', 'warning manifest-field'],
    );
    assert.ok(hasPlan(files));
  });

  it('loses no more than what is wrong in the metadata', () => {
    const metadata = { tech_spec: 'a.md', max_parallel: 2, total_tasks: '1', critical_path: ['task-001', 7] };
    const { plan, findings } = readManifest({ files: manifestFiles(ONE, { metadata }) });
    assert.deepEqual(
      findings.map(({ severity, message }) => `${severity} ${message}`),
      [
        'warning metadata.total_tasks: expected number, received string',
        'warning metadata.critical_path[1]: expected string, received number',
      ],
    );
    assert.deepEqual([plan?.techSpec, plan?.wishes], ['a.md', { maxParallel: 2 }]);
  });

  it('is told of what is nearly one of its keys, and of no other', () => {
    const change = {
      metadata: { maxParallel: 3, total_tasks: 1, owner: 'me' },
      Title: 'x',
      waves: [
        { number: 1, validations: 'true', tasks: [{ id: 'task-001', Agent: 'a', agents: [], team: 1 }] },
      ],
    };
    const text = manifestFiles(ONE, change);
    assert.deepEqual(
      messages(text).filter((message) => message.includes('is not read')),
      [
        '"waves[0].validations" is not read: the key is written `validation`',
        '"waves[0].tasks[0].Agent" is not read: the key is written `agent`',
        '"metadata.maxParallel" is not read: the key is written `max_parallel`',
        '"Title" is not read: the key is written `title`',
      ],
    );
    assert.ok(found(text).includes('warning manifest-key manifest.json:7:22'), found(text).join('\n'));
  });

  it('is told of words about a task that stand nowhere in its file, and of what a run does not go by', () => {
    const entry = {
      id: 'task-001',
      agent: 'a',
      title: 'x',
      description: 'Ride the zebra',
      notes: 'Make task-001',
      status: 'done',
    };
    const change = { max_parallel: 2, waves: [{ number: 1, tasks: [entry] }] };
    assert.deepEqual(
      messages(manifestFiles(ONE, change)).filter((message) => message.includes('is not read')),
      [
        '"description" is not read here: what task-001 is to do stands in its own file, and this does not',
        '"status" is not read here: task-001 is run like any other',
        '"max_parallel" is not read here: how many agents work at once stands under `metadata`',
      ],
    );
  });

  it('must not have one key twice in an object', () => {
    const waves = '"waves": [{ "number": 1, "tasks": [{ "id": "task-001", "agent": "a" }] }]';
    const doubled = `{ "tech_spec_id": "T",\n  ${waves},\n  "own": { "a": 1,\n    "a": 2 },\n  ${waves} }`;
    assert.deepEqual(found(manifest(doubled)), [
      'error json-duplicate-key manifest.json:4:5',
      'error json-duplicate-key manifest.json:5:3',
    ]);
    assert.match(messages(manifest(doubled)).join(), /"waves" stands twice in one object, first in line 2/);
    assert.ok(!hasPlan(manifest(doubled)));
  });

  it('must give each task an id of its own that can be one', () => {
    const waves = [
      { number: 1, tasks: [{ id: 'task-001', agent: 'a' }, { id: 'task-001', agent: 'a' }, { id: '../x' }] },
    ];
    const files = manifestFiles(ONE, { waves });
    assert.deepEqual(found(files), [
      'error duplicate-task-id manifest.json:13:17 task-001',
      'error task-id manifest.json:17:17',
    ]);
    assert.ok(!hasPlan(files));
  });

  it('must not give two tasks ids that become one name', () => {
    const ids = ['a---_.-.-_-..b', 'a._...-__-._.b'];
    const files = manifestFiles(ids.map((id) => ({ id, wave: 1 })));
    assert.deepEqual(
      found(files).filter((line) => line.includes('duplicate')),
      [`error duplicate-task-id manifest.json:13:17 ${ids.join(',')}`],
    );
    assert.ok(!hasPlan(files));
  });
});

test('a file of a task in a folder of its own is not read, and told of', () => {
  const files = manifestFiles(ONE).set('tasks/one/task-002.md', 'x').set('tasks/one/README.md', 'x');
  assert.deepEqual(found(files), ['warning task-file-nested tasks/one/task-002.md:1:1']);
  assert.ok(hasPlan(files));
  const unreadable = new Map([['tasks/link/', 'it is a link to a folder']]);
  const { plan, findings } = readManifest({ files: manifestFiles(ONE), unreadable });
  assert.deepEqual([findings.map(({ severity }) => severity), plan?.tasks.length], [['warning'], 1]);
  assert.ok(['tasks/one/', 'tasks/one/two/', 'tasks/one/task-002.md'].every(isManifestFile));
  assert.ok(!['tasks/one/notes.txt', 'tasks/one/readme.md', 'other/tasks/a.md'].some(isManifestFile));
});

test('a context and contracts in capitals are not read, and told of', () => {
  const files = manifestFiles(ONE).set('CONTEXT.md', 'x').set('Contracts/a.py', '').set('Contracts/b.py', '');
  assert.deepEqual(found(files), [
    'warning name-in-capitals CONTEXT.md:1:1',
    'warning name-in-capitals Contracts/a.py:1:1',
  ]);
  assert.deepEqual(messages(files)[1], '"Contracts/" is not read: it is not called contracts/');
  assert.ok(['CONTEXT.md', 'Contracts/', 'Contracts/a.py'].every(isManifestFile));
  assert.ok(!['docs/contracts/a.py', 'context.md.old'].some(isManifestFile));
});

describe('manifest and task files', () => {
  it('list the same tasks', () => {
    const files = manifestFiles([...ONE, { id: 'task-002', wave: 1 }]);
    files.delete('tasks/task-002.md');
    const other = manifestFiles([{ id: 'task-009', wave: 1 }]).get('tasks/task-009.md') ?? '';
    files.set('tasks/task-009.md', other);
    files.set('tasks/README.md', 'About the tasks');
    assert.deepEqual(found(files), [
      'error task-file-missing manifest.json:13:17 task-002',
      'error task-not-in-manifest tasks/task-009.md:2:5 task-009',
    ]);
  });

  it('have one file for each task', () => {
    const files = manifestFiles(ONE);
    files.set('tasks/task-001-copy.md', files.get('tasks/task-001.md') ?? '');
    assert.deepEqual(found(files), ['error duplicate-task-file tasks/task-001.md:2:5 task-001']);
  });

  it('agree on the wave and the agent', () => {
    const waves = [{ number: 2, tasks: [{ id: 'task-001', agent: 'a:b' }] }];
    assert.deepEqual(found(manifestFiles([{ id: 'task-001', wave: 1, header: ['agent: c:d'] }], { waves })), [
      'error wave-mismatch tasks/task-001.md:3:7 task-001',
      'warning agent-mismatch tasks/task-001.md:5:8 task-001',
    ]);
  });

  it('a task that cannot be read is told of, however many contracts cannot', () => {
    const files = manifestFiles(ONE);
    files.delete('tasks/task-001.md');
    const contracts = Array.from({ length: 300 }, (_, index) => `contracts/${index}.py`);
    const unreadable = new Map([...contracts, 'tasks/task-001.md'].map((path) => [path, 'no text']));
    const { findings, plan } = readManifest({ files, unreadable });
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'error').map(({ file }) => file),
      ['tasks/task-001.md'],
    );
    assert.equal(plan, undefined);
  });

  it('a file that cannot be read is told of once', () => {
    const files = manifestFiles(ONE);
    files.delete('tasks/task-001.md');
    const unreadable = new Map([['tasks/task-001.md', 'permission denied']]);
    const { findings, plan } = readManifest({ files, unreadable });
    assert.deepEqual(
      findings.map(({ rule, file }) => [rule, file]),
      [['file-unreadable', 'tasks/task-001.md']],
    );
    assert.equal(plan, undefined);
    files.set('tasks/task-001.md', `${'x'.repeat(100_001)}`);
    assert.deepEqual(found(files), ['error task-file-unreadable tasks/task-001.md:1:1 task-001']);
    files.set('tasks/task-001.md', '- '.repeat(5000));
    assert.deepEqual(found(files), ['error task-file-unreadable tasks/task-001.md:1:1 task-001']);
  });
});

describe('a folder of task files that cannot be read', () => {
  it('is told of once, and of nothing that it may hold', () => {
    const files = new Map(
      [...manifestFiles(ONE, { metadata: { critical_path: ['x'] } })].filter(
        ([path]) => !path.startsWith('tasks/'),
      ),
    );
    files.set('contracts/types.py', '');
    const { findings, plan } = readManifest({
      files,
      unreadable: new Map([['tasks/', 'permission denied']]),
    });
    assert.deepEqual(
      findings.map(({ severity, file, message, remedy }) => [severity, file, message, remedy]),
      [['error', 'tasks/', 'the folder cannot be read: permission denied', 'Mend the folder.']],
    );
    assert.equal(plan, undefined);
  });
});

describe('what is wrong in a task file', () => {
  it('names the task, by its id in the manifest', () => {
    const waves = [{ number: 1, tasks: [{ id: 'task-001', agent: 'plugin:maker' }] }];
    const files = manifestFiles([{ id: 'task-001-users', wave: 1 }], { waves });
    const scope = 'CREATE: ../outside.ts, .git/config, of any kind\nBOUNDARY: other/*';
    files.set('tasks/task-001-users.md', taskText({ id: 'task-001-users', wave: 1, scope }));
    assert.deepEqual(found(files), [
      'error path-outside-repository tasks/task-001-users.md:10:9 task-001',
      'error path-in-git-folder tasks/task-001-users.md:10:24 task-001',
      'warning scope-text tasks/task-001-users.md:10:37 task-001',
    ]);
    files.set('tasks/task-001-users.md', 'x'.repeat(100_001));
    assert.deepEqual(found(files), [
      'warning prompt-missing manifest.json:9:17 task-001',
      'warning prompt-without-task prompts/task-001-users.txt:1:1',
      'error task-file-unreadable tasks/task-001-users.md:1:1 task-001',
    ]);
  });
});

describe('front matter', () => {
  function task(text: string): readonly string[] {
    const rest =
      '\n# task-001: The task-001\n## Scope\nCREATE: a\nBOUNDARY: b\n## Checklist\n- [ ] task-001 works\n';
    return found(manifestFiles(ONE).set('tasks/task-001.md', text + rest));
  }

  it('must be there, and be YAML', () => {
    assert.deepEqual(task(''), ['error front-matter-missing tasks/task-001.md:1:1 task-001']);
    assert.deepEqual(task('---\nid: task-001\n  wave: [\n---'), [
      'error yaml-syntax tasks/task-001.md:2:5 task-001',
    ]);
    assert.deepEqual(
      task('---\nid: *nowhere\n---').map((line) => line.split(':')[0]),
      ['error yaml-syntax tasks/task-001.md'],
    );
    assert.equal(task(`---\n${'['.repeat(20_000)}\n---`).length, 1);
    // Whether an agent is named in what could not be read, nobody knows.
    const waves = [{ number: 1, tasks: [{ id: 'task-001' }] }];
    const broken = taskText({ id: 'task-001', wave: 1 }).replace('deps: []', 'deps: [');
    assert.notEqual(broken, taskText({ id: 'task-001', wave: 1 }));
    const files = manifestFiles([{ id: 'task-001', wave: 1 }], { waves }).set('tasks/task-001.md', broken);
    assert.deepEqual(
      found(files).map((line) => line.split(' ')[1]),
      ['yaml-syntax'],
    );
  });

  it('has the right kinds of values', () => {
    assert.deepEqual(task('---\nid: task-001\nwave: soon\ndeps: {a: b}\n---'), [
      'error front-matter-field tasks/task-001.md:3:7 task-001',
      'error front-matter-field tasks/task-001.md:4:7 task-001',
    ]);
    assert.deepEqual(task('---\n- a\n---'), ['error front-matter-field tasks/task-001.md:2:1 task-001']);
  });

  it('names a type of work that there is', () => {
    assert.deepEqual(task('---\nid: task-001\nwork_type: PAINTING\n---'), [
      'error front-matter-field tasks/task-001.md:3:12 task-001',
    ]);
  });

  it('gives times with their units', () => {
    for (const estimate of ['soon', '90'])
      assert.deepEqual(task(`---\nid: task-001\nestimate: ${estimate}\n---`), [
        'warning estimate-unclear tasks/task-001.md:3:11 task-001',
      ]);
  });
});
