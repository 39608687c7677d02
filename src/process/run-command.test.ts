import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { readStartTime } from './identity.ts';
import { type CommandSpec, runCommand } from './run-command.ts';
import { startHere } from './start/start-here.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cox-run-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const PATH = process.env['PATH'] ?? '';

function sh(script: string, options: Partial<CommandSpec> = {}): ReturnType<typeof runCommand> {
  return runCommand({
    argv: ['sh', '-c', script],
    cwd: folder,
    env: { PATH },
    timeoutMs: 20_000,
    maxBytes: 1_000_000,
    ...options,
  });
}

function busy(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('gives output, error output and exit code', async () => {
  const result = await sh('printf out; printf err >&2; exit 3');
  assert.ok(result.ok);
  assert.equal(result.value.stdout.toString(), 'out');
  assert.equal(result.value.stderr.toString(), 'err');
  assert.equal(result.value.exitCode, 3);
  assert.equal(result.value.signal, null);
});

test('a signal is no exit code', async () => {
  const result = await sh('kill -9 $$');
  assert.ok(result.ok);
  assert.deepEqual([result.value.exitCode, result.value.signal], [null, 'SIGKILL']);
});

test('a command that ended in time is not taken for late by a process that was too busy to see it', async () => {
  const pidFile = join(folder, 'in-time');
  const running = sh(`echo $$ >${pidFile}; printf out`, { timeoutMs: 300 });
  const started = performance.now();
  // All in one turn: nothing is told to this process meanwhile.
  let pid = 0;
  while (!(pid > 0 && readStartTime(pid) === null && performance.now() - started > 1_000)) {
    assert.ok(performance.now() - started < 60_000, 'it does not end');
    busy(10);
    pid ||= existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0;
  }
  const result = await running;
  assert.ok(result.ok, JSON.stringify(result));
  assert.equal(result.value.stdout.toString(), 'out');
});

test('arguments reach the program as they are', async () => {
  const odd = ['a b', '$HOME', '`id`', "'", '"', '*', '', 'ä\n'];
  const result = await runCommand({
    argv: ['sh', '-c', 'for a; do printf "%s|" "$a"; done', 'sh', ...odd],
    cwd: folder,
    env: { PATH },
    timeoutMs: 20_000,
    maxBytes: 1_000,
  });
  assert.ok(result.ok);
  assert.equal(result.value.stdout.toString(), `${odd.join('|')}|`);
});

test('inherits nothing of the environment', async () => {
  process.env['COX_TEST_LEAK'] = 'leaked';
  const result = await sh('printf "%s" "$COX_TEST_LEAK$GIVEN"', { env: { PATH, GIVEN: 'given' } });
  delete process.env['COX_TEST_LEAK'];
  assert.ok(result.ok);
  assert.equal(result.value.stdout.toString(), 'given');
});

test('input of any size, read or not', async () => {
  const input = Buffer.alloc(3_000_000, 'x');
  const read = await sh('wc -c', { input });
  assert.ok(read.ok);
  assert.equal(Number(read.value.stdout.toString()), input.length);
  const unread = await sh('exec <&-; exit 0', { input });
  assert.ok(unread.ok);
  assert.equal(unread.value.exitCode, 0);
});

test('without input, standard input is empty', async () => {
  const result = await sh('wc -c');
  assert.ok(result.ok);
  assert.equal(Number(result.value.stdout.toString()), 0);
});

test('too much output ends the command; too much error output is cut', async () => {
  const flood = await sh('yes', { maxBytes: 10_000 });
  assert.ok(!flood.ok);
  assert.deepEqual(flood.error, { reason: 'too-much-output', maxBytes: 10_000 });
  const noisy = await sh('yes | head -c 50000 >&2; printf fine', { maxBytes: 10_000 });
  assert.ok(noisy.ok);
  assert.equal(noisy.value.stderr.length, 10_000);
  assert.equal(noisy.value.stdout.toString(), 'fine');
});

test('output of exactly the limit is no failure', async () => {
  const result = await sh('yes | head -c 10000', { maxBytes: 10_000 });
  assert.ok(result.ok);
  assert.equal(result.value.stdout.length, 10_000);
});

test('a time-out kills the whole group, also what ignores SIGTERM', async () => {
  const pidFile = join(folder, 'pid');
  const result = await sh(
    `(trap '' TERM; sh -c 'echo $PPID' >${pidFile}; while :; do sleep 1; done) & printf begun; wait`,
    { timeoutMs: 2_500 },
  );
  assert.ok(!result.ok && result.error.reason === 'timeout');
  assert.equal(result.error.afterMs, 2_500);
  assert.equal(result.error.stdout.toString(), 'begun');
  const pid = Number(await readFile(pidFile, 'utf8'));
  assert.ok(pid > 1);
  for (let tries = 0; readStartTime(pid) !== null; tries += 1) {
    assert.ok(tries < 3_000, 'the child that ignores SIGTERM lives on');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test('a background process that keeps the output open is not waited for', async () => {
  const started = Date.now();
  const result = await sh('sleep 30 & printf "%s" $!', { timeoutMs: 25_000 });
  assert.ok(result.ok);
  assert.ok(Date.now() - started < 20_000);
  process.kill(Number(result.value.stdout.toString()), 'SIGKILL');
});

test('nothing that was printed is lost on a busy process, which learns of the end first', async () => {
  const printed = sh('sleep 0.5; printf out; printf err >&2');
  const other = { program: 'sh', args: ['-c', 'echo'], cwd: folder, env: { PATH }, output: true };
  const otherEnded = Promise.withResolvers<void>();
  startHere(other, {
    // The command ends meanwhile, and is found ended together with this one, before its output is looked for.
    output: () => busy(800),
    exited: () => setImmediate(() => busy(500)),
    closed: () => otherEnded.resolve(),
    notStarted: assert.fail,
    outOfSight: assert.fail,
  });
  // Until the other has ended.
  busy(200);
  const [result] = await Promise.all([printed, otherEnded.promise]);
  assert.ok(result.ok);
  const { exitCode, stdout, stderr } = result.value;
  assert.deepEqual([exitCode, stdout.toString(), stderr.toString()], [0, 'out', 'err']);
});

test('what cannot be started is a value with the reason', async () => {
  const base = { cwd: folder, env: { PATH }, timeoutMs: 5_000, maxBytes: 1_000 };
  await writeFile(join(folder, 'plain'), 'x', { mode: 0o644 });
  const details = await Promise.all(
    [
      { ...base, argv: [] },
      { ...base, argv: ['no-such-program-here'] },
      { ...base, argv: ['sh'], cwd: join(folder, 'nowhere') },
      { ...base, argv: [join(folder, 'plain')] },
      { ...base, argv: ['sh', '-c', 'a\0b'] },
    ].map(async (spec) => {
      const result = await runCommand(spec);
      assert.ok(!result.ok && result.error.reason === 'not-started');
      return result.error.detail;
    }),
  );
  assert.match(details[0] ?? '', /no command/);
  assert.match(details[1] ?? '', /no-such-program-here was not found/);
  assert.match(details[2] ?? '', /nowhere does not exist/);
  assert.match(details[3] ?? '', /may not be executed/);
  assert.match(details[4] ?? '', /null bytes/);
});
