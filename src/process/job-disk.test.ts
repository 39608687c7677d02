import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';

import { jobBench } from '../testing/jobs.ts';
import { startJob } from './job.ts';

const bench = jobBench();
const disk = join(bench.root, 'disk');
mkdirSync(disk);
const mounted =
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'ignore' }).status === 0;
const skip = mounted ? false : 'no file system of a small size may be mounted here';

afterEach(() => bench.assertNoneLeft());
after(() => {
  if (mounted) spawnSync('umount', [disk], { stdio: 'ignore' });
  bench.dispose();
});

function empty(): void {
  for (const name of readdirSync(disk)) rmSync(join(disk, name), { recursive: true });
}

/** Leaves so many pages of the disk free. */
function fill(pages: number): void {
  empty();
  writeFileSync(join(disk, 'filling'), Buffer.alloc(262_144 - pages * 4_096));
}

test('a disk that fills up takes the rest of the log, and neither the job nor its end', {
  skip,
}, async () => {
  fill(12);
  const folder = join(disk, 'job');
  const script = 'head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2; exit 7';
  const job = await startJob(bench.script(script, { folder, logBytes: 10_000_000 }));
  assert.deepEqual(await job.end, { is: 'exited', code: 7, signal: null, truncated: true });
  assert.ok(statSync(job.stdoutPath).size > 0);
});

test('also when it is filled by somebody else while the job runs', { skip }, async () => {
  fill(12);
  const folder = join(disk, 'job');
  const script = `head -c 1000000 /dev/zero >${join(disk, 'more')}; echo lost; exit 7`;
  const job = await startJob(bench.script(script, { folder }));
  const end = await job.end;
  assert.ok(end.is === 'exited' && end.code === 7, JSON.stringify(end));
});

test('on a disk that is full already the job is not started, and the reason is said', { skip }, async () => {
  for (const pages of [0, 1, 2, 3]) {
    fill(pages);
    const job = await startJob(bench.script(': >ran', { folder: join(disk, 'job') }));
    const end = await job.end;
    // With room for the claim and the end it may run.
    if (end.is === 'exited') continue;
    assert.ok(end.is === 'not-started', `${pages} pages: ${JSON.stringify(end)}`);
    assert.match(end.detail, /cannot be written/);
  }
  empty();
});

test('once there is room again, the same job can be started', { skip }, async () => {
  fill(0);
  const spec = bench.script('exit 3', { folder: join(disk, 'job') });
  assert.equal((await (await startJob(spec)).end).is, 'not-started');
  rmSync(join(disk, 'filling'));
  assert.deepEqual(await (await startJob(spec)).end, {
    is: 'exited',
    code: 3,
    signal: null,
    truncated: false,
  });
});
