import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { jobBench, numberIn, startElsewhere, until } from '../testing/jobs.ts';
import { bootId, ownIdentity, readStartTime } from './identity.ts';
import { startJob } from './job.ts';
import { type Claim, jobFiles, readAgent, readClaim } from './job-folder.ts';

const bench = jobBench();
afterEach(() => bench.assertNoneLeft());
after(() => bench.dispose());

function shimOf(folder: string): number {
  const sight = readClaim(jobFiles(folder));
  assert.ok(sight.is === 'made');
  return sight.claim.shim.pid;
}

test('a job outlives the process that started it, and is taken up by another', async () => {
  const go = join(bench.root, 'go-on');
  const spec = bench.script(`echo begun; while [ ! -e ${go} ]; do sleep 0.05; done; echo done; exit 6`);
  const first = startElsewhere(spec);
  await first.started;
  assert.ok(await until(() => readAgent(jobFiles(spec.folder), claimOf(spec.folder)) !== null));
  first.child.kill('SIGKILL');
  const second = await startJob(spec);
  writeFileSync(go, '');
  assert.deepEqual(await second.end, { is: 'exited', code: 6, signal: null, truncated: false });
  assert.equal(readFileSync(second.stdoutPath, 'utf8'), 'begun\ndone\n');
});

function claimOf(folder: string): Claim {
  const sight = readClaim(jobFiles(folder));
  return sight.is === 'made' ? sight.claim : { shim: ownIdentity(), marker: '', cgroups: [] };
}

test('killed right after the start, at any moment, it runs once all the same', async () => {
  for (let round = 0; round < 8; round += 1) {
    const count = join(bench.root, `count-${round}`);
    const spec = bench.script(`echo run >>${count}`);
    const first = startElsewhere(spec);
    await first.started;
    await sleep(round);
    first.child.kill('SIGKILL');
    assert.deepEqual(await (await startJob(spec)).end, {
      is: 'exited',
      code: 0,
      signal: null,
      truncated: false,
    });
    assert.equal(readFileSync(count, 'utf8'), 'run\n');
  }
});

test('of two that start it at once, one runs it and both see its end', async () => {
  for (let round = 0; round < 5; round += 1) {
    const count = join(bench.root, `race-${round}`);
    const spec = bench.script(`echo run >>${count}; sleep 0.2; exit 2`, { stdin: 'text' });
    const other = startElsewhere(spec);
    const ends = await Promise.all([
      other.end,
      ...Array.from({ length: 3 }, async () => (await startJob(spec)).end),
    ]);
    for (const end of ends) assert.deepEqual(end, { is: 'exited', code: 2, signal: null, truncated: false });
    assert.equal(readFileSync(count, 'utf8'), 'run\n');
  }
});

test('a job that has ended gives its end again', async () => {
  const spec = bench.script('echo once; exit 9');
  const end = await (await startJob(spec)).end;
  const again = await startJob(spec);
  assert.deepEqual(await again.end, end);
  assert.equal(readFileSync(again.stdoutPath, 'utf8'), 'once\n');
});

test('an adopted job can be stopped', async () => {
  const spec = bench.script('sleep 600');
  const first = startElsewhere(spec);
  await first.started;
  const second = await startJob(spec);
  second.stop();
  assert.deepEqual(await second.end, { is: 'stopped', truncated: false });
  assert.deepEqual(await first.end, { is: 'stopped', truncated: false });
});

test('the deadline holds with nobody watching', async () => {
  const pidFile = join(bench.root, 'deadline.pid');
  const first = startElsewhere(bench.script(`echo $$ >${pidFile}; exec sleep 600`, { hardMs: 1_500 }));
  const pid = await numberIn(pidFile);
  first.child.kill('SIGKILL');
  assert.ok(await until(() => readStartTime(pid) === null));
});

test('a job that was let go runs on, and can be taken up again', async () => {
  const pidFile = join(bench.root, 'detached.pid');
  const go = join(bench.root, 'detached.go');
  const spec = bench.script(`echo $$ >${pidFile}; while [ ! -e ${go} ]; do sleep 0.05; done; exit 8`);
  const job = await startJob(spec);
  let ended = false;
  void job.end.then(() => {
    ended = true;
  });
  const pid = await numberIn(pidFile);
  job.detach();
  job.stop();
  writeFileSync(go, '');
  assert.ok(await until(() => readStartTime(pid) === null));
  assert.deepEqual(await (await startJob(spec)).end, {
    is: 'exited',
    code: 8,
    signal: null,
    truncated: false,
  });
  assert.equal(ended, false);
});

test('when the shim is killed, what is left is ended, and the job is lost', async () => {
  const pidFile = join(bench.root, 'lost.pid');
  const spec = bench.script(`(setsid sleep 600 &) ; echo $$ >${pidFile}; exec sleep 600`);
  const job = await startJob(spec);
  const pid = await numberIn(pidFile);
  process.kill(shimOf(spec.folder), 'SIGKILL');
  assert.deepEqual(await job.end, { is: 'lost' });
  assert.equal(readStartTime(pid), null);
  assert.deepEqual(bench.living(), []);
  assert.deepEqual(await (await startJob(spec)).end, { is: 'lost' });
});

test('also when it was killed while nobody was watching', async () => {
  const pidFile = join(bench.root, 'unwatched.pid');
  const spec = bench.script(`echo $$ >${pidFile}; exec sleep 600`);
  const first = startElsewhere(spec);
  const pid = await numberIn(pidFile);
  first.child.kill('SIGKILL');
  process.kill(shimOf(spec.folder), 'SIGKILL');
  assert.deepEqual(await (await startJob(spec)).end, { is: 'lost' });
  assert.equal(readStartTime(pid), null);
});

test('the deadline holds even when the shim was killed', async () => {
  const pidFile = join(bench.root, 'orphan.pid');
  const spec = bench.script(`echo $$ >${pidFile}; exec sleep 600`, { hardMs: 1_500 });
  const job = await startJob(spec);
  const pid = await numberIn(pidFile);
  job.detach();
  process.kill(shimOf(spec.folder), 'SIGKILL');
  assert.ok(await until(() => readStartTime(pid) === null));
});

test('after a restart of the machine the job is lost, and no stranger is touched', async () => {
  const stranger = await startJob(bench.script('sleep 600'));
  const spec = bench.script('echo never');
  mkdirSync(spec.folder, { recursive: true });
  const self = ownIdentity();
  const files = jobFiles(spec.folder);
  writeFileSync(
    files.claim,
    `${process.pid}\n${self.startTime}\nanother boot\n${self.host}\nsome-marker\n.\n`,
  );
  writeFileSync(files.agent, `${process.pid}\n${self.startTime}\n.\n`);
  assert.notEqual(bootId(), 'another boot');
  assert.deepEqual(await (await startJob(spec)).end, { is: 'lost' });
  stranger.stop();
  assert.deepEqual(await stranger.end, { is: 'stopped', truncated: false });
});

test('a stranger with the pid of the shim or of the agent is not touched', async () => {
  const spec = bench.script('echo never');
  mkdirSync(spec.folder, { recursive: true });
  const { host } = ownIdentity();
  const files = jobFiles(spec.folder);
  writeFileSync(files.claim, `${process.pid}\n1\n${bootId()}\n${host}\nno-such-marker\n.\n`);
  writeFileSync(files.agent, `${process.pid}\n1\n.\n`);
  const job = await startJob(spec);
  job.stop();
  assert.deepEqual(await job.end, { is: 'lost' });
});
