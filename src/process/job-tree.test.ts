import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { jobBench, numberIn, until } from '../testing/jobs.ts';
import { readStartTime } from './identity.ts';
import { type JobSpec, startJob } from './job.ts';

const bench = jobBench();
afterEach(() => bench.assertNoneLeft());
after(() => bench.dispose());

/** Runs a script that writes the pid of something it leaves behind to the file `pid`, and gives whether that lives. */
async function leftBehind(text: string, change: Partial<JobSpec> = {}): Promise<boolean> {
  const spec = bench.script(text, change);
  const pidFile = `${spec.folder}.pid`;
  const job = await startJob({ ...spec, env: { ...spec.env, PID_FILE: pidFile } });
  await job.end;
  return readStartTime(await numberIn(pidFile)) !== null;
}

function processes(): readonly { readonly parent: number; readonly pid: number; readonly name: string }[] {
  return execFileSync('ps', ['-A', '-o', 'ppid=,pid=,comm='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([parent, pid, name = '']) => ({ parent: Number(parent), pid: Number(pid), name }));
}

const WAIT = 'while [ ! -s "$PID_FILE" ]; do sleep 0.02; done';

test('a job that ends leaves nothing behind', async () => {
  assert.equal(await leftBehind('sleep 600 & echo $! >"$PID_FILE"'), false);
});

test('nor a grandchild with a session of its own that nobody is parent of', async () => {
  const daemon =
    'exec >/dev/null 2>&1 </dev/null; (setsid sh -c "echo \\$\\$ >$PID_FILE; exec sleep 600" &) &';
  assert.equal(await leftBehind(`(${daemon}); ${WAIT}`), false);
});

test('nor one that gave up its environment, as long as its parent lives or it has our pipe', async () => {
  const bare =
    'env -i PID_FILE="$PID_FILE" PATH="$PATH" setsid sh -c \'echo $$ >"$PID_FILE"; exec sleep 600\' &';
  assert.equal(await leftBehind(`${bare} ${WAIT}`), false);
});

test('nor one that is stopped or ignores SIGTERM', async () => {
  assert.equal(await leftBehind('sleep 600 & kill -STOP $!; echo $! >"$PID_FILE"'), false);
  const deaf = 'sh -c \'trap "" TERM; echo $$ >"$PID_FILE"; while :; do sleep 1; done\' &';
  assert.equal(await leftBehind(`${deaf} ${WAIT}`, { graceMs: 100 }), false);
});

test('a command in the job that signals its own group does not reach the shim', async () => {
  const job = await startJob(bench.script('kill -TERM 0'));
  assert.deepEqual(await job.end, { is: 'exited', code: null, signal: 'SIGTERM', truncated: false });
});

test('a job that is paused is waited for', async () => {
  const job = await startJob(bench.script('(sleep 0.3; kill -CONT $$) & kill -STOP $$; exit 4'));
  assert.deepEqual(await job.end, { is: 'exited', code: 4, signal: null, truncated: false });
});

test('who ends all processes of a shim ends the job, and nothing waits for ever', async () => {
  const spec = bench.script('echo $PPID >"$PID_FILE"; exec sleep 600', { graceMs: 100 });
  const pidFile = `${spec.folder}.pid`;
  const job = await startJob({ ...spec, env: { ...spec.env, PID_FILE: pidFile } });
  const shim = await numberIn(pidFile);
  const children = processes().flatMap(({ parent, pid }) => (parent === shim ? [pid] : []));
  assert.ok(children.length > 2);
  // By a program that goes on when one of them has followed another already.
  spawnSync('kill', ['-TERM', ...[...children, shim].map(String)]);
  // Its timer is among them, so its time may be up too.
  const { is } = await job.end;
  assert.ok(['exited', 'stopped', 'hard-timeout'].includes(is), is);
});

test('what a job printed last is kept, however late the machine comes to write it down', async () => {
  const go = join(bench.root, 'last-words');
  const spec = bench.script(
    `echo $PPID >"$PID_FILE"; while [ ! -e ${go} ]; do sleep 0.02; done; echo last; exit 5`,
  );
  const pidFile = `${spec.folder}.pid`;
  const job = await startJob({ ...spec, env: { ...spec.env, PID_FILE: pidFile } });
  const shim = await numberIn(pidFile);
  let writers: readonly number[] = [];
  const areThere = (): boolean => {
    const all = processes();
    const keepers = all.filter(({ parent }) => parent === shim).map(({ pid }) => pid);
    writers = all
      .filter(({ parent, name }) => keepers.includes(parent) && name === 'cat')
      .map(({ pid }) => pid);
    return writers.length === 2;
  };
  assert.ok(await until(areThere));
  for (const pid of writers) process.kill(pid, 'SIGSTOP');
  writeFileSync(go, '');
  await Promise.race([job.end, sleep(4_000)]);
  spawnSync('kill', ['-CONT', ...writers.map(String)]);
  assert.deepEqual(await job.end, { is: 'exited', code: 5, signal: null, truncated: false });
  assert.equal(readFileSync(job.stdoutPath, 'utf8'), 'last\n');
});

test('the deadline ends the whole tree, with time to end politely', async () => {
  const polite = await startJob(
    bench.script("trap 'echo bye; exit 0' TERM; sleep 600 & wait", { hardMs: 2_500 }),
  );
  assert.deepEqual(await polite.end, { is: 'hard-timeout', truncated: false });
  assert.equal(readFileSync(polite.stdoutPath, 'utf8'), 'bye\n');
  const deaf = "trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & while :; do sleep 1; done";
  const forced = await startJob(bench.script(deaf, { hardMs: 300, graceMs: 200 }));
  assert.deepEqual(await forced.end, { is: 'hard-timeout', truncated: false });
});

const TOLD_BY_PARENT =
  'COX_STOPPED_BY=parent sh -c \'trap "echo asked; exit" TERM; echo up; while :; do sleep 0.05; done\'';
const ON_LINUX = existsSync('/proc/self/environ') ? false : 'no environment can be seen without /proc';

test('who is told by its parent is asked when that parent is gone', { skip: ON_LINUX }, async () => {
  const text = `trap 'sleep 0.5; echo told; exit' TERM; ${TOLD_BY_PARENT} & while :; do sleep 0.05; done`;
  const job = await startJob(bench.script(text, { graceMs: 60_000 }));
  assert.ok(await until(() => existsSync(job.stdoutPath) && readFileSync(job.stdoutPath, 'utf8') === 'up\n'));
  job.stop();
  assert.deepEqual(await job.end, { is: 'stopped', truncated: false });
  assert.equal(readFileSync(job.stdoutPath, 'utf8'), 'up\ntold\nasked\n');
});

test('nobody is spared who has no such parent, and nobody longer than the grace', {
  skip: ON_LINUX,
}, async () => {
  const orphan = await startJob(bench.script(`(${TOLD_BY_PARENT} &); exec sleep 600`, { graceMs: 60_000 }));
  assert.ok(
    await until(() => existsSync(orphan.stdoutPath) && readFileSync(orphan.stdoutPath, 'utf8') === 'up\n'),
  );
  orphan.stop();
  assert.deepEqual(await orphan.end, { is: 'stopped', truncated: false });
  assert.equal(readFileSync(orphan.stdoutPath, 'utf8'), 'up\nasked\n');
  const deaf = `trap '' TERM; ${TOLD_BY_PARENT} & while :; do sleep 0.05; done`;
  assert.deepEqual(await (await startJob(bench.script(deaf, { hardMs: 500, graceMs: 100 }))).end, {
    is: 'hard-timeout',
    truncated: false,
  });
});

test('a tree that keeps forking is ended', async () => {
  const spec = bench.script('f() { sleep 0.01; f & }; trap "" TERM; f & f & wait; sleep 600', {
    hardMs: 400,
    graceMs: 100,
  });
  assert.deepEqual(await (await startJob(spec)).end, { is: 'hard-timeout', truncated: false });
});

test('stop is polite first, and may come at any time', async () => {
  const begun = join(bench.root, 'begun');
  const job = await startJob(bench.script(`trap 'echo bye; exit 0' TERM; : >${begun}; sleep 600 & wait`));
  assert.ok(await until(() => existsSync(begun)));
  job.stop();
  job.stop();
  assert.deepEqual(await job.end, { is: 'stopped', truncated: false });
  assert.equal(readFileSync(job.stdoutPath, 'utf8'), 'bye\n');
  for (let delayMs = 0; delayMs < 20; delayMs += 1) {
    const early = await startJob(bench.script('sleep 600'));
    await sleep(delayMs);
    early.stop();
    assert.deepEqual(await early.end, { is: 'stopped', truncated: false });
  }
});

test('stop after the end changes nothing', async () => {
  const job = await startJob(bench.script('exit 1'));
  const end = await job.end;
  job.stop();
  assert.deepEqual(await job.end, end);
});
