import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findings as found, manifestFiles, messages, type TaskText } from '../../testing/manifest-files.ts';
import { readManifest } from './read-manifest.ts';

const TASKS: readonly TaskText[] = [
  { id: 'task-001', wave: 1, header: ['agent: plugin:maker'] },
  { id: 'task-002', wave: 1, header: ['agent: plugin:maker'] },
  { id: 'task-003', wave: 2, deps: ['task-001'], header: ['agent: plugin:maker'] },
];
const SPEC = {
  id: 'TS-0042',
  title: 'Inventory',
  path: 'tech-specs/approved/TS-0042.md',
  status: 'APPROVED',
};
const FILES = ['tasks/task-001.md', 'tasks/task-002.md', 'tasks/task-003.md'];

type Change = Readonly<Record<string, unknown>>;

/** `tech_spec` stands on line 2, `tasks` on line 3, what is changed behind them. */
function older(change: Change = {}, tasks: readonly TaskText[] = TASKS): Map<string, string> {
  const manifest = {
    tech_spec: SPEC,
    tasks: { total: 3, waves: 2, files: FILES },
    technology: 'python',
    ...change,
  };
  const entries = Object.entries(manifest).filter(([, value]) => value !== undefined);
  const lines = entries.map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
  return manifestFiles(tasks).set('manifest.json', `{\n${lines.join(',\n')}\n}`);
}

describe('a manifest of the older form', () => {
  it('is the plan that the present form gives', () => {
    const present = {
      tech_spec_id: 'TS-0042',
      name: 'Inventory',
      title: 'Inventory',
      technology: 'python',
      metadata: { tech_spec: SPEC.path },
    };
    const { plan, findings } = readManifest({ files: older() });
    assert.deepEqual(findings, []);
    assert.deepEqual(plan, readManifest({ files: manifestFiles(TASKS, present) }).plan);
  });

  for (const files of [
    ['task-001.md', './tasks/task-002.md', 'task-003'],
    ['1', '002', 'parallel/TS-0042/tasks/task-003.md'],
    [
      { id: 'task-001' },
      { file: 'tasks/task-002.md', agent: 'plugin:maker' },
      { path: 'task-003.md', wave: 2 },
    ],
    [],
  ]) {
    it(`names its task files as ${JSON.stringify(files)}`, () => {
      const { plan, findings } = readManifest({ files: older({ tasks: { files } }) });
      assert.deepEqual(findings, []);
      assert.deepEqual(plan?.groups, readManifest({ files: older() }).plan?.groups);
    });
  }

  it('may say a part of it in the present form, which counts', () => {
    const files = older({ tech_spec_id: 'TS-0001', name: 'own', metadata: { max_parallel: 2 } });
    const { plan, findings } = readManifest({ files });
    assert.deepEqual(findings, []);
    assert.deepEqual([plan?.id, plan?.name, plan?.title], ['TS-0001', 'own', 'Inventory']);
    assert.deepEqual(plan?.wishes, { maxParallel: 2 });
    const waves = [{ number: 1, tasks: [{ id: 'task-001' }] }];
    const one = readManifest({ files: older({ waves, tasks: 7 }, TASKS.slice(0, 1)) });
    assert.deepEqual(
      one.plan?.tasks.map(({ id }) => id),
      ['task-001'],
    );
  });

  it('is told in one message which waves are in no file', () => {
    const files = older();
    for (const id of ['task-001', 'task-003'])
      files.set(`tasks/${id}.md`, (files.get(`tasks/${id}.md`) ?? '').replace(/wave: \d\n/, ''));
    assert.deepEqual(found(files), ['error wave-unknown manifest.json:3:39 task-001,task-003']);
    assert.match(messages(files)[0] ?? '', /it is not in "tasks\/task-001\.md", "tasks\/task-003\.md"$/);
    // What is wrong with the file comes first.
    files.set('tasks/task-001.md', '# task-001: Without front matter\n');
    files.set('tasks/task-003.md', (older().get('tasks/task-003.md') ?? '').replace('wave: 2', 'wave: soon'));
    assert.deepEqual(found(files), [
      'error front-matter-missing tasks/task-001.md:1:1',
      'error front-matter-field tasks/task-003.md:3:7',
    ]);
  });

  it('is told where it and its task files differ', () => {
    const files = [...FILES, 'tasks/task-009.md', 7];
    assert.deepEqual(found(older({ tasks: { total: 4, waves: 2, files } })), [
      'warning prompt-missing manifest.json:3:100 task-009',
      'error task-file-missing manifest.json:3:100 task-009',
      'error manifest-field manifest.json:3:120',
    ]);
    assert.deepEqual(found(older({ tasks: { total: 2, waves: 2, files: FILES.slice(1) } })), [
      'warning prompt-without-task prompts/task-001.txt:1:1',
      'error task-not-in-manifest tasks/task-001.md:2:5 task-001',
      'error unknown-dependency tasks/task-003.md:4:8 task-003',
    ]);
    assert.deepEqual(found(older({ tasks: { total: 9, waves: 3, files: FILES } })), [
      'warning total-tasks manifest.json:3:19',
      'warning total-waves manifest.json:3:29',
    ]);
  });

  it('without an id is told what is missing, by the name that it has now', () => {
    for (const tech_spec of [{ title: 'Inventory' }, { id: null }]) {
      const files = older({ tech_spec });
      assert.equal(found(files).length, 1, found(files).join('\n'));
      assert.match(messages(files)[0] ?? '', /tech_spec_id/);
    }
    assert.deepEqual(messages(older({ tasks: undefined })), [
      'ERROR: manifest.json validation failed\nMissing required fields:\n  - waves',
    ]);
  });
});
