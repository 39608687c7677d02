import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CheckRequest } from '../ports/checker.ts';
import { findProgram } from '../process/find-program.ts';
import { eventually } from '../testing/agent-bench.ts';
import { type GitFixture, makeRepository } from '../testing/git-fixture.ts';
import { type OpenedPool, openPool } from '../testing/slot-pools.ts';
import { CommandChecker } from './command-check.ts';

const CHILD = fileURLToPath(new URL('../testing/check-child.ts', import.meta.url));
const PATH = process.env['PATH'] ?? '';
const PYTHON = findProgram('python3', PATH, '/').ok;

let fixture: GitFixture;
let opened: OpenedPool;
let head = '';
let keys = 0;
before(async () => {
  fixture = makeRepository({ files: { 'a.txt': 'a\n', '.gitignore': '.venv\n' } });
  opened = await openPool(fixture);
  head = fixture.git(['rev-parse', 'HEAD']);
});
after(() => opened.close());

const never = new AbortController().signal;
const at = (name: string): string => join(fixture.root, name);
const read = (name: string): string => (existsSync(at(name)) ? readFileSync(at(name), 'utf8') : '');

/** As another process would have it. */
function checker(host: Readonly<Record<string, string>> = fixture.env): CommandChecker {
  return new CommandChecker({ worktrees: opened.pool, host, folder: () => at('checks') });
}

function shell(command: string, change: Partial<CheckRequest> = {}): CheckRequest {
  keys += 1;
  const what = { kind: 'shell', command } as const;
  return { run: 'run-1', key: `${keys}-test`, commit: head, what, timeoutMs: 30_000, ...change };
}

const isHeld = async ({ key }: CheckRequest): Promise<boolean> =>
  (await opened.pool.find({ run: 'run-1', key: `check/${key}` })) !== null;

describe('a command on a commit', () => {
  it('passes with 0, in a clean worktree of that commit that is given back', async () => {
    const request = shell('cat a.txt && git status --porcelain --ignored && echo "$CI"');
    const result = await checker().check(request, never);
    assert.ok(result !== null);
    assert.deepEqual([result.passed, result.exitCode, result.output], [true, 0, 'a\ntrue']);
    assert.ok(result.durationMs > 0);
    assert.equal(await isHeld(request), false);
  });

  it('fails with anything else, and shows the last of both streams without control characters', async () => {
    const noise = 'i=0; while [ $i -lt 500 ]; do echo "noise $i" >&2; i=$((i+1)); done';
    const result = await checker().check(
      shell(`printf 'begin\\n\\033[31mred\\033[0m\\007 \\r\\n'; ${noise}; exit 3`),
      never,
    );
    assert.ok(result !== null && !result.passed);
    assert.equal(result.exitCode, 3);
    assert.match(result.output, /^begin\nred/);
    assert.match(result.output, /noise 499$/);
    assert.doesNotMatch(result.output, /noise 10\n|[\u0000-\u0008\u000b-\u001f\u007f]/);
    assert.ok(Buffer.byteLength(result.output) <= 8000);
  });

  it('that is not there fails as the shell says', async () => {
    const result = await checker().check(shell('no-such-program-here'), never);
    assert.equal(result?.exitCode, 127);
    assert.match(result?.output ?? '', /not found/);
  });

  it('ends at its time', async () => {
    const result = await checker().check(shell('echo begun; sleep 60', { timeoutMs: 500 }), never);
    assert.ok(result !== null && !result.passed && result.exitCode === null);
    assert.match(result.output, /begun\nstopped after 0\.5 s/);
  });

  it('fails on a commit that is not there, with the reason', async () => {
    const result = await checker().check(shell('true', { commit: 'f'.repeat(40) }), never);
    assert.ok(result !== null && !result.passed && result.exitCode === null);
    assert.match(result.output, /worktree/);
  });

  it('sees no credentials', async () => {
    const host = { ...fixture.env, ANTHROPIC_API_KEY: 'secret', OTHER_TOKEN: 'secret' };
    const result = await checker(host).check(shell('env'), never);
    assert.doesNotMatch(result?.output ?? 'secret', /secret/);
  });

  it('that takes its shim down with it is not run for ever', { timeout: 60_000 }, async () => {
    // Its own parents up to the shim, which end it.
    const suicide = `echo x >> '${at('suicides')}'; kill -9 $PPID; sleep 5`;
    const result = await checker().check(shell(suicide), never);
    assert.ok(result !== null && !result.passed);
    assert.ok(read('suicides').length <= 'x\n'.length * 3, read('suicides'));
  });
});

describe('Python statements', () => {
  const python = (code: string): CheckRequest => shell('', { what: { kind: 'python', code } });

  it('are run as they are', { skip: PYTHON ? false : 'there is no Python here' }, async () => {
    const passed = await checker().check(python("import os\nassert os.path.exists('a.txt'), 'no a'"), never);
    assert.equal(passed?.passed, true, passed?.output);
    const failed = await checker().check(python("assert False, '$(echo no shell)'"), never);
    assert.equal(failed?.exitCode, 1);
    assert.match(failed?.output ?? '', /AssertionError: \$\(echo no shell\)/);
  });

  it('need a Python, and say so', async () => {
    mkdirSync(at('bin'), { recursive: true });
    for (const name of ['git', 'sh']) {
      const found = findProgram(name, PATH, '/');
      if (found.ok && !existsSync(at(`bin/${name}`))) symlinkSync(found.value, at(`bin/${name}`));
    }
    const result = await checker({ ...fixture.env, PATH: at('bin') }).check(python('pass'), never);
    assert.ok(result !== null && !result.passed && result.exitCode === null);
    assert.match(result.output, /no Python was found/);
  });
});

describe('a check after a crash', () => {
  it('that has a result is not run again', async () => {
    const request = shell(`echo run >> '${at('known-runs')}'; echo said`);
    const first = await checker().check(request, never);
    assert.deepEqual(await checker().check(request, never), first);
    assert.equal(read('known-runs'), 'run\n');
  });

  it('that still runs is taken up', { timeout: 60_000 }, async () => {
    const wait = `while [ ! -f '${at('adopt-go')}' ]; do sleep 0.05; done`;
    const request = shell(`echo run >> '${at('adopt-runs')}'; ${wait}; echo end; exit 4`);
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', CHILD, fixture.path, fixture.root, JSON.stringify(request)],
      { env: { ...fixture.env }, stdio: 'ignore' },
    );
    const exited = new Promise((resolve) => child.once('exit', resolve));
    assert.ok(await eventually(() => read('adopt-runs') !== ''));
    child.kill('SIGKILL');
    await exited;
    const checked = checker().check(request, never);
    writeFileSync(at('adopt-go'), '');
    const result = await checked;
    assert.deepEqual([result?.exitCode, result?.output], [4, 'end']);
    assert.equal(read('adopt-runs'), 'run\n');
    assert.equal(await isHeld(request), false);
  });

  it('that was given up has no result, gives its slot back, and is run again', async () => {
    const wait = `while [ ! -f '${at('again-go')}' ]; do sleep 0.05; done`;
    const request = shell(`echo run >> '${at('again-runs')}'; ${wait}`);
    const giveUp = new AbortController();
    const checked = checker().check(request, giveUp.signal);
    assert.ok(await eventually(() => read('again-runs') !== ''));
    giveUp.abort();
    assert.equal(await checked, null);
    assert.equal(await isHeld(request), false);
    assert.equal(await checker().check(request, AbortSignal.abort()), null, 'nothing begins');
    assert.equal(read('again-runs'), 'run\n');
    writeFileSync(at('again-go'), '');
    assert.equal((await checker().check(request, never))?.passed, true);
    assert.equal(read('again-runs'), 'run\nrun\n');
  });

  it('whose result was cut off in the middle of writing is taken from its job', async () => {
    const request = shell(`echo run >> '${at('cut-runs')}'`);
    await checker().check(request, never);
    writeFileSync(join(at('checks'), request.key, 'result.json'), '{"comm');
    assert.equal((await checker().check(request, never))?.passed, true);
    assert.equal(read('cut-runs'), 'run\n');
  });
});
