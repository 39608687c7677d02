import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';

import { jobBench } from '../testing/jobs.ts';
import { type JobEnd, type JobSpec, startJob } from './job.ts';

const bench = jobBench();
/** What some shells add by themselves. */
const OF_THE_SHELL = ['PWD', 'SHLVL', '_'];
afterEach(() => bench.assertNoneLeft());
after(() => bench.dispose());

interface Ran {
  readonly end: JobEnd;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(text: string, change: Partial<JobSpec> = {}): Promise<Ran> {
  const job = await startJob(bench.script(text, change));
  const end = await job.end;
  return { end, stdout: readFileSync(job.stdoutPath, 'utf8'), stderr: readFileSync(job.stderrPath, 'utf8') };
}

async function notStarted(change: Partial<JobSpec>): Promise<string> {
  const end = await (await startJob(bench.script('', change))).end;
  assert.ok(end.is === 'not-started', JSON.stringify(end));
  return end.detail;
}

function exited(code: number | null, signal: string | null = null): JobEnd {
  return { is: 'exited', code, signal, truncated: false };
}

test('gives the exit code, output and error output', async () => {
  assert.deepEqual(await run('echo out; echo err >&2; exit 3'), {
    end: exited(3),
    stdout: 'out\n',
    stderr: 'err\n',
  });
});

test('exit codes of every size; a signal is told from them as well as a shell can', async () => {
  for (const code of [0, 1, 125, 126, 127, 128, 200, 255]) {
    assert.deepEqual((await run(`exit ${code}`)).end, exited(code));
  }
  assert.deepEqual((await run('kill -9 $$')).end, exited(null, 'SIGKILL'));
  assert.deepEqual((await run('kill -TERM $$')).end, exited(null, 'SIGTERM'));
  assert.deepEqual((await run('exit 143')).end, exited(null, 'SIGTERM'));
});

test('arguments, folder and environment reach the program as they are', async () => {
  const odd = ['a b', '$HOME', '`id`', "'", '"', '*', '', '-n', 'ä\n'];
  const cwd = join(bench.root, "it's a folder");
  mkdirSync(cwd);
  const script = 'pwd; for a; do printf "%s|" "$a"; done; printf "%s" "$ODD"';
  const { stdout } = await run('', {
    argv: ['sh', '-c', script, 'sh', ...odd],
    cwd,
    env: { ...bench.script('').env, ODD: '$(id)\n"' },
  });
  assert.equal(stdout, `${cwd}\n${odd.join('|')}|$(id)\n"`);
});

test('nothing is inherited but what is given, and the marker', async () => {
  process.env['COX_TEST_LEAK'] = 'leaked';
  const { stdout } = await run('', { argv: ['env'] });
  delete process.env['COX_TEST_LEAK'];
  const names = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  assert.deepEqual(names.filter((name) => !OF_THE_SHELL.includes(name ?? '')).sort(), [
    'COX_JOB',
    'COX_TEST_SUITE',
    'PATH',
  ]);
});

test('the PATH of the job is for the job alone', async () => {
  const bin = join(bench.root, 'bin');
  mkdirSync(bin);
  for (const name of ['cat', 'grep', 'setsid', 'sleep', 'mkfifo', 'awk']) {
    writeFileSync(join(bin, name), '#!/bin/sh\necho ours\n', { mode: 0o755 });
  }
  writeFileSync(join(bin, 'mine'), '#!/bin/sh\necho "$PATH"; cat\n', { mode: 0o755 });
  const { end, stdout } = await run('', { argv: ['mine'], env: { ...bench.script('').env, PATH: bin } });
  assert.deepEqual([end, stdout], [exited(0), `${bin}\nours\n`]);
});

test('standard input of any size; empty without one', async () => {
  const stdin = 'ä'.repeat(1_000_000);
  assert.equal(Number((await run('wc -c', { stdin })).stdout), 2_000_000);
  assert.deepEqual((await run('exit 0', { stdin })).end, exited(0));
  assert.equal(Number((await run('wc -c')).stdout), 0);
});

test('the file that standard input came from is out of reach once the job has it', async () => {
  const script = 'chmod 777 /dev/fd/0 2>/dev/null; echo written >/dev/fd/0; cat';
  const folder = join(bench.root, 'with-input');
  await run(script, { stdin: 'given\n', folder });
  assert.ok(!existsSync(join(folder, 'stdin')));
});

test('a flood is kept to the bound, and the job neither waits nor is ended by it', async () => {
  const script = 'yes | head -c 5000000; head -c 700 /dev/zero >&2; echo after >&2; exit 5';
  const { end, stdout, stderr } = await run(script, { logBytes: 1_000 });
  assert.deepEqual(end, { is: 'exited', code: 5, signal: null, truncated: true });
  assert.equal(stdout.length, 1_000);
  assert.equal(stderr.length, 706);
});

test('output of exactly the bound is not truncated', async () => {
  const { end, stdout } = await run('head -c 1024 /dev/zero', { logBytes: 1_024 });
  assert.deepEqual([end, stdout.length], [exited(0), 1_024]);
});

test('output can be read while the job runs', async () => {
  const job = await startJob(bench.script('printf partial; while [ ! -e go ]; do sleep 0.05; done'));
  while (!statSync(job.stdoutPath, { throwIfNoEntry: false })?.size)
    await new Promise((next) => setTimeout(next, 10));
  assert.equal(readFileSync(job.stdoutPath, 'utf8'), 'partial');
  writeFileSync(join(bench.root, 'go'), '');
  assert.deepEqual(await job.end, exited(0));
});

test('what cannot be started is said with the reason', async () => {
  const at = (name: string): string => join(bench.root, name);
  writeFileSync(at('plain'), 'x', { mode: 0o644 });
  writeFileSync(at('orphan'), '#!/no/such/interpreter\n', { mode: 0o755 });
  assert.match(await notStarted({ argv: [] }), /no command/);
  assert.match(await notStarted({ argv: ['no-such-program-here'] }), /no-such-program-here was not found/);
  assert.match(await notStarted({ argv: ['./absent'] }), /absent does not exist/);
  assert.match(await notStarted({ argv: ['./plain'] }), /plain may not be executed/);
  assert.match(await notStarted({ argv: [bench.root] }), /is a folder/);
  assert.match(await notStarted({ argv: ['./orphan'] }), /orphan could not be executed/);
  assert.match(await notStarted({ cwd: at('nowhere') }), /nowhere does not exist/);
  assert.match(await notStarted({ folder: join(at('plain'), 'job') }), /cannot be written/);
  assert.match(await notStarted({ argv: ['sh', 'a\0b'] }), /null bytes/);
});

test('exit 127 with other words than ours is an exit', async () => {
  assert.deepEqual((await run('no-such-program-here')).end, exited(127));
});

test('fifty at once all start and all end', async () => {
  const jobs = await Promise.all(
    Array.from({ length: 50 }, (_, index) => startJob(bench.script(`echo ${index}; exit ${index}`))),
  );
  for (const [index, job] of jobs.entries()) {
    assert.deepEqual(await job.end, exited(index));
    assert.equal(readFileSync(job.stdoutPath, 'utf8'), `${index}\n`);
  }
});
