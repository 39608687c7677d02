import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CheckRequest } from '../ports/checker.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import { eventually } from '../testing/agent-bench.ts';
import { makeRepository } from '../testing/git-fixture.ts';
import { mountTmpfs } from '../testing/mount.ts';
import { NOT_CONFINED } from '../testing/plans.ts';
import { NO_SANDBOX } from '../testing/sandboxes.ts';
import { type OpenedPool, openPool } from '../testing/slot-pools.ts';
import { CommandChecker } from './command-check.ts';

const CHILD = fileURLToPath(new URL('../testing/check-child.ts', import.meta.url));

describe('a check', () => {
  const repository = makeRepository({
    files: { 'greeting.py': 'HELLO = "hello"\n', 'a.txt': 'committed\n' },
  });
  const checks = join(repository.root, 'checks');
  const commit = repository.git(['rev-parse', 'HEAD']);
  const never = new AbortController().signal;
  let opened: OpenedPool;
  let checker: CommandChecker;
  let keys = 0;
  before(async () => {
    opened = await openPool(repository);
    const host = { ...repository.env, PATH: process.env['PATH'], SECRET_TOKEN: 'secret' };
    checker = new CommandChecker({ sandbox: NO_SANDBOX, worktrees: opened.pool, host, folder: () => checks });
  });
  after(() => opened.close());

  function shell(command: string, change: Partial<CheckRequest> = {}): CheckRequest {
    keys += 1;
    const what = { kind: 'shell', command } as const;
    return {
      run: 'run-1',
      key: `${keys}-test`,
      commit,
      what,
      timeoutMs: 60_000,
      isolation: NOT_CONFINED,
      ...change,
    };
  }

  function python(code: string): CheckRequest {
    return shell('', { what: { kind: 'python', code } });
  }

  async function assertReleased(request: CheckRequest): Promise<void> {
    assert.equal(await opened.pool.find({ run: request.run, key: `check/${request.key}` }), null);
  }

  test('passes with an exit of 0, on the commit and not on the checkout', async () => {
    repository.write({ 'a.txt': 'changed\n' });
    const request = shell('cat a.txt; git symbolic-ref -q HEAD || echo detached');
    const result = await checker.check(request, never);
    assert.partialDeepStrictEqual(result, { passed: true, exitCode: 0, output: 'committed\ndetached' });
    assert.ok(result !== null && result.durationMs >= 0);
    await assertReleased(request);
  });

  test('tells how many tests ran, and the share of lines that they cover', async () => {
    const request = shell(
      'mkdir coverage; printf "LF:8\\nLH:6\\n" >coverage/lcov.info; echo "# pass 3"; echo "# fail 1"; exit 1',
    );
    assert.partialDeepStrictEqual(await checker.check(request, never), { tests: 4, coverage: 75 });
    const plain = await checker.check(shell('echo done'), never);
    assert.deepEqual(Object.keys(plain ?? {}).sort(), [
      'command',
      'durationMs',
      'exitCode',
      'output',
      'passed',
    ]);
  });

  test('keeps and shows nothing that is secret in files of the environment, even when it changes them', async () => {
    repository.write({ '.env': 'DB_PASSWORD=a-word-of-Joe\n' });
    const request = shell('cat .env; : >.env; false');
    const result = await checker.check(request, never);
    rmSync(join(repository.path, '.env'));
    assert.equal(result?.output, `DB_PASSWORD=${'*'.repeat(13)}`);
    const logs = globSync(join(checks, '**', 'stdout.log')).map((path) => readFileSync(path, 'utf8'));
    assert.ok(logs.length > 0 && !logs.some((text) => text.includes('Joe')), logs.join());
  });

  test('fails with its exit code and what it printed on both outputs, in order', async () => {
    const request = shell('echo one; echo two >&2; printf "\\033[31mthree\\007\\n"; exit 7');
    assert.partialDeepStrictEqual(await checker.check(request, never), {
      passed: false,
      exitCode: 7,
      output: 'one\ntwo\nthree',
    });
    await assertReleased(request);
  });

  test('shows the last 64 lines, and of them at most 8,000 bytes', async () => {
    const lines = await checker.check(shell('seq 1000'), never);
    assert.equal(lines?.output.split('\n').length, 64);
    assert.match(lines?.output ?? '', /^937\n[\s\S]*\n1000$/);
    const wide = await checker.check(shell('for i in $(seq 60); do printf "%01000d\\n" $i; done'), never);
    assert.ok(Buffer.byteLength(wide?.output ?? '') <= 8000);
  });

  test('is ended at its limit', async () => {
    const result = await checker.check(shell('echo begun; sleep 60', { timeoutMs: 2_500 }), never);
    assert.partialDeepStrictEqual(result, { passed: false, exitCode: null });
    assert.match(result?.output ?? '', /begun\nstopped after 2\.5 s/);
  });

  test('that is killed shows by what', async () => {
    const result = await checker.check(shell('echo begun; kill -9 $$'), never);
    assert.partialDeepStrictEqual(result, {
      passed: false,
      exitCode: null,
      output: 'begun\nended by SIGKILL',
    });
  });

  test('sees nothing of the host that was not allowed', async () => {
    const result = await checker.check(shell('env'), never);
    assert.doesNotMatch(result?.output ?? '', /SECRET_TOKEN/);
    assert.match(result?.output ?? '', /^COX_PORT_BASE=\d+$/m);
  });

  test('that cannot get its commit has not passed, and says why', async () => {
    const result = await checker.check(shell('true', { commit: '0'.repeat(40) }), never);
    assert.partialDeepStrictEqual(result, { passed: false, exitCode: null });
    assert.notEqual(result?.output, '');
  });

  describe('of Python statements', () => {
    test('runs them in the worktree, without a shell', async () => {
      const result = await checker.check(
        python(`from greeting import HELLO; print(HELLO, '$(id)', "\\"'")`),
        never,
      );
      assert.partialDeepStrictEqual(result, { passed: true, output: `hello $(id) "'` });
      assert.equal((await checker.check(python('import absent'), never))?.exitCode, 1);
    });

    test('takes the Python of the project', async () => {
      repository.write({ '.venv/bin/python': '#!/bin/sh\necho "own python: $1 $2"\n' });
      chmodSync(join(repository.path, '.venv/bin/python'), 0o755);
      const own = repository.commit({ 'b.txt': 'b' }, 'Own Python');
      const result = await checker.check({ ...python('print(1)'), commit: own }, never);
      assert.equal(result?.output, 'own python: -c print(1)');
    });

    test('has not passed where there is none', async () => {
      const bin = join(repository.root, 'bin');
      mkdirSync(bin);
      symlinkSync('/bin/sh', join(bin, 'sh'));
      const bare = new CommandChecker({
        sandbox: NO_SANDBOX,
        worktrees: opened.pool,
        host: { PATH: bin },
        folder: () => checks,
      });
      const result = await bare.check(python('print(1)'), never);
      assert.partialDeepStrictEqual(result, { passed: false, exitCode: null });
      assert.match(result?.output ?? '', /no Python was found/);
    });
  });

  test('with a result is not run again', async () => {
    const count = join(repository.root, 'count-1');
    const request = shell(`echo x >>'${count}'; exit 3`);
    const first = await checker.check(request, never);
    assert.deepEqual(await checker.check(request, never), first);
    assert.equal(readFileSync(count, 'utf8'), 'x\n');
  });

  test('that is called off has no result and is run again later', async () => {
    const count = join(repository.root, 'count-2');
    const request = shell(`echo x >>'${count}'; [ -e '${count}.go' ] || sleep 60`);
    const off = new AbortController();
    const result = checker.check(request, off.signal);
    assert.ok(await eventually(() => existsSync(count) && readFileSync(count, 'utf8') === 'x\n'));
    off.abort();
    assert.equal(await result, null);
    await assertReleased(request);
    repository.write({ [`../count-2.go`]: '' });
    assert.equal((await checker.check(request, never))?.passed, true);
    assert.equal(readFileSync(count, 'utf8'), 'x\nx\n');
  });

  test('whose slot is being set up is called off as well', async () => {
    const fixture = makeRepository();
    const log = join(fixture.root, 'setups');
    const hooks = {
      setup: `echo $$ >> '${log}'; exec sleep 300`,
      timeoutMs: 60_000,
      env: { PATH: process.env['PATH'] ?? '' },
    };
    const pool = await openPool(fixture, { hooks });
    const other = new CommandChecker({
      sandbox: NO_SANDBOX,
      worktrees: pool.pool,
      host: fixture.env,
      folder: () => join(fixture.root, 'checks'),
    });
    const off = new AbortController();
    const result = other.check(shell('true', { commit: pool.bench.base }), off.signal);
    assert.ok(await eventually(() => existsSync(log) && readFileSync(log, 'utf8').endsWith('\n')));
    off.abort();
    assert.equal(await result, null);
    assert.throws(() => process.kill(Number(readFileSync(log, 'utf8')), 0), /ESRCH/);
    await pool.close();
  });

  test('is taken up after whoever ran it was killed', async () => {
    const count = join(repository.root, 'count-3');
    const request = shell(`echo x >>'${count}'; until [ -e '${count}.go' ]; do sleep 0.1; done; cat a.txt`);
    const runner = spawn(
      process.execPath,
      [CHILD, JSON.stringify(request), repository.path, join(repository.root, 'pool'), checks],
      { stdio: ['ignore', 'ignore', 'inherit'], env: { ...repository.env, PATH: process.env['PATH'] } },
    );
    assert.ok(await eventually(() => existsSync(count)));
    runner.kill('SIGKILL');
    // As if it had begun an hour before it was taken up.
    const begun = new Date(Date.now() - 3_600_000);
    utimesSync(join(checks, request.key, 'job', 'claim'), begun, begun);
    const checking = checker.check(request, never);
    repository.write({ [`../count-3.go`]: '' });
    const result = await checking;
    assert.partialDeepStrictEqual(result, { passed: true, output: 'committed' });
    assert.ok(result !== null && result.durationMs >= 3_600_000, `${result?.durationMs} ms`);
    assert.equal(readFileSync(count, 'utf8'), 'x\n');
    await assertReleased(request);
  });

  test('whose result was cut off while it was written is taken from its job', async () => {
    const count = join(repository.root, 'count-4');
    const request = shell(`echo x >>'${count}'`);
    await checker.check(request, never);
    writeFileSync(join(checks, request.key, 'result.json'), '{"comm');
    assert.equal((await checker.check(request, never))?.passed, true);
    assert.equal(readFileSync(count, 'utf8'), 'x\n');
  });

  test('that takes its shim down with it is not run for ever', { timeout: 60_000 }, async () => {
    const count = join(repository.root, 'count-5');
    const result = await checker.check(shell(`echo x >>'${count}'; kill -9 $PPID; sleep 30`), never);
    assert.partialDeepStrictEqual(result, { passed: false, exitCode: null });
    assert.match(result?.output ?? '', /ended it 3 times/);
    assert.equal(readFileSync(count, 'utf8'), 'x\nx\nx\n');
  });

  test('that has no room on the disk is no verdict on the work', async (context) => {
    const folder = join(repository.root, 'full');
    const mounted = mountTmpfs(folder, 'size=64k');
    if (mounted === null) return context.skip('only root may mount a file system');
    try {
      writeFileSync(join(folder, 'filler'), Buffer.alloc(60_000));
      const full = new CommandChecker({
        sandbox: NO_SANDBOX,
        worktrees: opened.pool,
        host: { ...repository.env, PATH: process.env['PATH'] },
        folder: () => folder,
      });
      const request = shell('echo fine');
      const failure = await full.check(request, never).catch((error: unknown) => error);
      assert.ok(failure instanceof OutsideFailure && failure.mayPass, JSON.stringify(failure));
      rmSync(join(folder, 'filler'));
      assert.equal((await full.check(request, never))?.passed, true);
    } finally {
      mounted.unmount();
    }
  });
});
