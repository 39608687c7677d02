import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readManifest } from '../read-manifest.ts';

interface Written {
  readonly fields?: string;
  readonly deps?: string;
  readonly entry?: object;
  readonly wave?: object;
  readonly manifest?: object;
}

/** Of three tasks, the last two of one wave: what the second waits for, and what is told or wrong. */
function read({ fields = '', deps = '[task-001]', entry = {}, wave = {}, manifest = {} }: Written) {
  const task = (id: string, number: number, waits: string, more = ''): [string, string] => [
    `tasks/${id}.md`,
    `---\nid: ${id}\nwave: ${number}\ndeps: ${waits}\nagent: a\n${more}---\n\n# ${id}: T\n\n## Scope\nCREATE: ${id}.ts\nBOUNDARY: docs/\n\n## Requirements\n- x\n\n## Checklist\n- [ ] x\n`,
  ];
  const waves = [
    { number: 1, tasks: [{ id: 'task-001' }] },
    { number: 2, tasks: [{ id: 'task-002', ...entry }, { id: 'task-003' }], ...wave },
  ];
  const { plan, findings } = readManifest({
    files: new Map([
      ['manifest.json', JSON.stringify({ tech_spec_id: 'TS-1', waves, ...manifest })],
      task('task-001', 1, '[]'),
      task('task-002', 2, deps, fields),
      task('task-003', 2, '[task-001]'),
    ]),
  });
  return {
    waits: plan?.tasks.find(({ id }) => id === 'task-002')?.dependsOn,
    told: findings.map(({ file, severity, rule }) => `${file} ${severity} ${rule}`),
  };
}

describe('a key of any name that names a task is told, if neither waits for the other', () => {
  it('in the front matter of a task', () => {
    for (const key of ['needs', 'prerequisites', 'waits_for', 'unblocks', 'hard_deps', 'parent']) {
      const told = ['tasks/task-002.md warning dependency-unread'];
      assert.deepEqual(read({ fields: `${key}: [task-003]\n` }).told, told, key);
      assert.deepEqual(read({ fields: `${key}: TASK-3, task-001\n` }).told, told, key);
      assert.deepEqual(read({ fields: `${key}: [task-001]\n` }).told, [], key);
    }
    for (const field of ['runs_with: [task-003]', 'points: 3', 'ticket: "3"', 'branch: task-002'])
      assert.deepEqual(read({ fields: `${field}\n` }).told, [], field);
  });

  it('in manifest.json', () => {
    const told = ['manifest.json warning dependency-unread'];
    for (const key of ['deps', 'depends_on', 'after', 'needs']) {
      assert.deepEqual(read({ entry: { [key]: ['task-003'] } }).told, told, key);
      assert.deepEqual(read({ entry: { [key]: ['task-001'] } }).told, [], key);
    }
    for (const key of ['dependency_graph', 'task_dependencies', 'edges']) {
      assert.deepEqual(read({ manifest: { [key]: { 'task-002': ['task-003'] } } }).told, told, key);
      assert.deepEqual(read({ manifest: { metadata: { [key]: { 'task-2': 'task-3' } } } }).told, told, key);
      assert.deepEqual(read({ manifest: { [key]: { 'task-002': ['task-001'] } } }).told, [], key);
    }
  });
});

it('a wave that is sequential by any key is told', () => {
  for (const key of ['mode', 'execution', 'type'])
    assert.deepEqual(
      read({ wave: { [key]: 'sequential' } }).told,
      ['manifest.json warning manifest-key'],
      key,
    );
  assert.deepEqual(read({ wave: { mode: 'parallel' } }).told, []);
});

it('whatever a status says is told, unless it is that the task is to be run', () => {
  for (const said of [
    'status: closed',
    'status: "✅"',
    'Status: Done',
    'state: implemented',
    'progress: 100',
  ])
    assert.deepEqual(
      read({ fields: `${said}\n` }).told,
      ['tasks/task-002.md warning front-matter-key'],
      said,
    );
  for (const said of ['status: pending', 'status: To do', 'state: not_started', 'status: 🔄 in progress'])
    assert.deepEqual(read({ fields: `${said}\n` }).told, [], said);
});

it('a task is known by its id in other letters, and with other noughts', () => {
  for (const name of ['TASK-001', 'Task-1', 'task_001', 'task001', '"Task 1"']) {
    const { waits, told } = read({ deps: `[${name}]` });
    assert.deepEqual([waits, told], [['task-001'], []], name);
  }
  assert.deepEqual(read({ deps: '[task-9]' }).told, ['tasks/task-002.md error unknown-dependency']);
});
