import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { jobBench, until } from '../testing/jobs.ts';
import { DEFAULT_PATH } from './find-program.ts';
import { startJob } from './job.ts';
import { jobFiles, readClaim } from './job-folder.ts';
import { runCommand } from './run-command.ts';

const bench = jobBench();
afterEach(() => bench.assertNoneLeft());
after(() => bench.dispose());

const seesParents = process.platform === 'linux' ? false : 'needs /proc';

function parentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
}

/** After so many starts this process has a helper for them. */
async function startMany(): Promise<void> {
  const spec = { argv: ['true'], cwd: '/', env: { PATH: DEFAULT_PATH }, timeoutMs: 20_000, maxBytes: 100 };
  for (let count = 0; count < 30; count += 1) assert.ok((await runCommand(spec)).ok);
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
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  const helpers = children.filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('starter-main'),
  );
  for (const pid of helpers) process.kill(Number(pid), 'SIGKILL');
  assert.deepEqual(await job.end, { is: 'exited', code: 3, signal: null, truncated: false });
});
