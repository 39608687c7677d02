import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findings, manifestFiles } from '../../testing/manifest-files.ts';
import { readManifest } from './read-manifest.ts';

describe('work_type', () => {
  const tasks = [
    { id: 'task-001', wave: 1, header: ['work_type: frontend'] },
    { id: 'task-002', wave: 1 },
  ];

  it("is the task's own, else the plan's", () => {
    const { plan } = readManifest({ files: manifestFiles(tasks, { work_type: 'BACKEND' }) });
    assert.deepEqual(
      plan?.tasks.map((task) => task.workType),
      ['FRONTEND', 'BACKEND'],
    );
  });

  it('is left out when the manifest has one that does not exist, and a warning says so', () => {
    const files = manifestFiles(tasks, { work_type: 'PAINTING' });
    assert.match(findings(files).join('\n'), /^warning manifest-field manifest\.json:\d+:\d+$/m);
    assert.equal('workType' in (readManifest({ files }).plan?.tasks[1] ?? { workType: 0 }), false);
  });
});
