import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { JobPeaks } from './job-peaks.ts';

const folder = mkdtempSync(join(tmpdir(), 'cox-peaks-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('only grow, also for whoever takes the job up', () => {
  const first = new JobPeaks();
  for (const diskBytes of [10, 30, 20]) first.look(folder, { pids: [], since: 0, diskBytes });
  assert.deepEqual(first.of(folder), { diskBytes: 30 });
  first.forget(folder);
  const second = new JobPeaks();
  second.look(folder, { pids: [], since: 0, diskBytes: 5 });
  assert.deepEqual(second.of(folder), { diskBytes: 30 });
});

test('say nothing of what nobody has seen', { skip: process.platform !== 'linux' && 'reads /proc' }, () => {
  const job = join(folder, 'job');
  const peaks = new JobPeaks();
  assert.equal(peaks.of(job), null);
  const now = Date.now();
  peaks.look(job, { pids: [process.pid], since: now - 10 }, now);
  assert.deepEqual(Object.keys(peaks.of(job) ?? {}), ['memoryBytes']);
  peaks.look(job, { pids: [], since: now - 10 }, now + 1000);
  assert.deepEqual(Object.keys(peaks.of(job) ?? {}), ['memoryBytes']);
  peaks.look(job, { pids: [process.pid], since: now - 10 }, now + 2000);
  assert.deepEqual(Object.keys(peaks.of(job) ?? {}).sort(), ['cpus', 'memoryBytes']);
});

test('make nothing of a file that is torn, or is none', () => {
  const job = mkdtempSync(join(folder, 'torn-'));
  for (const text of ['{"memoryBytes":', 'null', '[]', '{"memoryBytes":"many"}']) {
    writeFileSync(join(job, 'peaks.json'), text);
    assert.deepEqual(new JobPeaks().of(job) ?? {}, {}, text);
  }
  assert.deepEqual(readdirSync(job), ['peaks.json']);
});
