import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Task } from '../../core/plan.ts';
import { manifestFiles, taskText } from '../../testing/manifest-files.ts';
import { readManifest } from './read-manifest.ts';

function readTask(text: string): Task {
  const { plan, findings } = readManifest({
    files: manifestFiles([{ id: 'task-001', wave: 1 }]).set('tasks/task-001.md', text),
  });
  const [task] = plan?.tasks ?? [];
  assert.ok(task !== undefined, JSON.stringify(findings));
  return task;
}

describe('front matter', () => {
  it('reads what is there, in the forms people write', () => {
    const header = [
      'component: users',
      'skills: a-skill, b-skill',
      'resources: [database]',
      'estimate: 2h',
      'blocks: none',
      'agent: other:agent',
      'unknown: kept',
    ];
    const task = readTask(taskText({ id: 'task-001', wave: 1, header }));
    assert.equal(task.component, 'users');
    assert.deepEqual(task.skills, ['a-skill', 'b-skill']);
    assert.deepEqual(task.resources, ['database']);
    assert.equal(task.estimateSeconds, 7200);
    assert.equal(task.agent, 'plugin:maker');
  });

  it('reads estimates as all families do: of days of eight hours, of parts, of ranges', () => {
    for (const [estimate, hours] of [
      ['2d', 16],
      ['1h 30m', 1.5],
      ['2-4h', 4],
      ['~2h', 2],
      ['1000000000s', undefined],
      ['100000000s', 100_000_000 / 3600],
    ] as const) {
      const task = readTask(taskText({ id: 'task-001', wave: 1, header: [`estimate: ${estimate}`] }));
      assert.equal(task.estimateSeconds, hours === undefined ? undefined : hours * 3600, estimate);
    }
  });

  it('takes fields that are empty', () => {
    const task = readTask('---\nid: task-001\nwave: "1"\ndeps:\nblocks: []\nskills: ~\n---\n# task-001: T\n');
    assert.deepEqual(task.dependsOn, []);
    assert.equal(task.group, 1);
    for (const none of ['None.', '—', '"[]"', '[nothing]', '["-"]'])
      assert.deepEqual(
        readTask(`---\nid: task-001\nwave: 1\ndeps: ${none}\n---\n# task-001: T\n`).dependsOn,
        [],
        none,
      );
  });

  it('tells of what a task waits for under another name, and of what a field has to be', () => {
    const told = (...header: readonly string[]): readonly string[] => {
      const files = manifestFiles([{ id: 'task-001', wave: 1, header }]);
      return readManifest({ files }).findings.map(({ severity, rule, line, message }) => {
        return `${severity} ${rule} ${line} ${message}`;
      });
    };
    assert.deepEqual(told('depends_on: [task-000]', 'blockedBy: []', 'requires:', 'owner: me'), [
      'warning front-matter-key 5 "depends_on" is not read: what a task waits for stands under `deps`',
    ]);
    assert.deepEqual(
      told(
        'Deps: [task-000]',
        'Dependencies: task-000',
        'verify-only: true',
        'resource: db',
        'Agent: ""',
        'name: x',
      ),
      [
        'warning front-matter-key 5 "Deps" is not read: the key is written `deps`',
        'warning front-matter-key 6 "Dependencies" is not read: what a task waits for stands under `deps`',
        'warning front-matter-key 7 "verify-only" is not read: the key is written `verify_only`',
        'warning front-matter-key 8 "resource" is not read: the key is written `resources`',
      ],
    );
    assert.deepEqual(
      told(
        'title: The zebra',
        'requirements:',
        '  - Make task-001',
        '  - ride it',
        'scope: {create: [a.ts]}',
        'notes: make task-001',
        'status: Done',
      ),
      [
        'warning front-matter-key 5 "title" is not read: what a task is to do stands below the front matter',
        'warning front-matter-key 7 "requirements" is not read: what a task is to do stands below the front matter',
        'warning front-matter-key 9 "scope" is not read: what a task is to do stands below the front matter',
        'warning front-matter-key 11 "status" is not read: the task is run like any other',
      ],
    );
    assert.deepEqual(told('skip: true', 'enabled: no', 'parallel: false', 'after: task-000'), [
      'warning front-matter-key 5 "skip" is not read: the task is run like any other',
      'warning front-matter-key 6 "enabled" is not read: the task is run like any other',
      'warning front-matter-key 7 "parallel" is not read: the task is run beside others, and by the rules of all',
      'warning front-matter-key 8 "after" is not read: the task is run beside others, and by the rules of all',
    ]);
    assert.deepEqual(told('parallel: true', 'skip: false', 'manual: ""'), []);
    assert.deepEqual(told('after: none', 'when: always', 'gate: n/a'), []);
    const configured =
      'the configuration says which model does a task, and how long and how often it is tried';
    assert.deepEqual(told('model: opus', 'timeout: 30m', 'max_retries: 2', 'retries:'), [
      `warning front-matter-key 5 "model" is not read: ${configured}`,
      `warning front-matter-key 6 "timeout" is not read: ${configured}`,
      `warning front-matter-key 7 "max_retries" is not read: ${configured}`,
    ]);
    assert.deepEqual(told('title: The task-001', 'description: task-001 works', 'status: pending'), []);
    assert.deepEqual(told('skills: {a: b}'), ['error front-matter-field 5 skills: expected a list of words']);
  });
});
