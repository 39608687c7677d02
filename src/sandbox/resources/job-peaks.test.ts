import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { JobPeaks, readPeaks } from './job-peaks.ts';

const folder = mkdtempSync(join(tmpdir(), 'cox-peaks-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('only grow, also for whoever takes the job up', () => {
  const first = new JobPeaks(folder, 0);
  for (const diskBytes of [10, 30, 20]) first.look({ pids: [], diskBytes });
  first.end({});
  assert.deepEqual(readPeaks(folder), { diskBytes: 30 });
  const second = new JobPeaks(folder, 0);
  second.look({ pids: [], diskBytes: 5 });
  second.end({ diskBytes: 31 });
  assert.deepEqual(readPeaks(folder), { diskBytes: 31 });
});

test('are written when there is much more, and at the end', () => {
  const job = mkdtempSync(join(folder, 'often-'));
  const peaks = new JobPeaks(job, 0);
  const seen = [100, 105, 109, 120, 125].map((diskBytes) => {
    peaks.look({ pids: [], diskBytes });
    return readPeaks(job)?.diskBytes;
  });
  assert.deepEqual(seen, [100, 100, 100, 120, 120]);
  peaks.end({});
  assert.deepEqual(readPeaks(job), { diskBytes: 125 });
});

const ON_LINUX = { skip: process.platform !== 'linux' && 'reads /proc' };

test('say nothing of what nobody has seen', ON_LINUX, () => {
  const job = mkdtempSync(join(folder, 'job-'));
  assert.equal(readPeaks(job), null);
  const now = Date.now();
  const peaks = new JobPeaks(job, now - 10);
  const seen = (): readonly string[] => Object.keys(readPeaks(job) ?? {}).sort();
  peaks.look({ pids: [process.pid] }, now);
  assert.deepEqual(seen(), ['memoryBytes']);
  peaks.look({ pids: [] }, now + 1000);
  assert.deepEqual(seen(), ['memoryBytes']);
  peaks.look({ pids: [process.pid] }, now + 2000);
  peaks.end({});
  assert.deepEqual(seen(), ['cpus', 'memoryBytes']);
});

test('are looked at seldom where little is done, and at once when the clock was set back', ON_LINUX, () => {
  const peaks = new JobPeaks(mkdtempSync(join(folder, 'idle-')), 0);
  const looks: number[] = [];
  // From then on its count of ticks is small beside the time.
  for (let now = 1e12; now < 1e12 + 60_000; now += 1000) {
    if (!peaks.isDue(now)) continue;
    looks.push((now - 1e12) / 1000);
    peaks.look({ pids: [process.pid] }, now);
  }
  assert.deepEqual(
    looks.slice(1).map((at, index) => at - (looks[index] ?? 0)),
    [1, 1, 3, 7, 15, 16, 16],
  );
  assert.equal(peaks.isDue(1e12 + 59_000), false);
  assert.equal(peaks.isDue(1e11), true);
});

test('make nothing of a file that is torn, or is none', () => {
  const job = mkdtempSync(join(folder, 'torn-'));
  for (const text of ['{"memoryBytes":', 'null', '[]', '{"memoryBytes":"many"}']) {
    writeFileSync(join(job, 'peaks.json'), text);
    assert.deepEqual(readPeaks(job) ?? {}, {}, text);
  }
  assert.deepEqual(readdirSync(job), ['peaks.json']);
});
