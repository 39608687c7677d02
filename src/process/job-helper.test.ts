import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { jobBench, until } from '../testing/jobs.ts';
import { killStarters, startMany } from '../testing/starters.ts';
import { startJob } from './job.ts';
import { jobFiles, readClaim } from './job-folder.ts';

const bench = jobBench();
afterEach(() => bench.assertNoneLeft());
after(() => bench.dispose());

const seesParents = process.platform === 'linux' ? false : 'needs /proc';

function parentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
}

test('a job is followed to its end when the helper that has started it is gone', {
  skip: seesParents,
}, async () => {
  await startMany();
  const go = join(bench.root, 'go');
  const spec = bench.script(`echo begun; while [ ! -e ${go} ]; do sleep 0.05; done; echo done; exit 6`);
  const job = await startJob(spec);
  let shim: number | undefined;
  const isClaimed = (): boolean => {
    const sight = readClaim(jobFiles(spec.folder));
    if (sight.is === 'made') shim = sight.claim.shim.pid;
    return sight.is === 'made';
  };
  assert.ok(await until(isClaimed));
  const helper = parentOf(shim ?? 0);
  assert.notEqual(helper, process.pid);
  assert.equal(parentOf(helper), process.pid);
  process.kill(helper, 'SIGKILL');
  assert.ok(await until(() => parentOf(shim ?? 0) !== helper));
  writeFileSync(go, '');
  assert.deepEqual(await job.end, { is: 'exited', code: 6, signal: null, truncated: false });
  assert.equal(readFileSync(job.stdoutPath, 'utf8'), 'begun\ndone\n');
});

test('what was not begun when the helper was killed is started all the same', {
  skip: seesParents,
}, async () => {
  await startMany();
  const spec = bench.script('exit 3');
  const job = await startJob(spec);
  killStarters();
  assert.deepEqual(await job.end, { is: 'exited', code: 3, signal: null, truncated: false });
});
